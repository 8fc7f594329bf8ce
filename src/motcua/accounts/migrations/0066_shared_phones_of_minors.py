"""Accounts of minors that share a phone today are run by whoever has it; whoever came of age before is left alone."""

from django.db import migrations

FOUND = """
INSERT INTO accounts_guardianship (public_id, account_id, kind, recorded_by, unit_id, unit_code, request_number,
    settled_by, ends_on)
SELECT gen_random_uuid(), a.id, 'PARENT', x.requested_by, a.vouching_unit_id, a.vouching_unit_code, '', '',
       accounts_of_age_on(p.born_on, p.born_year_only)
  FROM accounts_phonebinding b
  JOIN accounts_phoneexception x ON x.id = b.exception_id
  JOIN accounts_account a ON a.id = b.account_id
  JOIN accounts_person p ON p.id = a.person_id
 WHERE b.status = 'active' AND b.role = 'primary' AND p.kind = 'CITIZEN' AND p.born_on IS NOT NULL
   AND a.status IN ('pending_activation', 'active', 'locked', 'frozen')
   AND accounts_of_age_on(p.born_on, p.born_year_only) > (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
"""
# The rows go with their table (0064); a trigger keeps each of them until then.
LEFT = "TRUNCATE accounts_guardianship"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0065_of_age")]
    operations = [migrations.RunSQL(FOUND, LEFT)]
