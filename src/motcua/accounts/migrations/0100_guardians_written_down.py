"""A guardian is written down of an account that is there, and taken back before the day (rules in 0101)."""

from django.db import migrations, models

_OPEN = models.Q(settled_at=None, taken_back_at=None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0091_marks_in_covers_validate")]
    operations = [
        migrations.AddField(
            "guardianship", "reason", models.CharField(blank=True, db_default="", default="", max_length=300)
        ),
        migrations.AddField("guardianship", "taken_back_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "guardianship",
            "taken_back_by",
            models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            "guardianship",
            "taken_back_unit_code",
            models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            "guardianship",
            "taken_back_reason",
            models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.AddConstraint(
            "guardianship",
            models.CheckConstraint(
                name="guardianship_taken_back_whole",
                condition=models.Q(
                    taken_back_at=None, taken_back_by="", taken_back_unit_code="", taken_back_reason=""
                )
                | models.Q(
                    taken_back_at__isnull=False, settled_at=None, taken_back_reason__regex=r"\S.{3,}\S"
                )
                & ~models.Q(taken_back_by="")
                & ~models.Q(taken_back_unit_code=""),
                violation_error_message="Bỏ ghi người giữ tài khoản phải ghi ai bỏ, ở đâu và vì sao.",
            ),
        ),
        migrations.RemoveConstraint("guardianship", "guardianship_one_open"),
        migrations.AddConstraint(
            "guardianship",
            models.UniqueConstraint(
                fields=["account"],
                condition=_OPEN,
                name="guardianship_one_open",
                violation_error_message="Tài khoản này đã ghi người giữ.",
            ),
        ),
        migrations.RemoveIndex("guardianship", "guardianship_by_day"),
        migrations.AddIndex(
            "guardianship",
            models.Index(fields=["ends_on", "id"], condition=_OPEN, name="guardianship_by_day"),
        ),
    ]
