"""Searches lie with the units: a desk apart has officers who search, and no accounts. Those of today are typed again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0045_merge_rules"),
    ]

    operations = [
        migrations.DeleteModel(
            name="SearchMemory",
        ),
    ]
