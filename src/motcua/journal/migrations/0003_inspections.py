"""Inspectors: the lines of a unit in the list's own order, and who asked about whom, written once."""

import django.contrib.postgres.fields
from django.db import migrations, models

import motcua.journal.models

WRITTEN_ONCE = """
CREATE TRIGGER journal_inspection_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_inspection
    FOR EACH STATEMENT EXECUTE FUNCTION journal_forbid_change();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_search_path")]
    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["unit_code", "id"], name="journal_event_unit"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["unit_code", "event", "id"], name="journal_event_unit_event"),
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[("PERSON", "Tìm theo người"), ("EVIDENCE", "Xuất tệp chứng cứ")],
                        verbose_name="loại",
                    ),
                ),
                ("officer_subject", models.TextField(verbose_name="người kiểm tra")),
                ("unit_code", models.TextField(verbose_name="đơn vị")),
                ("reason", models.TextField(verbose_name="lý do")),
                (
                    "about",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        db_default=models.Value([]),
                        size=None,
                        verbose_name="đối tượng",
                    ),
                ),
                ("rows", models.IntegerField(db_default=0, verbose_name="số dòng")),
                (
                    "file_sha256",
                    models.CharField(blank=True, db_default="", max_length=64, verbose_name="dấu của tệp"),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=motcua.journal.models.ClockTimestamp(), verbose_name="lúc"
                    ),
                ),
            ],
            options={"verbose_name": "lượt kiểm tra nhật ký"},
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__regex", r"\S.{8,}\S")),
                name="inspection_says_why",
                violation_error_message="Lượt kiểm tra nhật ký phải có lý do từ 10 ký tự.",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("file_sha256", ""), ("kind", "PERSON")),
                    models.Q(("file_sha256__regex", r"\A[0-9a-f]{64}\Z"), ("kind", "EVIDENCE")),
                    _connector="OR",
                ),
                name="inspection_kind_known",
                violation_error_message="Tệp chứng cứ phải có dấu SHA-256 của tệp.",
            ),
        ),
        migrations.RunSQL(WRITTEN_ONCE, "DROP TRIGGER journal_inspection_append_only ON journal_inspection"),
    ]
