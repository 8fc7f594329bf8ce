"""One-time codes as the database knows them: a MAC, five tries, 120 seconds (threats C6)."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import F, Q, Value

from motcua.accounts.models.columns import StatementTimestamp, fingerprint_is_32_bytes, one_of, since
from motcua.keys.marks import MarkField

LIFE = timedelta(seconds=120)
TRIES = 5


class Purpose(models.TextChoices):
    """What a code may be used for; a code of one purpose is nothing for another (threats T-12)."""

    REGISTER = "REGISTER", "đăng ký tài khoản"
    ASSIST = "ASSIST", "cán bộ tạo tài khoản"
    ACTIVATE = "ACTIVATE", "kích hoạt tài khoản"
    RESET = "RESET", "đặt lại mật khẩu"
    CHANGE_PHONE = "CHANGE_PHONE", "đổi số điện thoại"
    STEP_UP = "STEP_UP", "xác nhận thao tác"


class Passcode(models.Model):
    """One code sent to one phone, for one purpose, person, session and set of data."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    subject_bi = MarkField()
    phone_bi = MarkField()
    phone_masked = models.CharField(max_length=20)
    session_hash = models.BinaryField()
    payload_hash = models.BinaryField()
    code_mac = models.BinaryField()
    series = models.PositiveSmallIntegerField(default=1)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = since()
    expires_at = models.DateTimeField(db_default=StatementTimestamp() + Value(LIFE), editable=False)
    consumed_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    message_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="passcode_five_tries",
                condition=Q(attempts__gte=0, attempts__lte=TRIES),
                violation_error_message="Mỗi mã chỉ được nhập tối đa 5 lần.",
            ),
            models.CheckConstraint(
                name="passcode_lives_120_seconds",
                condition=Q(expires_at=F("created_at") + Value(LIFE)),
                violation_error_message="Mã OTP chỉ có hiệu lực trong 2 phút.",
            ),
            models.UniqueConstraint(
                fields=["purpose", "subject_bi", "phone_bi"],
                condition=Q(consumed_at__isnull=True, superseded_at__isnull=True),
                name="passcode_newest_only",
            ),
            fingerprint_is_32_bytes("passcode", "subject_bi"),
            fingerprint_is_32_bytes("passcode", "phone_bi"),
            fingerprint_is_32_bytes("passcode", "session_hash"),
            fingerprint_is_32_bytes("passcode", "payload_hash"),
            fingerprint_is_32_bytes("passcode", "code_mac"),
            one_of("passcode", "purpose", list(Purpose.values)),
        ]
        indexes = [models.Index(fields=["purpose", "session_hash", "-id"], name="passcode_of_session")]

    def __str__(self) -> str:
        return f"passcode:{self.pk}"
