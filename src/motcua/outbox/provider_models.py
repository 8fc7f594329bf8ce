"""Who carries our texts: how each provider is doing, what each was handed, and what each said became of it."""

from django.db import models
from django.db.models import Q


class Provider(models.Model):
    """One way that texts leave by. All workers read this row, so all of them leave a sick provider alone."""

    class State(models.TextChoices):
        UP = "UP", "Hoạt động"
        RESTING = "RESTING", "Tạm nghỉ"

    class Cause(models.TextChoices):
        NONE = "", ""
        ERRORS = "ERRORS", "Không nhận tin"
        UNDELIVERED = "UNDELIVERED", "Nhận nhưng tin không tới máy"

    class Ruling(models.TextChoices):
        AUTO = "AUTO", "Tự động"
        OFF = "OFF", "Ngừng dùng"

    code = models.CharField("mã", max_length=20, unique=True)
    state = models.CharField("tình trạng", max_length=10, choices=State.choices, default=State.UP)
    cause = models.CharField("vì sao", max_length=12, choices=Cause.choices, default="", blank=True)
    failures = models.PositiveIntegerField("lần hỏng liên tiếp", default=0)
    changed_at = models.DateTimeField("đổi lúc")
    next_try_at = models.DateTimeField("thử lại lúc", null=True)
    rest_seconds = models.PositiveIntegerField("giây nghỉ", default=0)
    last_failure = models.CharField("lỗi gần nhất", max_length=40, default="", blank=True)
    last_failure_at = models.DateTimeField("lỗi lúc", null=True)
    ruling = models.CharField("cách dùng", max_length=4, choices=Ruling.choices, default=Ruling.AUTO)
    ruled_by = models.CharField("người đặt", max_length=64, default="", blank=True)
    ruled_at = models.DateTimeField("đặt lúc", null=True)
    ruled_reason = models.CharField("lý do", max_length=300, default="", blank=True)

    class Meta:
        verbose_name = "nhà cung cấp tin nhắn"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["UP", "RESTING"])
                & Q(cause__in=["", "ERRORS", "UNDELIVERED"])
                & Q(ruling__in=["AUTO", "OFF"]),
                name="outbox_provider_words",
                violation_error_message="Tình trạng nhà cung cấp tin nhắn không đúng.",
            ),
            models.CheckConstraint(
                condition=Q(state="RESTING", next_try_at__isnull=False) & ~Q(cause="")
                | Q(state="UP", next_try_at__isnull=True, cause=""),
                name="outbox_provider_resting_says_why",
                violation_error_message="Nhà cung cấp tạm nghỉ phải có lý do và giờ thử lại.",
            ),
            models.CheckConstraint(
                condition=Q(ruling="AUTO", ruled_at__isnull=True, ruled_by="", ruled_reason="")
                | Q(ruled_at__isnull=False) & ~Q(ruled_by="") & ~Q(ruled_reason=""),
                name="outbox_provider_ruling_signed",
                violation_error_message="Đổi cách dùng nhà cung cấp phải có người đặt và lý do.",
            ),
        ]

    def __str__(self) -> str:
        return f"provider {self.code}"


