"""Who carries our texts, what each was handed, and what it said became of it; a taken text may wait for news."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0004_letters_kept"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeliveryNews",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider", models.CharField(max_length=20, verbose_name="nhà cung cấp")),
                ("event_id", models.CharField(max_length=100, verbose_name="mã tin báo")),
                ("receipt", models.CharField(max_length=100, verbose_name="mã của nhà cung cấp")),
                (
                    "said",
                    models.CharField(
                        choices=[
                            ("ENROUTE", "Đang chuyển tới máy"),
                            ("DELIVERED", "Đã tới máy"),
                            ("UNDELIVERED", "Không tới máy"),
                        ],
                        max_length=12,
                        verbose_name="báo",
                    ),
                ),
                ("noted_at", models.DateTimeField(verbose_name="ghi lúc")),
                ("applied", models.BooleanField(default=False, verbose_name="đã áp dụng")),
            ],
            options={
                "verbose_name": "tin báo phát",
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.UUIDField(verbose_name="mã tin")),
                ("provider", models.CharField(max_length=20, verbose_name="nhà cung cấp")),
                ("kind", models.CharField(max_length=10, verbose_name="loại")),
                ("purpose", models.CharField(max_length=60, verbose_name="việc")),
                ("unit_code", models.CharField(blank=True, default="", max_length=40, verbose_name="đơn vị")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("TRYING", "Đang chuyển"),
                            ("BUSY", "Chưa nhận"),
                            ("DOUBTFUL", "Không rõ đã nhận chưa"),
                            ("REFUSED", "Không nhận chuyển"),
                            ("TAKEN", "Đã nhận"),
                            ("UNDELIVERED", "Không tới máy"),
                            ("DELIVERED", "Đã tới máy"),
                        ],
                        default="TRYING",
                        max_length=12,
                        verbose_name="trạng thái",
                    ),
                ),
                ("tries", models.PositiveIntegerField(default=1, verbose_name="lần thử")),
                ("parts", models.PositiveSmallIntegerField(default=1, verbose_name="số đoạn")),
                ("price_vnd", models.PositiveIntegerField(default=0, verbose_name="giá (đồng)")),
                ("tried_at", models.DateTimeField(verbose_name="thử lúc")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="trả lời lúc")),
                ("taken_at", models.DateTimeField(null=True, verbose_name="nhận lúc")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="biết kết quả lúc")),
                (
                    "receipt",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="mã của nhà cung cấp"
                    ),
                ),
                ("failure", models.CharField(blank=True, default="", max_length=40, verbose_name="lỗi")),
            ],
            options={
                "verbose_name": "lượt chuyển tin",
            },
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="mã")),
                (
                    "state",
                    models.CharField(
                        choices=[("UP", "Hoạt động"), ("RESTING", "Tạm nghỉ")],
                        default="UP",
                        max_length=10,
                        verbose_name="tình trạng",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("ERRORS", "Không nhận tin"),
                            ("UNDELIVERED", "Nhận nhưng tin không tới máy"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="vì sao",
                    ),
                ),
                ("failures", models.PositiveIntegerField(default=0, verbose_name="lần hỏng liên tiếp")),
                ("changed_at", models.DateTimeField(verbose_name="đổi lúc")),
                ("next_try_at", models.DateTimeField(null=True, verbose_name="thử lại lúc")),
                ("rest_seconds", models.PositiveIntegerField(default=0, verbose_name="giây nghỉ")),
                (
                    "last_failure",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="lỗi gần nhất"),
                ),
                ("last_failure_at", models.DateTimeField(null=True, verbose_name="lỗi lúc")),
                (
                    "ruling",
                    models.CharField(
                        choices=[("AUTO", "Tự động"), ("OFF", "Ngừng dùng")],
                        default="AUTO",
                        max_length=4,
                        verbose_name="cách dùng",
                    ),
                ),
                (
                    "ruled_by",
                    models.CharField(blank=True, default="", max_length=64, verbose_name="người đặt"),
                ),
                ("ruled_at", models.DateTimeField(null=True, verbose_name="đặt lúc")),
                (
                    "ruled_reason",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="lý do"),
                ),
            ],
            options={
                "verbose_name": "nhà cung cấp tin nhắn",
            },
        ),
        migrations.RemoveConstraint(
            model_name="message",
            name="outbox_body_erased",
        ),
        migrations.AddField(
            model_name="message",
            name="unit_code",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("body_sealed__isnull", False), ("state", "SENT")),
                fields=["sent_at"],
                name="outbox_message_unheard",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("body_sealed__isnull", False), ("state__in", ["WAITING", "SENDING"])),
                    ("state", "SENT"),
                    models.Q(
                        ("body_sealed__isnull", True), ("state__in", ["DELIVERED", "FAILED", "EXPIRED"])
                    ),
                    _connector="OR",
                ),
                name="outbox_body_erased",
                violation_error_message="Nội dung tin nhắn chỉ được giữ đến khi chuyển đi.",
            ),
        ),
        migrations.AddIndex(
            model_name="deliverynews",
            index=models.Index(
                condition=models.Q(("applied", False)),
                fields=["provider", "receipt"],
                name="outbox_news_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="deliverynews",
            index=models.Index(fields=["noted_at"], name="outbox_news_noted"),
        ),
        migrations.AddConstraint(
            model_name="deliverynews",
            constraint=models.UniqueConstraint(
                fields=("provider", "event_id"),
                name="outbox_news_once",
                violation_error_message="Tin báo phát này đã được ghi nhận.",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliverynews",
            constraint=models.CheckConstraint(
                condition=models.Q(("said__in", ["ENROUTE", "DELIVERED", "UNDELIVERED"])),
                name="outbox_news_words",
                violation_error_message="Tin báo phát không đúng.",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(fields=["provider", "tried_at"], name="outbox_handover_tried"),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(("taken_at__isnull", False)),
                fields=["provider", "-taken_at"],
                name="outbox_handover_taken",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(("receipt", ""), _negated=True),
                fields=["provider", "receipt"],
                name="outbox_handover_receipt",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                fields=("reference", "provider"),
                name="outbox_handover_once",
                violation_error_message="Mỗi tin chỉ có một lượt chuyển ở một nhà cung cấp.",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["TRYING", "BUSY", "DOUBTFUL", "REFUSED", "TAKEN", "UNDELIVERED", "DELIVERED"],
                    )
                ),
                name="outbox_handover_words",
                violation_error_message="Trạng thái lượt chuyển tin không đúng.",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["TAKEN", "UNDELIVERED", "DELIVERED"]), ("taken_at__isnull", False)
                    ),
                    models.Q(
                        ("state__in", ["TRYING", "BUSY", "DOUBTFUL", "REFUSED"]), ("taken_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="outbox_handover_taken_has_time",
                violation_error_message="Chỉ tin đã được nhận mới có giờ nhận.",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", False), ("state__in", ["UNDELIVERED", "DELIVERED"])),
                    models.Q(
                        models.Q(("state__in", ["UNDELIVERED", "DELIVERED"]), _negated=True),
                        ("settled_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="outbox_handover_settled_has_time",
                violation_error_message="Chỉ tin đã biết kết quả mới có giờ biết kết quả.",
            ),
        ),
        migrations.AddConstraint(
            model_name="provider",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["UP", "RESTING"]),
                    ("cause__in", ["", "ERRORS", "UNDELIVERED"]),
                    ("ruling__in", ["AUTO", "OFF"]),
                ),
                name="outbox_provider_words",
                violation_error_message="Tình trạng nhà cung cấp tin nhắn không đúng.",
            ),
        ),
        migrations.AddConstraint(
            model_name="provider",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("next_try_at__isnull", False),
                        ("state", "RESTING"),
                        models.Q(("cause", ""), _negated=True),
                    ),
                    models.Q(("cause", ""), ("next_try_at__isnull", True), ("state", "UP")),
                    _connector="OR",
                ),
                name="outbox_provider_resting_says_why",
                violation_error_message="Nhà cung cấp tạm nghỉ phải có lý do và giờ thử lại.",
            ),
        ),
        migrations.AddConstraint(
            model_name="provider",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ruled_at__isnull", True), ("ruled_by", ""), ("ruled_reason", ""), ("ruling", "AUTO")
                    ),
                    models.Q(
                        ("ruled_at__isnull", False),
                        models.Q(("ruled_by", ""), _negated=True),
                        models.Q(("ruled_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="outbox_provider_ruling_signed",
                violation_error_message="Đổi cách dùng nhà cung cấp phải có người đặt và lý do.",
            ),
        ),
    ]
