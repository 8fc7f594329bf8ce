"""Step 1 of 2: an organisation's papers are lent under a mandate that was used for the procedure (threats C16).

Whoever writes the consent, the database looks for the portal's own row of that use: it stood then, and for this.
Consents of before stay as they are, and what was lent by them.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

RULE = """
CREATE FUNCTION vault_consent_under_mandate() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_organisation boolean;
BEGIN
    SELECT p.kind = 'ORGANISATION' INTO of_organisation
      FROM accounts_account a JOIN accounts_person p ON p.id = a.person_id WHERE a.id = NEW.owner_id;
    IF of_organisation IS DISTINCT FROM (NEW.mandate IS NOT NULL)
        OR NEW.mandate IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM accounts_mandateuse u
              JOIN accounts_mandate m ON m.id = u.mandate_id
              JOIN accounts_account o ON o.id = m.organisation_id
             WHERE m.public_id = NEW.mandate AND u.procedure_code = NEW.procedure_code
               AND NEW.owner_id IN (o.id, o.merged_into_id)) THEN
        RAISE EXCEPTION 'Giấy tờ của tổ chức chỉ cho mượn theo quyền đại diện đã dùng cho thủ tục này.'
            USING ERRCODE = '23514', CONSTRAINT = 'consent_under_mandate';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_under_mandate BEFORE INSERT ON vault_consent
    FOR EACH ROW EXECUTE FUNCTION vault_consent_under_mandate();
"""
BACK = """
DROP TRIGGER consent_under_mandate ON vault_consent;
DROP FUNCTION vault_consent_under_mandate();
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0058_another_field_key"), ("accounts", "0012_mandates")]
    operations = [
        migrations.AddField("consent", "mandate", models.UUIDField(null=True, editable=False)),
        migrations.AddField(
            "consent",
            "procedure_code",
            models.CharField(max_length=40, blank=True, default="", db_default="", editable=False),
        ),
        AddConstraintNotValid(
            "consent",
            models.CheckConstraint(
                name="consent_mandate_for_a_procedure",
                condition=Q(mandate=None, procedure_code="")
                | Q(mandate__isnull=False) & ~Q(procedure_code=""),
                violation_error_message="Đồng ý thay tổ chức phải ghi quyền đại diện và thủ tục.",
            ),
        ),
        migrations.RunSQL(RULE, BACK),
    ]
