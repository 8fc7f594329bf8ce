import uuid

from django.db import migrations, models

import motcua.accounts.models.columns


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="ListExport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("officer_subject", models.CharField(max_length=64)),
                ("unit_code", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=300)),
                ("rows", models.PositiveIntegerField()),
                (
                    "at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="list_export_has_reason",
                        violation_error_message="Kết xuất danh sách phải ghi lý do.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rows__lte", 1000)),
                        name="list_export_up_to_1000",
                        violation_error_message="Mỗi lần kết xuất không quá 1.000 dòng.",
                    ),
                ],
            },
        ),
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
                ("at", models.DateTimeField(db_default=motcua.accounts.models.columns.StatementTimestamp())),
            ],
            options={
                "indexes": [models.Index(fields=["officer_subject", "at"], name="search_of_officer")],
            },
        ),
    ]
