"""A new password that rests a day, and when a phone was last asked about again (threats T-10, T-11)."""

import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import motcua.accounts.models.columns


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_owner_news"),
    ]

    operations = [
        migrations.AddField(
            model_name="phonebinding",
            name="rechecked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="RestingReset",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(blank=True, max_length=128)),
                ("phone_bi", models.BinaryField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "chờ hiệu lực"),
                            ("DONE", "đã có hiệu lực"),
                            ("CANCELLED", "đã hủy"),
                        ],
                        default="WAITING",
                        max_length=9,
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                (
                    "effective_at",
                    models.DateTimeField(
                        db_default=django.db.models.expressions.CombinedExpression(
                            motcua.accounts.models.columns.StatementTimestamp(),
                            "+",
                            models.Value(datetime.timedelta(days=1)),
                        ),
                        editable=False,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"
                    ),
                ),
            ],
            options={
                "verbose_name": "mật khẩu mới chờ hiệu lực",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "WAITING")),
                        fields=("account",),
                        name="resting_reset_once_per_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["WAITING", "DONE", "CANCELLED"])),
                        name="resting_reset_state_known",
                        violation_error_message="Giá trị không thuộc danh mục.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("phone_bi__isnull", True),
                            motcua.accounts.models.columns.OctetLengthIs("phone_bi"),
                            _connector="OR",
                        ),
                        name="resting_reset_phone_bi_32",
                        violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("settled_at__isnull", True),
                                ("state", "WAITING"),
                                models.Q(("password", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "WAITING"), _negated=True),
                                ("password", ""),
                                ("settled_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="resting_reset_settled_forgets",
                        violation_error_message="Mật khẩu chờ hiệu lực chỉ được giữ đến khi có hiệu lực hoặc bị hủy.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "effective_at__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("asked_at"), "+", models.Value(datetime.timedelta(days=1))
                                ),
                            )
                        ),
                        name="resting_reset_rests_a_day",
                        violation_error_message="Mật khẩu mới phải chờ đủ 24 giờ.",
                    ),
                ],
            },
        ),
    ]
