"""Step 2 of 2: the lengths of earlier marks are looked at, without blocking writers."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("outbox", "0030_marks_in_covers")]
    operations = [
        ValidateConstraint("letter", name="outbox_letter_to_bi_length"),
        ValidateConstraint("message", name="outbox_to_bi_length"),
    ]
