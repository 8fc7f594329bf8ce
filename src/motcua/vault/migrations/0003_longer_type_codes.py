"""Sample papers have names longer than forty letters; the desk allows eighty."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0002_rules"),
    ]

    operations = [
        migrations.AlterField(
            model_name="paper",
            name="type_code",
            field=models.CharField(max_length=80),
        ),
    ]
