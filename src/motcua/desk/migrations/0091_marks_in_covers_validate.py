"""Step 2 of 2: the lengths of earlier marks are looked at, without blocking writers."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("desk", "0090_marks_in_covers")]
    operations = [
        ValidateConstraint("accountcheck", name="check_number_bi_32_bytes"),
        ValidateConstraint("dossier", name="dossier_number_bi_32_bytes"),
        ValidateConstraint("dossier", name="dossier_phone_bi_32_bytes"),
    ]
