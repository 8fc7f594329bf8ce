"""Step 2 of 2 of 0107: old rows are checked, without blocking writers; none of them says anything."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0107_unlinking_dropped")]
    operations = [ValidateConstraint("vneidlink", name="vneid_link_dropped_whole")]
