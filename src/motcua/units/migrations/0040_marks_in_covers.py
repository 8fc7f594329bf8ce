"""Step 1 of 2: marks may lie in a cover whose key changes, and each table keeps the form that counts (ADR 0041)."""

from django.db import migrations, models

from motcua.keys.guarding import covered, mark_fits
from motcua.keys.marks import MarkFits


class Migration(migrations.Migration):
    atomic = False  # one table at a time: the running system goes on
    dependencies = [("units", "0030_another_field_key"), ("keys", "0010_lookup_keys")]

    operations = [
        mark_fits(
            "staffphone",
            "units_staffphone",
            "phone_bi",
            models.CheckConstraint(
                condition=models.Q(MarkFits("phone_bi")),
                name="staff_phone_bi_32_bytes",
                violation_error_message="Dấu vết số điện thoại không đúng độ dài.",
            ),
        ),
        covered("units_staffphone", "phone_bi"),
    ]
