"""What became of a unit, and that a post is still needed: two tables whose rows are added, never changed."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("units", "0007_connect_systems"),
    ]

    operations = [
        migrations.CreateModel(
            name="PostConfirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("by_subject", models.TextField()),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="units.post",
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt xác nhận lại vị trí",
                "indexes": [models.Index(fields=["post", "-at"], name="confirmation_of_post")],
            },
        ),
        migrations.CreateModel(
            name="UnitChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("ADDED", "Thành lập"),
                            ("RENAMED", "Đổi tên"),
                            ("CLOSED", "Kết thúc hoạt động"),
                            ("MERGED", "Sáp nhập"),
                            ("SPLIT", "Chia tách"),
                        ]
                    ),
                ),
                ("effective_on", models.DateField()),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "successors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("reason", models.TextField()),
                ("by_subject", models.TextField()),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="units.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "biến động đơn vị",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["ADDED", "RENAMED", "CLOSED", "MERGED", "SPLIT"])),
                        name="unit_change_kind_known",
                        violation_error_message="Loại biến động không có trong danh mục.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__regex", "\\S.{8,}\\S")),
                        name="unit_change_says_why",
                        violation_error_message="Biến động của đơn vị phải ghi căn cứ từ 10 ký tự.",
                    ),
                ],
            },
        ),
    ]
