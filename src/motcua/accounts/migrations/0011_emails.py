"""The e-mail address an owner proved, and by which channels notices come."""

import datetime
import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import motcua.accounts.models.columns


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_one_file_one_request"),
    ]

    operations = [
        migrations.CreateModel(
            name="EmailBinding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email_sealed", models.BinaryField(null=True)),
                ("email_bi", models.BinaryField(null=True)),
                ("email_masked", models.CharField(blank=True, default="", max_length=260)),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "đang dùng"), ("closed", "đã thôi")],
                        default="active",
                        max_length=8,
                    ),
                ),
                ("row_key", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "verified_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="emails",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "active")),
                        fields=("account",),
                        name="email_one_active_per_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email_bi__isnull", True),
                            motcua.accounts.models.columns.OctetLengthIs("email_bi"),
                            _connector="OR",
                        ),
                        name="email_email_bi_32",
                        violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["active", "closed"])),
                        name="email_status_known",
                        violation_error_message="Giá trị không thuộc danh mục.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", True),
                                ("email_bi__isnull", False),
                                ("email_sealed__isnull", False),
                                ("status", "active"),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("email_bi__isnull", True),
                                ("email_masked", ""),
                                ("email_sealed__isnull", True),
                                ("status", "closed"),
                            ),
                            _connector="OR",
                        ),
                        name="email_binding_erased",
                        violation_error_message="Email đã bỏ thì phải xóa, email đang dùng thì phải có.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EmailProof",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("session_id", models.BigIntegerField()),
                ("email_sealed", models.BinaryField()),
                ("email_bi", models.BinaryField()),
                ("email_masked", models.CharField(max_length=260)),
                ("code_mac", models.BinaryField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                (
                    "expires_at",
                    models.DateTimeField(
                        db_default=django.db.models.expressions.CombinedExpression(
                            motcua.accounts.models.columns.StatementTimestamp(),
                            "+",
                            models.Value(datetime.timedelta(seconds=900)),
                        ),
                        editable=False,
                    ),
                ),
                ("consumed_at", models.DateTimeField(null=True)),
                ("superseded_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("consumed_at__isnull", True), ("superseded_at__isnull", True)),
                        fields=("account",),
                        name="email_proof_newest_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("attempts__gte", 0), ("attempts__lte", 5)),
                        name="email_proof_five_tries",
                        violation_error_message="Mỗi mã chỉ được nhập tối đa 5 lần.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "expires_at",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("created_at"), "+", models.Value(datetime.timedelta(seconds=900))
                                ),
                            )
                        ),
                        name="email_proof_lives_15_minutes",
                        violation_error_message="Mã xác nhận email chỉ có hiệu lực trong 15 phút.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email_bi__isnull", True),
                            motcua.accounts.models.columns.OctetLengthIs("email_bi"),
                            _connector="OR",
                        ),
                        name="email_proof_email_bi_32",
                        violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("code_mac__isnull", True),
                            motcua.accounts.models.columns.OctetLengthIs("code_mac"),
                            _connector="OR",
                        ),
                        name="email_proof_code_mac_32",
                        violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channels",
                    models.CharField(
                        choices=[
                            ("SMS", "Tin nhắn SMS"),
                            ("EMAIL", "Email"),
                            ("BOTH", "Cả tin nhắn SMS và email"),
                        ],
                        max_length=5,
                    ),
                ),
                ("words", models.CharField(max_length=20)),
                (
                    "chosen_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_choices",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "-id"], name="notice_choice_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channels__in", ["SMS", "EMAIL", "BOTH"])),
                        name="notice_choice_channels_known",
                        violation_error_message="Giá trị không thuộc danh mục.",
                    )
                ],
            },
        ),
    ]
