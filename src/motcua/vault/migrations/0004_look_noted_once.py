"""A look that another system tells of is written down once."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("vault", "0003_longer_type_codes")]

    operations = [
        migrations.AddField(
            "look",
            "noted_key",
            models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
        migrations.AddConstraint(
            "look",
            models.UniqueConstraint(
                name="look_noted_once",
                fields=["noted_key"],
                condition=~Q(noted_key=""),
                violation_error_message="Lượt xem này đã được ghi.",
            ),
        ),
    ]
