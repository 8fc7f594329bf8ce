"""What an officer searched for, sealed: where there are officers, not only where there are accounts."""

import uuid

from django.db import migrations, models

import motcua.units.search_tables


class Migration(migrations.Migration):
    dependencies = [
        ("units", "0018_gate_change_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchMemory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("officer_subject", models.CharField(max_length=64)),
                ("sealed", models.BinaryField()),
                ("at", models.DateTimeField(db_default=motcua.units.search_tables.StatementClock())),
            ],
            options={
                "indexes": [models.Index(fields=["officer_subject", "at"], name="units_search_of_officer")],
            },
        ),
    ]
