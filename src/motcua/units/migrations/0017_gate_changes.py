"""A new binding day for units, asked by one administrator and agreed by another."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("units", "0014_reorganised_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="GateChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("binds_from", models.DateField()),
                ("reason", models.TextField()),
                ("asked_by_subject", models.TextField()),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("OPEN", "Chờ duyệt"),
                            ("APPROVED", "Đã duyệt"),
                            ("DECLINED", "Không duyệt"),
                            ("WITHDRAWN", "Đã rút"),
                        ],
                        default="OPEN",
                    ),
                ),
                ("decided_by_subject", models.TextField(blank=True, default="")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "đề nghị đổi ngày áp dụng",
            },
        ),
        migrations.CreateModel(
            name="GateChangeUnit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bound_from", models.DateField()),
                ("waiting", models.BooleanField(default=True)),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="units.gatechange",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "đơn vị trong đề nghị đổi ngày áp dụng",
            },
        ),
        migrations.AddIndex(
            model_name="gatechange",
            index=models.Index(fields=["unit", "-asked_at", "-id"], name="gate_change_of_unit"),
        ),
        migrations.AddConstraint(
            model_name="gatechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["OPEN", "APPROVED", "DECLINED", "WITHDRAWN"])),
                name="gate_change_state_known",
                violation_error_message="Trạng thái của đề nghị không có trong danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gatechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__regex", "\\S.{8,}\\S")),
                name="gate_change_says_why",
                violation_error_message="Đề nghị đổi ngày áp dụng phải ghi căn cứ từ 10 ký tự.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gatechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked_by_subject__regex", "\\A[0-9a-f]{32}\\Z")),
                name="gate_change_asked_by_somebody",
                violation_error_message="Người đề nghị không đúng dạng.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gatechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by_subject", ""), ("state", "OPEN")),
                    models.Q(
                        models.Q(("state", "OPEN"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by_subject__regex", "\\A[0-9a-f]{32}\\Z"),
                    ),
                    _connector="OR",
                ),
                name="gate_change_decided_whole",
                violation_error_message="Đề nghị đã quyết định phải ghi ai quyết định, lúc nào.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gatechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "APPROVED"), _negated=True),
                    models.Q(("decided_by_subject", models.F("asked_by_subject")), _negated=True),
                    _connector="OR",
                ),
                name="gate_change_agreed_by_another",
                violation_error_message="Đề nghị đổi ngày áp dụng phải do người thứ hai duyệt.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gatechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "WITHDRAWN"), _negated=True),
                    ("decided_by_subject", models.F("asked_by_subject")),
                    _connector="OR",
                ),
                name="gate_change_withdrawn_by_its_asker",
                violation_error_message="Chỉ người đề nghị được rút đề nghị của mình.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gatechangeunit",
            constraint=models.UniqueConstraint(
                fields=("change", "unit"),
                name="gate_change_unit_once",
                violation_error_message="Đơn vị đã có trong đề nghị này.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gatechangeunit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("waiting", True)),
                fields=("unit",),
                name="gate_change_one_waits",
                violation_error_message="Đơn vị đang có một đề nghị khác chờ duyệt.",
            ),
        ),
    ]
