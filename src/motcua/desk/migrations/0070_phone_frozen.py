"""A check keeps whether the owner's phone was frozen: the officer is told what to do, also when coming back to it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0060_another_field_key")]
    operations = [
        migrations.AddField(
            "accountcheck", "phone_frozen", models.BooleanField(default=False, db_default=False)
        ),
    ]
