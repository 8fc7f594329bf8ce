"""Step 2 of 2: the lengths of earlier marks are looked at, without blocking writers."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("vault", "0080_marks_in_covers")]
    operations = [
        ValidateConstraint("paper", name="paper_same_paper_bi_32"),
    ]
