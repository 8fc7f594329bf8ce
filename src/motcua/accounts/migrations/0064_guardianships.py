"""Accounts of minors that a parent or guardian runs, and the request by which the owner takes one over."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import motcua.accounts.models.columns


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0054_look_ups_by_time"),
        ("files", "0003_known_file_key"),
    ]

    operations = [
        migrations.CreateModel(
            name="Guardianship",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("PARENT", "Cha hoặc mẹ"), ("GUARDIAN", "Người giám hộ")], max_length=8
                    ),
                ),
                ("ends_on", models.DateField(editable=False, null=True)),
                ("told", models.PositiveSmallIntegerField(db_default=0, default=0)),
                (
                    "began_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                ("recorded_by", models.CharField(blank=True, default="", max_length=64)),
                ("unit_id", models.BigIntegerField(null=True)),
                ("unit_code", models.CharField(blank=True, default="", max_length=64)),
                ("request_number", models.CharField(blank=True, default="", max_length=20)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.CharField(blank=True, default="", max_length=64)),
                ("settled_unit_id", models.BigIntegerField(null=True)),
                ("settled_unit_code", models.CharField(blank=True, db_default="", default="", max_length=64)),
                ("rests_until", models.DateTimeField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="assistapplication",
            name="application_kind_known",
        ),
        migrations.AddField(
            model_name="assistapplication",
            name="held_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("SELF", "Chính công dân (chưa đủ 18 tuổi)"),
                    ("PARENT", "Cha hoặc mẹ (công dân chưa đủ 18 tuổi)"),
                    ("GUARDIAN", "Người giám hộ (công dân chưa đủ 18 tuổi)"),
                ],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="assistapplication",
            name="kind",
            field=models.CharField(
                choices=[
                    ("CREATE", "Tạo tài khoản"),
                    ("PHONE", "Đổi số điện thoại tại quầy"),
                    ("OF_AGE", "Nhận tài khoản khi đủ 18 tuổi"),
                ],
                default="CREATE",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="assistapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["CREATE", "PHONE", "OF_AGE"])),
                name="application_kind_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assistapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(("held_by__in", ["", "SELF", "PARENT", "GUARDIAN"])),
                name="application_held_by_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assistapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "OF_AGE"), _negated=True),
                    models.Q(("held_by", ""), ("phone_exception", None)),
                    _connector="OR",
                ),
                name="application_of_age_own_phone",
                violation_error_message="Người đủ 18 tuổi nhận tài khoản bằng số điện thoại của chính mình.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assistapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("held_by", "SELF"), _negated=True), ("phone_exception", None), _connector="OR"
                ),
                name="application_own_phone_not_shared",
                violation_error_message="Số điện thoại của chính người chưa đủ 18 tuổi thì không dùng chung.",
            ),
        ),
        migrations.AddField(
            model_name="guardianship",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="guardianships",
                to="accounts.account",
            ),
        ),
        migrations.AddIndex(
            model_name="guardianship",
            index=models.Index(fields=["unit_id", "ends_on", "id"], name="guardianship_of_unit"),
        ),
        migrations.AddIndex(
            model_name="guardianship",
            index=models.Index(
                condition=models.Q(("settled_at", None)), fields=["ends_on", "id"], name="guardianship_by_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.UniqueConstraint(
                condition=models.Q(("settled_at", None)),
                fields=("account",),
                name="guardianship_one_open",
                violation_error_message="Tài khoản này đã ghi người giữ.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("request_number", ""), ("settled_at", None), ("settled_by", "")),
                    models.Q(
                        ("settled_at__isnull", False),
                        models.Q(("request_number", ""), _negated=True),
                        models.Q(("settled_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="guardianship_settled_says_how",
                violation_error_message="Lần nhận tài khoản phải ghi yêu cầu và cán bộ thực hiện.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.CheckConstraint(
                condition=models.Q(("reviewed_at", None), ("settled_at__isnull", False), _connector="OR"),
                name="guardianship_read_afterwards",
                violation_error_message="Chủ tài khoản chỉ xác nhận đã xem sau khi nhận tài khoản.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rests_until", None), ("settled_unit_code", "")),
                    ("settled_at__isnull", False),
                    _connector="OR",
                ),
                name="guardianship_rests_once_settled",
                violation_error_message="Nơi giao và thời gian chờ chỉ ghi khi tài khoản đã được giao.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.CheckConstraint(
                condition=models.Q(("told__lte", 3)),
                name="guardianship_told_known",
                violation_error_message="Số lần báo trước không hợp lệ.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["PARENT", "GUARDIAN"])),
                name="guardianship_kind_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
    ]
