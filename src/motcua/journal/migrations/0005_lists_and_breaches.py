"""Why a list left as a file, and why somebody asked whom a breach concerns, is kept beside the other reasons."""

from django.db import migrations, models

_KNOWN = """
ALTER TABLE journal_inspection DROP CONSTRAINT inspection_kind_known;
ALTER TABLE journal_inspection ADD CONSTRAINT inspection_kind_known CHECK (
    kind IN ({bare}) AND file_sha256 = '' OR kind IN ({filed}) AND file_sha256 ~ '\\A[0-9a-f]{{64}}\\Z'){more};
"""
_FORTH = _KNOWN.format(bare="'PERSON', 'REVEAL', 'LIST'", filed="'EVIDENCE', 'BREACH'", more="")
# What was written stays when this step is taken back; new rows obey the older rule again.
_BACK = _KNOWN.format(bare="'PERSON', 'REVEAL'", filed="'EVIDENCE'", more=" NOT VALID")

_KINDS = [
    ("PERSON", "Tìm theo người"),
    ("EVIDENCE", "Xuất tệp chứng cứ"),
    ("REVEAL", "Xem thông tin đầy đủ"),
    ("LIST", "Kết xuất danh sách"),
    ("BREACH", "Lập hồ sơ sự cố"),
]


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_reveals")]
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
                        condition=models.Q(kind__in=["PERSON", "REVEAL", "LIST"], file_sha256="")
                        | models.Q(kind__in=["EVIDENCE", "BREACH"], file_sha256__regex=r"\A[0-9a-f]{64}\Z"),
                        violation_error_message="Tệp chứng cứ phải có dấu SHA-256 của tệp.",
                    ),
                ),
            ],
        ),
    ]
