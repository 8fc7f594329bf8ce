"""Step 2 of 2: earlier consents are checked, without blocking writers."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("vault", "0070_consent_under_mandate")]
    operations = [ValidateConstraint("consent", name="consent_mandate_for_a_procedure")]
