"""For which desk a system acts, what it may call, how often it called, and what its writes were answered."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.lookups
from django.db import migrations, models

# What stood before acts for itself. The rule that nothing written is changed rests for this one statement.
OWN_CLIENT_ID = """
ALTER TABLE signin_registration DISABLE TRIGGER registration_moves;
UPDATE signin_registration r SET audience = c.client_id FROM signin_client c WHERE c.id = r.client_id;
ALTER TABLE signin_registration ENABLE TRIGGER registration_moves;
"""
# On the way back the column goes with all that stands in it.
RULE_STANDS = "ALTER TABLE signin_registration ENABLE TRIGGER registration_moves"


class Migration(migrations.Migration):
    dependencies = [
        ("signin", "0002_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="CallCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hour", models.DateTimeField()),
                (
                    "scope",
                    models.TextField(
                        choices=[
                            ("account.check", "Kiểm tra tài khoản của chủ hồ sơ"),
                            (
                                "owner.session",
                                "Nhận chứng nhận về người đang đăng nhập, bằng thẻ của chính người đó",
                            ),
                            ("owner.notice", "Báo tin về hồ sơ cho chủ tài khoản"),
                            ("vault.lend", "Hỏi, mượn và xem giấy tờ trong kho dữ liệu của chủ hồ sơ"),
                            ("vault.put", "Đưa giấy tờ, kết quả vào kho dữ liệu của chủ hồ sơ"),
                            ("dossier.events", "Nhận diễn biến hồ sơ của đơn vị (không có dữ liệu cá nhân)"),
                            ("catalogue.read", "Lấy danh mục đơn vị và thủ tục"),
                            ("catalogue.write", "Nhập danh mục thủ tục"),
                        ]
                    ),
                ),
                ("calls", models.PositiveIntegerField()),
                ("refused", models.PositiveIntegerField()),
                ("missed", models.PositiveIntegerField()),
                ("alarms", models.PositiveIntegerField()),
                ("last_at", models.DateTimeField()),
                ("last_refusal", models.TextField(blank=True, default="")),
            ],
            options={
                "verbose_name": "số lần gọi",
            },
        ),
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("key", models.TextField()),
                ("operation", models.TextField()),
                ("body_mac", models.BinaryField()),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("lease_until", models.DateTimeField()),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("answer_sealed", models.BinaryField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name": "trả lời đã giữ",
            },
        ),
        migrations.RemoveConstraint(
            model_name="registration",
            name="registration_scopes_known",
        ),
        migrations.AddField(
            model_name="registration",
            name="audience",
            field=models.TextField(default="-"),
            preserve_default=False,
        ),
        migrations.RunSQL(OWN_CLIENT_ID, RULE_STANDS),
        migrations.AlterField(
            model_name="registration",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(
                    choices=[
                        ("account.check", "Kiểm tra tài khoản của chủ hồ sơ"),
                        (
                            "owner.session",
                            "Nhận chứng nhận về người đang đăng nhập, bằng thẻ của chính người đó",
                        ),
                        ("owner.notice", "Báo tin về hồ sơ cho chủ tài khoản"),
                        ("vault.lend", "Hỏi, mượn và xem giấy tờ trong kho dữ liệu của chủ hồ sơ"),
                        ("vault.put", "Đưa giấy tờ, kết quả vào kho dữ liệu của chủ hồ sơ"),
                        ("dossier.events", "Nhận diễn biến hồ sơ của đơn vị (không có dữ liệu cá nhân)"),
                        ("catalogue.read", "Lấy danh mục đơn vị và thủ tục"),
                        ("catalogue.write", "Nhập danh mục thủ tục"),
                    ]
                ),
                size=None,
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scopes__len__gte", 1),
                    (
                        "scopes__contained_by",
                        [
                            "account.check",
                            "owner.session",
                            "owner.notice",
                            "vault.lend",
                            "vault.put",
                            "dossier.events",
                            "catalogue.read",
                            "catalogue.write",
                        ],
                    ),
                ),
                name="registration_scopes_known",
                violation_error_message="Phạm vi kết nối không có trong danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience__regex", "\\A(?=.{3,40}\\Z)[a-z][a-z0-9]*(-[a-z0-9]+)*\\Z")),
                name="registration_audience_plain",
                violation_error_message="Mã bộ phận một cửa gồm 3 đến 40 chữ thường không dấu, chữ số và dấu gạch nối.",
            ),
        ),
        migrations.AddField(
            model_name="callcount",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="signin.client"
            ),
        ),
        migrations.AddField(
            model_name="keptanswer",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="signin.client"
            ),
        ),
        migrations.AddConstraint(
            model_name="callcount",
            constraint=models.UniqueConstraint(
                fields=("client", "hour", "scope"),
                name="call_count_once",
                violation_error_message="Số lần gọi của hệ thống trong giờ này đã có dòng đếm.",
            ),
        ),
        migrations.AddConstraint(
            model_name="callcount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("calls__gte", 1),
                    ("refused__lte", models.F("calls")),
                    ("missed__lte", models.F("calls")),
                    ("alarms__lte", models.F("missed")),
                ),
                name="call_count_adds_up",
                violation_error_message="Số lần bị từ chối, không tìm thấy không được nhiều hơn số lần gọi.",
            ),
        ),
        migrations.AddConstraint(
            model_name="callcount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "scope__in",
                        [
                            "account.check",
                            "owner.session",
                            "owner.notice",
                            "vault.lend",
                            "vault.put",
                            "dossier.events",
                            "catalogue.read",
                            "catalogue.write",
                        ],
                    )
                ),
                name="call_count_scope_known",
                violation_error_message="Phạm vi kết nối không có trong danh mục.",
            ),
        ),
        migrations.AddIndex(
            model_name="keptanswer",
            index=models.Index(fields=["asked_at"], name="kept_answer_age"),
        ),
        migrations.AddConstraint(
            model_name="keptanswer",
            constraint=models.UniqueConstraint(
                fields=("client", "key"),
                name="kept_answer_once",
                violation_error_message="Mã chống gửi lặp này đã được dùng.",
            ),
        ),
        migrations.AddConstraint(
            model_name="keptanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("key__regex", "\\A[A-Za-z0-9._:-]{8,128}\\Z")),
                name="kept_answer_key_plain",
                violation_error_message="Mã chống gửi lặp gồm 8 đến 128 chữ, số, dấu chấm, gạch, hai chấm.",
            ),
        ),
        migrations.AddConstraint(
            model_name="keptanswer",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    models.Func(
                        models.F("body_mac"), function="octet_length", output_field=models.IntegerField()
                    ),
                    32,
                ),
                name="kept_answer_mac",
                violation_error_message="Dấu của nội dung gửi phải đủ 32 byte.",
            ),
        ),
        migrations.AddConstraint(
            model_name="keptanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer_sealed", None), ("answered_at", None), ("status", None)),
                    models.Q(
                        ("answer_sealed__isnull", False),
                        ("answered_at__isnull", False),
                        ("status__range", (200, 299)),
                    ),
                    _connector="OR",
                ),
                name="kept_answer_whole",
                violation_error_message="Trả lời đã giữ phải có đủ mã trạng thái, nội dung và thời điểm.",
            ),
        ),
    ]
