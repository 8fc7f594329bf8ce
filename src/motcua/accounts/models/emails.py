"""The e-mail address an owner proved, codes on their way to one, and by which channels notices come."""

import uuid
from datetime import timedelta
from typing import Final

from django.db import models
from django.db.models import F, Q, Value

from motcua.accounts.models.columns import StatementTimestamp, fingerprint_is_32_bytes, one_of, since
from motcua.accounts.models.people import Account
from motcua.keys.marks import MarkField

LIFE: Final = timedelta(minutes=15)
TRIES: Final = 5


class EmailBinding(models.Model):
    """An address whose mailbox the owner opened. Given up, the row stays without it."""

    class Status(models.TextChoices):
        ACTIVE = "active", "đang dùng"
        CLOSED = "closed", "đã thôi"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="emails")
    email_sealed = models.BinaryField(null=True)
    email_bi = MarkField(null=True)
    email_masked = models.CharField(max_length=260, blank=True, default="")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    row_key = models.UUIDField(default=uuid.uuid4, editable=False)
    verified_at = since()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(status="active"), name="email_one_active_per_account"
            ),
            fingerprint_is_32_bytes("email", "email_bi"),
            one_of("email", "status", ["active", "closed"]),
            models.CheckConstraint(
                name="email_binding_erased",
                condition=Q(
                    status="active",
                    email_sealed__isnull=False,
                    email_bi__isnull=False,
                    closed_at__isnull=True,
                )
                | Q(
                    status="closed",
                    email_sealed__isnull=True,
                    email_bi__isnull=True,
                    email_masked="",
                    closed_at__isnull=False,
                ),
                violation_error_message="Email đã bỏ thì phải xóa, email đang dùng thì phải có.",
            ),
        ]

    def __str__(self) -> str:
        return f"email:{self.pk}"


class EmailProof(models.Model):
    """One code sent to one address, for one session of one account: newest only, five tries, 15 minutes."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    session_id = models.BigIntegerField()
    email_sealed = models.BinaryField()
    email_bi = MarkField()
    email_masked = models.CharField(max_length=260)
    code_mac = models.BinaryField()
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = since()
    expires_at = models.DateTimeField(db_default=StatementTimestamp() + Value(LIFE), editable=False)
    consumed_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(consumed_at__isnull=True, superseded_at__isnull=True),
                name="email_proof_newest_only",
            ),
            models.CheckConstraint(
                name="email_proof_five_tries",
                condition=Q(attempts__gte=0, attempts__lte=TRIES),
                violation_error_message="Mỗi mã chỉ được nhập tối đa 5 lần.",
            ),
            models.CheckConstraint(
                name="email_proof_lives_15_minutes",
                condition=Q(expires_at=F("created_at") + Value(LIFE)),
                violation_error_message="Mã xác nhận email chỉ có hiệu lực trong 15 phút.",
            ),
            fingerprint_is_32_bytes("email_proof", "email_bi"),
            fingerprint_is_32_bytes("email_proof", "code_mac"),
        ]

    def __str__(self) -> str:
        return f"email_proof:{self.pk}"


class NoticeChoice(models.Model):
    """By which channels an owner wants to hear of dossiers, from then on; the newest row counts (DP-02)."""

    class Channels(models.TextChoices):
        SMS = "SMS", "Tin nhắn SMS"
        EMAIL = "EMAIL", "Email"
        BOTH = "BOTH", "Cả tin nhắn SMS và email"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="notice_choices")
    channels = models.CharField(max_length=5, choices=Channels.choices)
    #: Which version of the page's words was agreed to.
    words = models.CharField(max_length=20)
    chosen_at = since()

    class Meta:
        constraints = [one_of("notice_choice", "channels", ["SMS", "EMAIL", "BOTH"])]
        indexes = [models.Index(fields=["account", "-id"], name="notice_choice_newest")]

    def __str__(self) -> str:
        return f"notice_choice:{self.pk}"
