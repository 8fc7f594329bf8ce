"""Whom a breach concerns is asked by the time of the questions, not by whom they were about."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0053_searches_lie_with_units")]
    operations = [
        migrations.AddIndex("lookup", models.Index(fields=["at"], name="look_up_by_time")),
    ]
