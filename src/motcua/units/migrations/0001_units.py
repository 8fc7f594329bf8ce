"""The tables of this room."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Officer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.TextField(unique=True)),
                ("full_name", models.TextField()),
                ("phone_sealed", models.BinaryField()),
                ("phone_masked", models.TextField()),
                ("active", models.BooleanField(default=True)),
                (
                    "registered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("deactivated_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "cán bộ",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("subject__regex", "\\A[0-9a-f]{32}\\Z")),
                        name="officer_subject_opaque",
                        violation_error_message="Mã định danh của cán bộ không đúng dạng.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("active", True), ("deactivated_at", None)),
                            models.Q(("active", False), ("deactivated_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="officer_inactive_iff_deactivated",
                        violation_error_message="Cán bộ thôi làm việc phải có thời điểm thôi làm việc.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("short_name", models.TextField()),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("SO", "Sở"),
                            ("PHONG_CM", "Phòng chuyên môn"),
                            ("PHONG_GDDT", "Phòng Giáo dục và Đào tạo"),
                            ("THPT", "Trường trung học phổ thông"),
                            ("TRUC_THUOC", "Đơn vị trực thuộc"),
                            ("GDTX", "Trung tâm giáo dục thường xuyên"),
                            ("GDNN_GDTX", "Trung tâm giáo dục nghề nghiệp - giáo dục thường xuyên"),
                        ]
                    ),
                ),
                ("district", models.TextField(blank=True, default="")),
                ("address", models.TextField(blank=True, default="")),
                ("phone", models.TextField(blank=True, default="")),
                ("dossier_prefix", models.TextField(blank=True, default="")),
                ("has_desk", models.BooleanField(default=False)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("gate_binds_from", models.DateField(blank=True, null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="units.unit",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessors",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "đơn vị",
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("grantee_subject", models.TextField()),
                (
                    "powers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(
                            choices=[
                                ("RECEIVE_DOSSIER", "RECEIVE_DOSSIER"),
                                ("OPEN_ACCOUNT", "OPEN_ACCOUNT"),
                                ("PROCESS", "PROCESS"),
                                ("SIGN", "SIGN"),
                                ("HAND_OUT", "HAND_OUT"),
                                ("GRANT", "GRANT"),
                                ("INSPECT", "INSPECT"),
                                ("APPROVE_EXCEPTION", "APPROVE_EXCEPTION"),
                                ("EXPORT", "EXPORT"),
                                ("MANAGE_CATALOGUE", "MANAGE_CATALOGUE"),
                            ]
                        ),
                        size=None,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("granted_by_subject", models.TextField()),
                ("approved_by_subject", models.TextField(blank=True, default="")),
                (
                    "granted_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("reason", models.TextField(blank=True, default="")),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_by_subject", models.TextField(blank=True, default="")),
                ("revoked_reason", models.TextField(blank=True, default="")),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="units.officer"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="units.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "vị trí",
            },
        ),
        migrations.CreateModel(
            name="GrantRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "powers",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, default="")),
                ("replacing", models.BooleanField(default=False)),
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
                        ],
                        default="OPEN",
                    ),
                ),
                ("decided_by_subject", models.TextField(blank=True, default="")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.officer"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.post",
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
                "verbose_name": "đề nghị cấp quyền",
            },
        ),
        migrations.CreateModel(
            name="StaffPhone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("phone_bi", models.BinaryField()),
                ("active", models.BooleanField(default=True)),
                (
                    "added_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="phones", to="units.officer"
                    ),
                ),
            ],
            options={
                "verbose_name": "số điện thoại cán bộ",
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            models.Func(
                                models.F("phone_bi"),
                                function="octet_length",
                                output_field=models.IntegerField(),
                            ),
                            32,
                        ),
                        name="staff_phone_bi_32_bytes",
                        violation_error_message="Dấu vết số điện thoại không đúng độ dài.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("active", True)),
                        fields=("phone_bi",),
                        name="staff_phone_one_active",
                        violation_error_message="Số điện thoại này đã được đăng ký cho cán bộ khác.",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "\\A[a-z0-9]+(-[a-z0-9]+)*\\Z")),
                name="unit_code_plain",
                violation_error_message="Mã đơn vị chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("dossier_prefix__regex", "\\A([0-9]{3}\\.[0-9]{2}\\.[0-9]{2}\\.[A-Z][0-9]{2})?\\Z")
                ),
                name="unit_prefix_shape",
                violation_error_message="Mã định danh đơn vị phải có dạng 000.00.00.H00.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("has_desk", False), models.Q(("dossier_prefix", ""), _negated=True), _connector="OR"
                ),
                name="unit_desk_has_prefix",
                violation_error_message="Đơn vị có bộ phận một cửa phải có mã định danh để cấp mã hồ sơ.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["SO", "PHONG_CM", "PHONG_GDDT", "THPT", "TRUC_THUOC", "GDTX", "GDNN_GDTX"])
                ),
                name="unit_kind_known",
                violation_error_message="Loại đơn vị không có trong danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="unit_dates_in_order",
                violation_error_message="Ngày kết thúc phải sau ngày thành lập.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("successor", None), ("valid_to__isnull", False), _connector="OR"),
                name="unit_successor_only_when_closed",
                violation_error_message="Chỉ đơn vị đã kết thúc hoạt động mới có đơn vị kế thừa.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dossier_prefix", ""), _negated=True),
                fields=("dossier_prefix",),
                name="unit_prefix_unique",
                violation_error_message="Mã định danh này đã thuộc đơn vị khác.",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(("granted_by_subject", models.F("grantee_subject")), _negated=True),
                name="post_never_to_self",
                violation_error_message="Không ai được tự cấp quyền cho mình.",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_by_subject", models.F("grantee_subject")), _negated=True),
                    models.Q(("approved_by_subject", models.F("granted_by_subject")), _negated=True),
                ),
                name="post_approver_is_a_third_person",
                violation_error_message="Người duyệt phải khác người cấp và người được cấp.",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("powers__overlap", ["APPROVE_EXCEPTION", "EXPORT", "GRANT", "OPEN_ACCOUNT"]),
                        _negated=True,
                    ),
                    models.Q(("approved_by_subject", ""), _negated=True),
                    _connector="OR",
                ),
                name="post_privileged_needs_two",
                violation_error_message="Quyền đặc biệt phải có người thứ hai duyệt.",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("granted_by_subject__regex", "\\A([0-9a-f]{32}|system)\\Z"),
                    ("approved_by_subject__regex", "\\A([0-9a-f]{32}|system-2)?\\Z"),
                ),
                name="post_people_known",
                violation_error_message="Người cấp hoặc người duyệt không đúng dạng.",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_by_subject__in", ["", "system-2"]), ("granted_by_subject", "system")),
                    models.Q(
                        models.Q(("granted_by_subject", "system"), _negated=True),
                        models.Q(("approved_by_subject", "system-2"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="post_bootstrap_whole",
                violation_error_message="Chỉ quyền cấp khi cài đặt mới do hệ thống cấp và duyệt.",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "powers__contained_by",
                        [
                            "APPROVE_EXCEPTION",
                            "EXPORT",
                            "GRANT",
                            "HAND_OUT",
                            "INSPECT",
                            "MANAGE_CATALOGUE",
                            "OPEN_ACCOUNT",
                            "PROCESS",
                            "RECEIVE_DOSSIER",
                            "SIGN",
                        ],
                    ),
                    ("powers__len__gt", 0),
                ),
                name="post_powers_known",
                violation_error_message="Vị trí phải có ít nhất một quyền trong danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="post_dates_in_order",
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_at", None), ("revoked_by_subject", "")),
                    models.Q(
                        ("revoked_at__isnull", False), models.Q(("revoked_by_subject", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="post_revoked_by_someone",
                violation_error_message="Quyền bị thu hồi phải ghi người thu hồi.",
            ),
        ),
        migrations.AddConstraint(
            model_name="grantrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by_subject", ""), ("state", "OPEN")),
                    models.Q(
                        ("state__in", ["APPROVED", "DECLINED"]),
                        models.Q(("decided_by_subject", ""), _negated=True),
                        models.Q(
                            ("state", "DECLINED"),
                            models.Q(("decided_by_subject", models.F("asked_by_subject")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="grant_request_decided_by_another",
                violation_error_message="Đề nghị cấp quyền phải do người thứ hai duyệt.",
            ),
        ),
    ]
