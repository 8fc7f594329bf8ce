"""Each day compared with the portal, and what differed."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0030_national_sync"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("day", models.DateField(unique=True)),
                (
                    "compared_at",
                    models.DateTimeField(
                        db_default=django.db.models.expressions.RawSQL("clock_timestamp()", ()),
                        editable=False,
                    ),
                ),
                ("counts", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "đối soát trong ngày",
            },
        ),
        migrations.CreateModel(
            name="Difference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.TextField()),
                ("key", models.TextField()),
                (
                    "why",
                    models.TextField(
                        choices=[
                            ("MISSING", "Đã gửi nhưng Cổng không có"),
                            ("GIVEN_UP", "Gửi nhiều lần không được"),
                            ("UNKNOWN", "Cổng có nhưng một cửa không gửi"),
                        ]
                    ),
                ),
                ("errand_kind", models.TextField(blank=True, default="")),
                ("errand_data", models.JSONField(default=dict)),
                (
                    "found_at",
                    models.DateTimeField(
                        db_default=django.db.models.expressions.RawSQL("clock_timestamp()", ()),
                        editable=False,
                    ),
                ),
                ("sent_again_at", models.DateTimeField(null=True)),
                ("sent_again_by", models.TextField(blank=True, default="")),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "dossier",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="desk.dossier",
                    ),
                ),
                (
                    "reconciliation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="differences",
                        to="desk.reconciliation",
                    ),
                ),
            ],
            options={
                "verbose_name": "chênh lệch",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reconciliation", "kind", "key"),
                        name="difference_once",
                        violation_error_message="Chênh lệch này đã được ghi.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["NOTICES", "PAPERS", "RESULTS", "MOVES"]),
                            ("why__in", ["MISSING", "GIVEN_UP", "UNKNOWN"]),
                        ),
                        name="difference_words",
                        violation_error_message="Loại chênh lệch không có trong danh mục.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_again_at", None), ("sent_again_by", "")),
                            models.Q(
                                ("sent_again_at__isnull", False),
                                models.Q(("sent_again_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="difference_sent_again_by",
                        violation_error_message="Gửi lại phải ghi người gửi và thời điểm.",
                    ),
                ],
            },
        ),
    ]
