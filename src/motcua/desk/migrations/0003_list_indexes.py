"""The list by state and by procedure, however many dossiers the unit has."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0002_rules")]
    operations = [
        migrations.AddIndex(
            "dossier",
            models.Index(fields=["unit", "state", "-arrived_at", "-id"], name="dossier_by_state"),
        ),
        migrations.AddIndex(
            "dossier",
            models.Index(fields=["unit", "procedure", "-arrived_at", "-id"], name="dossier_by_procedure"),
        ),
    ]
