"""Step 2 of 2: old counters are checked, without blocking writers."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("signin", "0050_calls_counted_at_the_door")]
    operations = [ValidateConstraint("callcount", name="call_count_adds_up")]