class Handover(models.Model):
    """One message at one provider: tried, taken, delivered. Says what it cost and for whom; names nobody."""

    class State(models.TextChoices):
        TRYING = "TRYING", "Đang chuyển"
        BUSY = "BUSY", "Chưa nhận"
        DOUBTFUL = "DOUBTFUL", "Không rõ đã nhận chưa"
        REFUSED = "REFUSED", "Không nhận chuyển"
        TAKEN = "TAKEN", "Đã nhận"
        UNDELIVERED = "UNDELIVERED", "Không tới máy"
        DELIVERED = "DELIVERED", "Đã tới máy"

    reference = models.UUIDField("mã tin")
    provider = models.CharField("nhà cung cấp", max_length=20)
    kind = models.CharField("loại", max_length=10)
    purpose = models.CharField("việc", max_length=60)
    unit_code = models.CharField("đơn vị", max_length=40, default="", blank=True)
    state = models.CharField("trạng thái", max_length=12, choices=State.choices, default=State.TRYING)
    tries = models.PositiveIntegerField("lần thử", default=1)
    parts = models.PositiveSmallIntegerField("số đoạn", default=1)
    #: What it costs once it is taken.
    price_vnd = models.PositiveIntegerField("giá (đồng)", default=0)
    tried_at = models.DateTimeField("thử lúc")
    answered_at = models.DateTimeField("trả lời lúc", null=True)
    taken_at = models.DateTimeField("nhận lúc", null=True)
    settled_at = models.DateTimeField("biết kết quả lúc", null=True)
    receipt = models.CharField("mã của nhà cung cấp", max_length=100, default="", blank=True)
    failure = models.CharField("lỗi", max_length=40, default="", blank=True)

    class Meta:
        verbose_name = "lượt chuyển tin"
        indexes = [
            models.Index(fields=["provider", "tried_at"], name="outbox_handover_tried"),
            models.Index(
                fields=["provider", "-taken_at"],
                condition=Q(taken_at__isnull=False),
                name="outbox_handover_taken",
            ),
            models.Index(
                fields=["provider", "receipt"], condition=~Q(receipt=""), name="outbox_handover_receipt"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "provider"],
                name="outbox_handover_once",
                violation_error_message="Mỗi tin chỉ có một lượt chuyển ở một nhà cung cấp.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "TRYING",
                        "BUSY",
                        "DOUBTFUL",
                        "REFUSED",
                        "TAKEN",
                        "UNDELIVERED",
                        "DELIVERED",
                    ]
                ),
                name="outbox_handover_words",
                violation_error_message="Trạng thái lượt chuyển tin không đúng.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["TAKEN", "UNDELIVERED", "DELIVERED"], taken_at__isnull=False)
                | Q(
                    state__in=["TRYING", "BUSY", "DOUBTFUL", "REFUSED"],
                    taken_at__isnull=True,
                ),
                name="outbox_handover_taken_has_time",
                violation_error_message="Chỉ tin đã được nhận mới có giờ nhận.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["UNDELIVERED", "DELIVERED"], settled_at__isnull=False)
                | ~Q(state__in=["UNDELIVERED", "DELIVERED"]) & Q(settled_at__isnull=True),
                name="outbox_handover_settled_has_time",
                violation_error_message="Chỉ tin đã biết kết quả mới có giờ biết kết quả.",
            ),
        ]

    def __str__(self) -> str:
        return f"handover {self.reference} {self.provider}"


class DeliveryNews(models.Model):
    """One thing a provider told of one text. Its event id is believed once, however often it comes."""

    class Said(models.TextChoices):
        ENROUTE = "ENROUTE", "Đang chuyển tới máy"
        DELIVERED = "DELIVERED", "Đã tới máy"
        UNDELIVERED = "UNDELIVERED", "Không tới máy"

    provider = models.CharField("nhà cung cấp", max_length=20)
    event_id = models.CharField("mã tin báo", max_length=100)
    receipt = models.CharField("mã của nhà cung cấp", max_length=100)
    said = models.CharField("báo", max_length=12, choices=Said.choices)
    noted_at = models.DateTimeField("ghi lúc")
    applied = models.BooleanField("đã áp dụng", default=False)

    class Meta:
        verbose_name = "tin báo phát"
        indexes = [
            models.Index(
                fields=["provider", "receipt"], condition=Q(applied=False), name="outbox_news_waiting"
            ),
            models.Index(fields=["noted_at"], name="outbox_news_noted"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "event_id"],
                name="outbox_news_once",
                violation_error_message="Tin báo phát này đã được ghi nhận.",
            ),
            models.CheckConstraint(
                condition=Q(said__in=["ENROUTE", "DELIVERED", "UNDELIVERED"]),
                name="outbox_news_words",
                violation_error_message="Tin báo phát không đúng.",
            ),
        ]

    def __str__(self) -> str:
        return f"news {self.pk}"
