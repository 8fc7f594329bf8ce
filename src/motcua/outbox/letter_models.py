"""Letters by e-mail that were promised, and the versions of what the notices say."""

import uuid

from django.db import models
from django.db.models import Q

from motcua.keys.marks import MarkField, MarkFits
from motcua.outbox.clock import DbClock


class Letter(models.Model):
    """One e-mail. Who gets it and what it says are sealed; the words are erased once it needs no sending."""

    class Kind(models.TextChoices):
        CODE = "CODE", "Mã xác nhận"
        NOTICE = "NOTICE", "Thông báo"

    class State(models.TextChoices):
        WAITING = "WAITING", "Chờ gửi"
        SENDING = "SENDING", "Đang gửi"
        SENT = "SENT", "Đã chuyển máy chủ thư"
        FAILED = "FAILED", "Không gửi được"
        EXPIRED = "EXPIRED", "Hết hạn trước khi gửi"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    purpose = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    #: Ours and stable: the Message-ID of every attempt.
    reference = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    dedupe_key = models.CharField(max_length=120, unique=True)
    to_sealed = models.BinaryField()
    to_bi = MarkField(alone=True)
    to_masked = models.CharField(max_length=260)
    subject_sealed = models.BinaryField(null=True)
    body_sealed = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    server_receipt = models.CharField(max_length=100, default="", blank=True)
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                condition=Q(state__in=["WAITING", "SENDING"]),
                name="outbox_letter_due",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="CODE") | Q(expires_at__isnull=False),
                name="outbox_letter_code_expires",
                violation_error_message="Thư chứa mã xác nhận phải có thời hạn.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["CODE", "NOTICE"])
                & Q(state__in=["WAITING", "SENDING", "SENT", "FAILED", "EXPIRED"]),
                name="outbox_letter_words",
                violation_error_message="Loại hoặc trạng thái thư không đúng.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["WAITING", "SENDING"], body_sealed__isnull=False, subject_sealed__isnull=False
                )
                | Q(
                    state__in=["SENT", "FAILED", "EXPIRED"],
                    body_sealed__isnull=True,
                    subject_sealed__isnull=True,
                ),
                name="outbox_letter_erased",
                violation_error_message="Nội dung thư chỉ được giữ đến khi chuyển đi.",
            ),
            models.CheckConstraint(
                condition=Q(state="SENDING", lease__isnull=False, lease_until__isnull=False)
                | (~Q(state="SENDING") & Q(lease__isnull=True, lease_until__isnull=True)),
                name="outbox_letter_lease",
                violation_error_message="Chỉ thư đang gửi mới có người giữ.",
            ),
            models.CheckConstraint(
                condition=Q(state="SENT", sent_at__isnull=False)
                | (~Q(state="SENT") & Q(sent_at__isnull=True)),
                name="outbox_letter_sent_has_time",
                violation_error_message="Thư đã chuyển phải có giờ chuyển.",
            ),
            models.CheckConstraint(
                condition=Q(MarkFits("to_bi")),
                name="outbox_letter_to_bi_length",
                violation_error_message="Dấu địa chỉ email không đúng độ dài.",
            ),
        ]

    def __str__(self) -> str:
        return f"letter {self.reference}"


class NoticeWording(models.Model):
    """One version of what a notice says on one channel, from a moment on. Never changed: a later one counts.

    An empty body is the return to the wording this program came with (outbox/events.py).
    """

    class Channel(models.TextChoices):
        SMS = "SMS", "Tin nhắn SMS"
        EMAIL = "EMAIL", "Email"

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    event = models.CharField(max_length=40)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    subject = models.CharField(max_length=120, blank=True, default="")
    body = models.CharField(max_length=2000, blank=True, default="")
    valid_from = models.DateTimeField()
    reason = models.CharField(max_length=200)
    set_by = models.CharField(max_length=64)
    unit_code = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=DbClock(), editable=False)
    #: Only while it is not in force yet (trigger, migration 0003).
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["event", "channel", "-valid_from", "-id"], name="outbox_wording_in_force"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=["SMS", "EMAIL"]),
                name="outbox_wording_channel_known",
                violation_error_message="Kênh thông báo không đúng.",
            ),
            models.CheckConstraint(
                condition=Q(channel="SMS", subject="")
                | Q(channel="EMAIL", subject="", body="")
                | (Q(channel="EMAIL") & ~Q(subject="") & ~Q(body="")),
                name="outbox_wording_subject_of_letters",
                violation_error_message="Chỉ email có tiêu đề, và email phải có tiêu đề.",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(set_by=""),
                name="outbox_wording_signed",
                violation_error_message="Mẫu thông báo phải ghi người sửa và lý do.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
                name="outbox_wording_withdrawn_by",
                violation_error_message="Bản đã bỏ phải ghi người bỏ.",
            ),
        ]

    def __str__(self) -> str:
        return f"wording:{self.pk}"
