"""Why a whole number or a scan was looked at is kept beside why an inspector asked about a person."""

from django.db import migrations, models

_KNOWN = """
ALTER TABLE journal_inspection DROP CONSTRAINT inspection_kind_known;
ALTER TABLE journal_inspection ADD CONSTRAINT inspection_kind_known CHECK (
    kind IN ({kinds}) AND file_sha256 = '' OR kind = 'EVIDENCE' AND file_sha256 ~ '\\A[0-9a-f]{{64}}\\Z'){more};
"""
# What was revealed stays written when this step is taken back; new rows obey the older rule again.
_FORTH = _KNOWN.format(kinds="'PERSON', 'REVEAL'", more="")
_BACK = _KNOWN.format(kinds="'PERSON'", more=" NOT VALID")

_KINDS = [
    ("PERSON", "Tìm theo người"),
    ("EVIDENCE", "Xuất tệp chứng cứ"),
    ("REVEAL", "Xem thông tin đầy đủ"),
]


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_inspections")]
    operations = [
        migrations.AlterField("inspection", "kind", models.TextField(choices=_KINDS, verbose_name="loại")),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(_FORTH, _BACK)],
            state_operations=[
                migrations.RemoveConstraint("inspection", "inspection_kind_known"),
                migrations.AddConstraint(
                    "inspection",
                    models.CheckConstraint(
                        name="inspection_kind_known",
                        condition=models.Q(kind__in=["PERSON", "REVEAL"], file_sha256="")
                        | models.Q(kind="EVIDENCE", file_sha256__regex=r"\A[0-9a-f]{64}\Z"),
                        violation_error_message="Tệp chứng cứ phải có dấu SHA-256 của tệp.",
                    ),
                ),
            ],
        ),
    ]
