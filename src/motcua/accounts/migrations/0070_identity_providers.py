"""How long each identity provider is good, who is linked to VNeID, and accounts that have no password."""

import uuid

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import motcua.accounts.models.columns


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0066_shared_phones_of_minors"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProviderChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "owner_kind",
                    models.CharField(
                        choices=[("CITIZEN", "Công dân"), ("ORGANISATION", "Tổ chức")], max_length=12
                    ),
                ),
                (
                    "provider",
                    models.CharField(
                        choices=[("DVCQG", "Tài khoản Cổng DVCQG"), ("VNEID", "VNeID")], max_length=8
                    ),
                ),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
                ("reason", models.CharField(max_length=300)),
                ("asked_by", models.CharField(max_length=64)),
                ("asked_unit_code", models.CharField(max_length=64)),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPEN", "Chờ duyệt"),
                            ("APPROVED", "Đã duyệt"),
                            ("DECLINED", "Không duyệt"),
                            ("WITHDRAWN", "Đã rút"),
                        ],
                        default="OPEN",
                        max_length=9,
                    ),
                ),
                ("decided_by", models.CharField(blank=True, default="", max_length=64)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "đề nghị đổi thời hạn nhà cung cấp danh tính",
            },
        ),
        migrations.CreateModel(
            name="ProviderPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "owner_kind",
                    models.CharField(
                        choices=[("CITIZEN", "Công dân"), ("ORGANISATION", "Tổ chức")], max_length=12
                    ),
                ),
                (
                    "provider",
                    models.CharField(
                        choices=[("DVCQG", "Tài khoản Cổng DVCQG"), ("VNEID", "VNeID")], max_length=8
                    ),
                ),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
            ],
            options={
                "verbose_name": "thời hạn nhà cung cấp danh tính",
            },
        ),
        migrations.CreateModel(
            name="VneidLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("tech_bi", models.BinaryField(null=True)),
                ("level", models.PositiveSmallIntegerField()),
                (
                    "linked_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                ("asked_by", models.CharField(blank=True, default="", max_length=64)),
                ("asked_unit_code", models.CharField(blank=True, default="", max_length=64)),
                ("asked_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                (
                    "ended_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("DESK", "hai cán bộ gỡ"),
                            ("CLOSED", "tài khoản đã đóng"),
                            ("PARTED", "hai tài khoản đã gộp được tách"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                ("ended_by", models.CharField(blank=True, default="", max_length=64)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "liên kết VNeID",
            },
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="account_origin_known",
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="account_assisted_has_voucher",
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="account_active_has_password",
        ),
        migrations.RemoveConstraint(
            model_name="signin",
            name="sign_in_how_known",
        ),
        migrations.AddField(
            model_name="account",
            name="without_password",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="secondstep",
            name="provider",
            field=models.CharField(
                choices=[("DVCQG", "Tài khoản Cổng DVCQG"), ("VNEID", "VNeID")],
                db_default="DVCQG",
                default="DVCQG",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="vneid_proved_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="provider",
            field=models.CharField(
                choices=[("DVCQG", "Tài khoản Cổng DVCQG"), ("VNEID", "VNeID")],
                db_default="DVCQG",
                default="DVCQG",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="account",
            name="origin",
            field=models.CharField(
                choices=[("SELF", "Tự đăng ký"), ("ASSISTED", "Cán bộ tạo"), ("VNEID", "Mở bằng VNeID")],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="identitydocument",
            name="source",
            field=models.CharField(
                choices=[
                    ("OWNER", "chủ tài khoản khai"),
                    ("QR", "mã QR trên thẻ"),
                    ("OFFICER", "cán bộ đối chiếu giấy tờ"),
                    ("VNEID", "VNeID xác nhận"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="signin",
            name="how",
            field=models.CharField(
                choices=[
                    ("PASSWORD", "Mật khẩu"),
                    ("TOTP", "Ứng dụng xác thực"),
                    ("PASSKEY", "Khóa truy cập"),
                    ("RECOVERY", "Mã dự phòng"),
                    ("RESET", "Mã đăng ký lại"),
                    ("VNEID", "VNeID"),
                ],
                max_length=8,
            ),
        ),
        AddConstraintNotValid(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["SELF", "ASSISTED", "VNEID"])),
                name="account_origin_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        AddConstraintNotValid(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("origin__in", ["SELF", "VNEID"]), ("vouched_by", "")),
                    models.Q(("origin", "ASSISTED"), models.Q(("vouched_by", ""), _negated=True)),
                    _connector="OR",
                ),
                name="account_assisted_has_voucher",
                violation_error_message="Tài khoản do cán bộ tạo phải ghi cán bộ xác nhận.",
            ),
        ),
        AddConstraintNotValid(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "active"), _negated=True),
                    models.Q(("password", ""), _negated=True),
                    ("without_password", True),
                    _connector="OR",
                ),
                name="account_active_has_password",
                violation_error_message="Tài khoản đang hoạt động phải có mật khẩu, trừ tài khoản dùng VNeID.",
            ),
        ),
        AddConstraintNotValid(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("password", ""), ("without_password", True)),
                    models.Q(("without_password", False), models.Q(("origin", "VNEID"), _negated=True)),
                    _connector="OR",
                ),
                name="account_of_vneid_has_no_password",
                violation_error_message="Tài khoản mở bằng VNeID không có mật khẩu.",
            ),
        ),
        AddConstraintNotValid(
            model_name="secondstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("provider__in", ["DVCQG", "VNEID"])),
                name="second_step_provider_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        AddConstraintNotValid(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("provider__in", ["DVCQG", "VNEID"])),
                name="session_provider_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        AddConstraintNotValid(
            model_name="signin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("how__in", ["PASSWORD", "TOTP", "PASSKEY", "RECOVERY", "RESET", "VNEID"])
                ),
                name="sign_in_how_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.AddIndex(
            model_name="providerchange",
            index=models.Index(fields=["-asked_at", "-id"], name="provider_change_newest"),
        ),
        migrations.AddConstraint(
            model_name="providerchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["OPEN", "APPROVED", "DECLINED", "WITHDRAWN"])),
                name="provider_change_state_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("owner_kind__in", ["CITIZEN", "ORGANISATION"])),
                name="provider_change_owner_kind_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("provider__in", ["DVCQG", "VNEID"])),
                name="provider_change_provider_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from", None),
                    ("valid_to", None),
                    ("valid_to__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="provider_change_days_in_order",
                violation_error_message="Ngày kết thúc không được trước ngày bắt đầu.",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason__regex", "\\S.{8,}\\S"), ("asked_by__regex", "\\A[0-9a-f]{32}\\Z")
                ),
                name="provider_change_says_why",
                violation_error_message="Đề nghị đổi thời hạn phải ghi căn cứ từ 10 ký tự và người đề nghị.",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", ""), ("state", "OPEN")),
                    models.Q(
                        models.Q(("state", "OPEN"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__regex", "\\A[0-9a-f]{32}\\Z"),
                    ),
                    _connector="OR",
                ),
                name="provider_change_decided_whole",
                violation_error_message="Đề nghị đã quyết định phải ghi ai quyết định, lúc nào.",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("state", "WITHDRAWN"), _negated=True),
                        ("decided_by", models.F("asked_by")),
                        _connector="OR",
                    ),
                    models.Q(
                        models.Q(("state__in", ["APPROVED", "DECLINED"]), _negated=True),
                        models.Q(("decided_by", models.F("asked_by")), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="provider_change_two_officers",
                violation_error_message="Đề nghị phải do người thứ hai quyết định; chỉ người đề nghị được rút.",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "OPEN")),
                fields=("owner_kind",),
                name="provider_change_one_waits",
                violation_error_message="Đang có một đề nghị khác chờ duyệt cho loại chủ tài khoản này.",
            ),
        ),
        migrations.AddField(
            model_name="providerperiod",
            name="change",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.providerchange"
            ),
        ),
        migrations.AddField(
            model_name="vneidlink",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="vneid_links", to="accounts.account"
            ),
        ),
        migrations.AddConstraint(
            model_name="providerperiod",
            constraint=models.UniqueConstraint(
                fields=("owner_kind", "provider"),
                name="provider_period_once",
                violation_error_message="Mỗi nhà cung cấp chỉ có một thời hạn cho mỗi loại chủ tài khoản.",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("owner_kind__in", ["CITIZEN", "ORGANISATION"])),
                name="provider_period_owner_kind_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("provider__in", ["DVCQG", "VNEID"])),
                name="provider_period_provider_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from", None),
                    ("valid_to", None),
                    ("valid_to__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="provider_period_days_in_order",
                violation_error_message="Ngày kết thúc không được trước ngày bắt đầu.",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("provider", "DVCQG"), _negated=True), ("valid_from", None), _connector="OR"
                    ),
                    models.Q(
                        models.Q(("provider", "VNEID"), _negated=True),
                        ("valid_from__isnull", False),
                        _connector="OR",
                    ),
                ),
                name="provider_period_begins",
                violation_error_message="VNeID phải có ngày bắt đầu; tài khoản Cổng DVCQG dùng được từ trước.",
            ),
        ),
        migrations.AddIndex(
            model_name="vneidlink",
            index=models.Index(fields=["asked_unit_code", "-asked_at"], name="vneid_link_asked"),
        ),
        migrations.AddConstraint(
            model_name="vneidlink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("tech_bi",),
                name="vneid_tech_id_once",
                violation_error_message="Tài khoản VNeID này đã liên kết với một tài khoản khác.",
            ),
        ),
        migrations.AddConstraint(
            model_name="vneidlink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("account",),
                name="vneid_link_once_per_account",
                violation_error_message="Tài khoản này đã liên kết với một tài khoản VNeID.",
            ),
        ),
        migrations.AddConstraint(
            model_name="vneidlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("tech_bi__isnull", True),
                    motcua.accounts.models.columns.OctetLengthIs("tech_bi"),
                    _connector="OR",
                ),
                name="vneid_tech_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        migrations.AddConstraint(
            model_name="vneidlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", [2, 3])),
                name="vneid_link_level_two",
                violation_error_message="Chỉ liên kết tài khoản VNeID mức độ 2 trở lên.",
            ),
        ),
        migrations.AddConstraint(
            model_name="vneidlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked_at", None), ("asked_by", ""), ("asked_unit_code", ""), ("reason", "")),
                    models.Q(
                        models.Q(("asked_by", ""), _negated=True),
                        models.Q(("asked_unit_code", ""), _negated=True),
                        ("asked_at__isnull", False),
                        ("reason__regex", "\\S.{3,}\\S"),
                    ),
                    _connector="OR",
                ),
                name="vneid_link_asked_whole",
                violation_error_message="Đề nghị gỡ liên kết phải ghi người đề nghị, đơn vị, thời điểm và lý do.",
            ),
        ),
        migrations.AddConstraint(
            model_name="vneidlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at", None), ("ended_by", ""), ("ended_how", ""), ("tech_bi__isnull", False)
                    ),
                    models.Q(("ended_at__isnull", False), ("ended_how", "DESK"), ("tech_bi", None)),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by", ""),
                        ("ended_how__in", ["CLOSED", "PARTED"]),
                        ("tech_bi", None),
                    ),
                    _connector="OR",
                ),
                name="vneid_link_ended_whole",
                violation_error_message="Liên kết đã gỡ phải ghi vì sao, lúc nào.",
            ),
        ),
        migrations.AddConstraint(
            model_name="vneidlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_how", "DESK"), _negated=True),
                    models.Q(
                        models.Q(("asked_by", ""), _negated=True),
                        models.Q(("ended_by", ""), _negated=True),
                        models.Q(("ended_by", models.F("asked_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="vneid_link_two_officers",
                violation_error_message="Liên kết VNeID chỉ được gỡ khi hai cán bộ khác nhau cùng quyết định.",
            ),
        ),
    ]
