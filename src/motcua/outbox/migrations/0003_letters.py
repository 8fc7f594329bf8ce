"""Letters by e-mail, and the versions of what notices say."""

import uuid

import django.db.models.lookups
from django.db import migrations, models

import motcua.outbox.clock


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0002_kept_until"),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("CODE", "Mã xác nhận"), ("NOTICE", "Thông báo")], max_length=10
                    ),
                ),
                ("purpose", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "Chờ gửi"),
                            ("SENDING", "Đang gửi"),
                            ("SENT", "Đã chuyển máy chủ thư"),
                            ("FAILED", "Không gửi được"),
                            ("EXPIRED", "Hết hạn trước khi gửi"),
                        ],
                        default="WAITING",
                        max_length=10,
                    ),
                ),
                ("reference", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("dedupe_key", models.CharField(max_length=120, unique=True)),
                ("to_sealed", models.BinaryField()),
                ("to_bi", models.BinaryField(max_length=32)),
                ("to_masked", models.CharField(max_length=260)),
                ("subject_sealed", models.BinaryField(null=True)),
                ("body_sealed", models.BinaryField(null=True)),
                ("created_at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("lease", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("server_receipt", models.CharField(blank=True, default="", max_length=100)),
                ("sent_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, default="", max_length=40)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["WAITING", "SENDING"])),
                        fields=["not_before", "id"],
                        name="outbox_letter_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "CODE"), _negated=True),
                            ("expires_at__isnull", False),
                            _connector="OR",
                        ),
                        name="outbox_letter_code_expires",
                        violation_error_message="Thư chứa mã xác nhận phải có thời hạn.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["CODE", "NOTICE"]),
                            ("state__in", ["WAITING", "SENDING", "SENT", "FAILED", "EXPIRED"]),
                        ),
                        name="outbox_letter_words",
                        violation_error_message="Loại hoặc trạng thái thư không đúng.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("body_sealed__isnull", False),
                                ("state__in", ["WAITING", "SENDING"]),
                                ("subject_sealed__isnull", False),
                            ),
                            models.Q(
                                ("body_sealed__isnull", True),
                                ("state__in", ["SENT", "FAILED", "EXPIRED"]),
                                ("subject_sealed__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="outbox_letter_erased",
                        violation_error_message="Nội dung thư chỉ được giữ đến khi chuyển đi.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("lease__isnull", False), ("lease_until__isnull", False), ("state", "SENDING")
                            ),
                            models.Q(
                                models.Q(("state", "SENDING"), _negated=True),
                                ("lease__isnull", True),
                                ("lease_until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="outbox_letter_lease",
                        violation_error_message="Chỉ thư đang gửi mới có người giữ.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "SENT")),
                            models.Q(models.Q(("state", "SENT"), _negated=True), ("sent_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="outbox_letter_sent_has_time",
                        violation_error_message="Thư đã chuyển phải có giờ chuyển.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            models.Func(
                                models.F("to_bi"), function="octet_length", output_field=models.IntegerField()
                            ),
                            32,
                        ),
                        name="outbox_letter_to_bi_length",
                        violation_error_message="Dấu địa chỉ email không đúng độ dài.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeWording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("event", models.CharField(max_length=40)),
                (
                    "channel",
                    models.CharField(choices=[("SMS", "Tin nhắn SMS"), ("EMAIL", "Email")], max_length=5),
                ),
                ("subject", models.CharField(blank=True, default="", max_length=120)),
                ("body", models.CharField(blank=True, default="", max_length=2000)),
                ("valid_from", models.DateTimeField()),
                ("reason", models.CharField(max_length=200)),
                ("set_by", models.CharField(max_length=64)),
                ("unit_code", models.CharField(max_length=64)),
                (
                    "created_at",
                    models.DateTimeField(db_default=motcua.outbox.clock.DbClock(), editable=False),
                ),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["event", "channel", "-valid_from", "-id"], name="outbox_wording_in_force"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["SMS", "EMAIL"])),
                        name="outbox_wording_channel_known",
                        violation_error_message="Kênh thông báo không đúng.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", "SMS"), ("subject", "")),
                            models.Q(("body", ""), ("channel", "EMAIL"), ("subject", "")),
                            models.Q(
                                ("channel", "EMAIL"),
                                models.Q(("subject", ""), _negated=True),
                                models.Q(("body", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="outbox_wording_subject_of_letters",
                        violation_error_message="Chỉ email có tiêu đề, và email phải có tiêu đề.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True), models.Q(("set_by", ""), _negated=True)
                        ),
                        name="outbox_wording_signed",
                        violation_error_message="Mẫu thông báo phải ghi người sửa và lý do.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at", None), ("withdrawn_by", "")),
                            models.Q(
                                ("withdrawn_at__isnull", False), models.Q(("withdrawn_by", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="outbox_wording_withdrawn_by",
                        violation_error_message="Bản đã bỏ phải ghi người bỏ.",
                    ),
                ],
            },
        ),
    ]
