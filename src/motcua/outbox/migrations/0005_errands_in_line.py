"""Of errands in one line the oldest open one is found without reading the others."""

import django.db.models.fields.json
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0006_never_backwards"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="errand",
            index=models.Index(
                django.db.models.fields.json.KeyTextTransform("line", "data"),
                models.F("id"),
                condition=models.Q(("state__in", ["WAITING", "RUNNING"])),
                name="outbox_errand_line",
            ),
        ),
    ]
