"""Step 2 of 2: the lengths of earlier marks are looked at, without blocking writers."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("units", "0040_marks_in_covers")]
    operations = [
        ValidateConstraint("staffphone", name="staff_phone_bi_32_bytes"),
    ]
