"""Lists that a million dossiers made slow: what an officer holds here, what waits for anybody, the end of a code."""

from django.db import migrations

# In the lists' own order, so that the first twenty are read and nothing is sorted; conditions as dossiers.py asks.
HELD = """
CREATE INDEX dossier_held_here ON desk_dossier (at_officer, at_unit_id, arrived_at DESC, id DESC)
 WHERE state IN ('RECEIVED', 'PROCESSING', 'SUPPLEMENT', 'PAYMENT');
CREATE INDEX dossier_to_accept ON desk_dossier (at_unit_id, arrived_at DESC, id DESC)
 WHERE state = 'PROCESSING' AND at_officer = '';
"""
# The last four characters are the number within a day: one dossier a day of a unit has them.
ENDS = """
CREATE INDEX dossier_code_end ON desk_dossier (unit_id, right(code, 4), arrived_at DESC) WHERE code IS NOT NULL;
CREATE INDEX dossier_provisional_end ON desk_dossier (unit_id, right(provisional_number, 4), arrived_at DESC)
 WHERE provisional_number IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0019_deliveries_and_hand_outs")]
    operations = [
        migrations.RunSQL(HELD, "DROP INDEX dossier_to_accept; DROP INDEX dossier_held_here;"),
        migrations.RunSQL(ENDS, "DROP INDEX dossier_provisional_end; DROP INDEX dossier_code_end;"),
    ]
