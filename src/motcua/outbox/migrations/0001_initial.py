"""Texts and errands on their way out."""

import uuid

import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Errand",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=120, unique=True)),
                ("data", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "Chờ làm"),
                            ("RUNNING", "Đang làm"),
                            ("DONE", "Đã xong"),
                            ("DEAD", "Không làm được"),
                        ],
                        default="WAITING",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("lease", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, default="", max_length=80)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["WAITING", "RUNNING"])),
                        fields=["not_before", "id"],
                        name="outbox_errand_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["WAITING", "RUNNING", "DONE", "DEAD"])),
                        name="outbox_errand_words",
                        violation_error_message="Trạng thái công việc không đúng.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("lease__isnull", False), ("lease_until__isnull", False), ("state", "RUNNING")
                            ),
                            models.Q(
                                models.Q(("state", "RUNNING"), _negated=True),
                                ("lease__isnull", True),
                                ("lease_until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="outbox_errand_lease",
                        violation_error_message="Chỉ việc đang làm mới có người giữ.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", False), ("state", "DONE")),
                            models.Q(models.Q(("state", "DONE"), _negated=True), ("done_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="outbox_errand_done_has_time",
                        violation_error_message="Việc đã xong phải có giờ xong.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("OTP", "Mã OTP"), ("NOTICE", "Thông báo")], max_length=10),
                ),
                ("purpose", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "Chờ gửi"),
                            ("SENDING", "Đang gửi"),
                            ("SENT", "Đã chuyển nhà mạng"),
                            ("DELIVERED", "Đã tới máy"),
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
                ("to_masked", models.CharField(max_length=20)),
                ("body_sealed", models.BinaryField(null=True)),
                ("created_at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("lease", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("gateway_receipt", models.CharField(blank=True, default="", max_length=100)),
                ("sent_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, default="", max_length=40)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["WAITING", "SENDING"])),
                        fields=["not_before", "id"],
                        name="outbox_message_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "OTP"), _negated=True),
                            ("expires_at__isnull", False),
                            _connector="OR",
                        ),
                        name="outbox_otp_expires",
                        violation_error_message="Tin nhắn mã OTP phải có thời hạn.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["OTP", "NOTICE"]),
                            ("state__in", ["WAITING", "SENDING", "SENT", "DELIVERED", "FAILED", "EXPIRED"]),
                        ),
                        name="outbox_message_words",
                        violation_error_message="Loại hoặc trạng thái tin nhắn không đúng.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("body_sealed__isnull", False), ("state__in", ["WAITING", "SENDING"])),
                            models.Q(
                                ("body_sealed__isnull", True),
                                ("state__in", ["SENT", "DELIVERED", "FAILED", "EXPIRED"]),
                            ),
                            _connector="OR",
                        ),
                        name="outbox_body_erased",
                        violation_error_message="Nội dung tin nhắn chỉ được giữ đến khi chuyển đi.",
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
                        name="outbox_message_lease",
                        violation_error_message="Chỉ tin đang gửi mới có người giữ.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state__in", ["SENT", "DELIVERED"])),
                            models.Q(
                                models.Q(("state__in", ["SENT", "DELIVERED"]), _negated=True),
                                ("sent_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="outbox_sent_has_time",
                        violation_error_message="Tin đã chuyển phải có giờ chuyển.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            models.Func(
                                models.F("to_bi"), function="octet_length", output_field=models.IntegerField()
                            ),
                            32,
                        ),
                        name="outbox_to_bi_length",
                        violation_error_message="Dấu số điện thoại không đúng độ dài.",
                    ),
                ],
            },
        ),
    ]
