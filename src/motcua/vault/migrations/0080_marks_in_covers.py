"""Step 1 of 2: marks may lie in a cover whose key changes, and each table keeps the form that counts (ADR 0041)."""

from django.db import migrations, models

from motcua.keys.guarding import covered, mark_fits
from motcua.keys.marks import MarkFits


class Migration(migrations.Migration):
    atomic = False  # one table at a time: the running system goes on
    dependencies = [("vault", "0071_consent_mandate_validate"), ("keys", "0010_lookup_keys")]

    operations = [
        mark_fits(
            "paper",
            "vault_paper",
            "same_paper_bi",
            models.CheckConstraint(
                condition=models.Q(
                    ("same_paper_bi__isnull", True), MarkFits("same_paper_bi"), _connector="OR"
                ),
                name="paper_same_paper_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        covered("vault_paper", "same_paper_bi"),
    ]
