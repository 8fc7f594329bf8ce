"""The list of one officer's accounts, however many the unit has."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_searches")]
    operations = [
        migrations.AddIndex(
            "account",
            models.Index(
                F("vouched_by"),
                F("opened_at").desc(),
                F("id").desc(),
                condition=Q(origin="ASSISTED"),
                name="account_assisted_by_creator",
            ),
        )
    ]
