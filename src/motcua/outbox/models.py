"""Texts and errands that were promised inside a transaction and are still to be kept."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform

from motcua.keys.marks import MarkField, MarkFits
from motcua.outbox.letter_models import Letter, NoticeWording
from motcua.outbox.provider_models import DeliveryNews, Handover, Provider

__all__ = ["DeliveryNews", "Errand", "Handover", "Letter", "Message", "NoticeWording", "Provider"]


class Message(models.Model):
    """One SMS. Who gets it and what it says are sealed; the text is erased as soon as it needs no sending.

    A text that a provider took is kept a little longer where news of it is awaited: if it is not delivered,
    another provider carries it. The state only goes forward (trigger of migration 0006).
    """

    class Kind(models.TextChoices):
        OTP = "OTP", "Mã OTP"
        NOTICE = "NOTICE", "Thông báo"

    class State(models.TextChoices):
        WAITING = "WAITING", "Chờ gửi"
        SENDING = "SENDING", "Đang gửi"
        SENT = "SENT", "Đã chuyển nhà mạng"
        DELIVERED = "DELIVERED", "Đã tới máy"
        FAILED = "FAILED", "Không gửi được"
        EXPIRED = "EXPIRED", "Hết hạn trước khi gửi"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    purpose = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reference = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    dedupe_key = models.CharField(max_length=120, unique=True)
    to_sealed = models.BinaryField()
    to_bi = MarkField(alone=True)
    to_masked = models.CharField(max_length=20)
    body_sealed = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    #: Which unit caused it, for the bill; empty where a person helped themselves.
    unit_code = models.CharField(max_length=40, default="", blank=True)
    gateway_receipt = models.CharField(max_length=100, default="", blank=True)
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                condition=Q(state__in=["WAITING", "SENDING"]),
                name="outbox_message_due",
            ),
            models.Index(
                fields=["sent_at"],
                condition=Q(state="SENT", body_sealed__isnull=False),
                name="outbox_message_unheard",
            ),
        ]
        constraints = [
            models.CheckConstraint(  # threats C12
                condition=~Q(kind="OTP") | Q(expires_at__isnull=False),
                name="outbox_otp_expires",
                violation_error_message="Tin nhắn mã OTP phải có thời hạn.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["OTP", "NOTICE"])
                & Q(state__in=["WAITING", "SENDING", "SENT", "DELIVERED", "FAILED", "EXPIRED"]),
                name="outbox_message_words",
                violation_error_message="Loại hoặc trạng thái tin nhắn không đúng.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["WAITING", "SENDING"], body_sealed__isnull=False)
                | Q(state="SENT")
                | Q(state__in=["DELIVERED", "FAILED", "EXPIRED"], body_sealed__isnull=True),
                name="outbox_body_erased",
                violation_error_message="Nội dung tin nhắn chỉ được giữ đến khi chuyển đi.",
            ),
            models.CheckConstraint(
                condition=Q(state="SENDING", lease__isnull=False, lease_until__isnull=False)
                | (~Q(state="SENDING") & Q(lease__isnull=True, lease_until__isnull=True)),
                name="outbox_message_lease",
                violation_error_message="Chỉ tin đang gửi mới có người giữ.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["SENT", "DELIVERED"], sent_at__isnull=False)
                | (~Q(state__in=["SENT", "DELIVERED"]) & Q(sent_at__isnull=True)),
                name="outbox_sent_has_time",
                violation_error_message="Tin đã chuyển phải có giờ chuyển.",
            ),
            models.CheckConstraint(
                condition=Q(MarkFits("to_bi")),
                name="outbox_to_bi_length",
                violation_error_message="Dấu số điện thoại không đúng độ dài.",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.reference}"


class Errand(models.Model):
    """Something promised to be done outside this transaction, once. ``data`` holds ids only."""

    class State(models.TextChoices):
        WAITING = "WAITING", "Chờ làm"
        RUNNING = "RUNNING", "Đang làm"
        DONE = "DONE", "Đã xong"
        DEAD = "DEAD", "Không làm được"

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120, unique=True)
    data = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                condition=Q(state__in=["WAITING", "RUNNING"]),
                name="outbox_errand_due",
            ),
            models.Index(
                KeyTextTransform("line", "data"),
                "id",
                condition=Q(state__in=["WAITING", "RUNNING"]),
                name="outbox_errand_line",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["WAITING", "RUNNING", "DONE", "DEAD"]),
                name="outbox_errand_words",
                violation_error_message="Trạng thái công việc không đúng.",
            ),
            models.CheckConstraint(
                condition=Q(state="RUNNING", lease__isnull=False, lease_until__isnull=False)
                | (~Q(state="RUNNING") & Q(lease__isnull=True, lease_until__isnull=True)),
                name="outbox_errand_lease",
                violation_error_message="Chỉ việc đang làm mới có người giữ.",
            ),
            models.CheckConstraint(
                condition=Q(state="DONE", done_at__isnull=False)
                | (~Q(state="DONE") & Q(done_at__isnull=True)),
                name="outbox_errand_done_has_time",
                violation_error_message="Việc đã xong phải có giờ xong.",
            ),
        ]

    def __str__(self) -> str:
        return f"errand {self.kind} {self.pk}"
