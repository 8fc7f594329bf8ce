"""Step 1 of 2: marks may lie in a cover whose key changes, and each table keeps the form that counts (ADR 0041)."""

from django.db import migrations, models

from motcua.keys.guarding import covered, mark_fits
from motcua.keys.marks import MarkFits


class Migration(migrations.Migration):
    atomic = False  # one table at a time: the running system goes on
    dependencies = [("outbox", "0020_another_field_key"), ("keys", "0010_lookup_keys")]

    operations = [
        mark_fits(
            "letter",
            "outbox_letter",
            "to_bi",
            models.CheckConstraint(
                condition=models.Q(MarkFits("to_bi")),
                name="outbox_letter_to_bi_length",
                violation_error_message="Dấu địa chỉ email không đúng độ dài.",
            ),
        ),
        migrations.AlterField("letter", "to_bi", models.BinaryField()),
        covered("outbox_letter", "to_bi"),
        mark_fits(
            "message",
            "outbox_message",
            "to_bi",
            models.CheckConstraint(
                condition=models.Q(MarkFits("to_bi")),
                name="outbox_to_bi_length",
                violation_error_message="Dấu số điện thoại không đúng độ dài.",
            ),
        ),
        migrations.AlterField("message", "to_bi", models.BinaryField()),
        covered("outbox_message", "to_bi"),
    ]
