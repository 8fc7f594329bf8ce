"""Step 1 of 2: marks may lie in a cover whose key changes, and each table keeps the form that counts (ADR 0041)."""

from django.db import migrations, models

from motcua.keys.guarding import covered, mark_fits
from motcua.keys.marks import MarkFits


class Migration(migrations.Migration):
    atomic = False  # one table at a time: the running system goes on
    dependencies = [("desk", "0081_components_of_one_request"), ("keys", "0010_lookup_keys")]

    operations = [
        mark_fits(
            "accountcheck",
            "desk_accountcheck",
            "number_bi",
            models.CheckConstraint(
                condition=models.Q(MarkFits("number_bi")),
                name="check_number_bi_32_bytes",
                violation_error_message="Dấu vết số định danh không đúng độ dài.",
            ),
        ),
        covered("desk_accountcheck", "number_bi"),
        mark_fits(
            "dossier",
            "desk_dossier",
            "owner_number_bi",
            models.CheckConstraint(
                condition=models.Q(("owner_number_bi", None), MarkFits("owner_number_bi"), _connector="OR"),
                name="dossier_number_bi_32_bytes",
                violation_error_message="Dấu vết số định danh không đúng độ dài.",
            ),
        ),
        mark_fits(
            "dossier",
            "desk_dossier",
            "contact_phone_bi",
            models.CheckConstraint(
                condition=models.Q(("contact_phone_bi", None), MarkFits("contact_phone_bi"), _connector="OR"),
                name="dossier_phone_bi_32_bytes",
                violation_error_message="Dấu vết số điện thoại không đúng độ dài.",
            ),
        ),
        covered("desk_dossier", "owner_number_bi", "contact_phone_bi"),
    ]
