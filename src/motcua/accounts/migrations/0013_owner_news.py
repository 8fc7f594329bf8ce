"""What a desk asked to be told to an owner, by its key: so that both sides can compare a day."""

from django.db import migrations, models

import motcua.accounts.models.columns


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_mandate_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnerNews",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("audience", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=120)),
                (
                    "told_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
            ],
            options={
                "verbose_name": "tin đã báo chủ hồ sơ",
                "indexes": [models.Index(fields=["audience", "told_at"], name="owner_news_by_day")],
                "constraints": [models.UniqueConstraint(fields=("audience", "key"), name="owner_news_once")],
            },
        ),
    ]
