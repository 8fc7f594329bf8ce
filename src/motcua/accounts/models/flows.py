"""Acts that take several pages: what was typed is kept sealed until the act ends or 24 hours pass."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import F, Q, Value

from motcua.accounts.models.columns import StatementTimestamp, fingerprint_is_32_bytes, one_of, since
from motcua.accounts.models.people import Account
from motcua.keys.marks import MarkField

FLOW_LIFE = timedelta(hours=24)


class Registration(models.Model):
    """One citizen registering (Phụ lục I). The steps are a state machine that no address can skip."""

    class State(models.TextChoices):
        TYPED = "TYPED", "đã nhập thông tin"
        PHONE_PROVED = "PHONE_PROVED", "đã xác nhận số điện thoại"
        MISMATCH = "MISMATCH", "không khớp với nhà mạng"
        MATCHED = "MATCHED", "khớp với nhà mạng"
        EXISTS = "EXISTS", "đã có tài khoản"
        DONE = "DONE", "đã đăng ký"
        ABANDONED = "ABANDONED", "đã xóa"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    browser_hash = models.BinaryField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.TYPED)
    data_sealed = models.BinaryField(null=True)
    number_bi = MarkField()
    phone_bi = MarkField()
    phone_masked = models.CharField(max_length=20)
    payload_hash = models.BinaryField()
    operator = models.CharField(max_length=40, blank=True, default="")
    slip_code = models.CharField(max_length=20, blank=True, default="")
    from_desk = models.BooleanField(default=False)
    return_to = models.CharField(max_length=200, blank=True, default="")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT)
    created_at = since()
    expires_at = models.DateTimeField(db_default=StatementTimestamp() + Value(FLOW_LIFE), editable=False)

    class Meta:
        constraints = [
            one_of(
                "registration",
                "state",
                ["TYPED", "PHONE_PROVED", "MISMATCH", "MATCHED", "EXISTS", "DONE", "ABANDONED"],
            ),
            models.CheckConstraint(
                name="registration_done_iff_account",
                condition=Q(state="DONE", account__isnull=False) | (~Q(state="DONE") & Q(account=None)),
                violation_error_message="Đăng ký chỉ hoàn thành khi đã có tài khoản.",
            ),
            models.CheckConstraint(
                name="registration_lives_24_hours",
                condition=Q(expires_at__lte=F("created_at") + Value(FLOW_LIFE)),
                violation_error_message="Thông tin đăng ký chỉ được giữ 24 giờ.",
            ),
            models.UniqueConstraint(
                fields=["slip_code"], condition=~Q(slip_code=""), name="registration_slip_once"
            ),
            fingerprint_is_32_bytes("registration", "number_bi"),
            fingerprint_is_32_bytes("registration", "phone_bi"),
        ]
        indexes = [models.Index(fields=["number_bi", "phone_bi"], name="registration_by_person")]

    def __str__(self) -> str:
        return f"registration:{self.pk}"


class RestingReset(models.Model):
    """A new password that takes effect after a day, unless the owner says no (threats T-10)."""

    class State(models.TextChoices):
        WAITING = "WAITING", "chờ hiệu lực"
        DONE = "DONE", "đã có hiệu lực"
        CANCELLED = "CANCELLED", "đã hủy"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    password = models.CharField(max_length=128, blank=True)
    phone_bi = MarkField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    asked_at = since()
    effective_at = models.DateTimeField(
        db_default=StatementTimestamp() + Value(timedelta(hours=24)), editable=False
    )
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "mật khẩu mới chờ hiệu lực"
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="WAITING"), name="resting_reset_once_per_account"
            ),
            one_of("resting_reset", "state", ["WAITING", "DONE", "CANCELLED"]),
            fingerprint_is_32_bytes("resting_reset", "phone_bi"),
            models.CheckConstraint(
                name="resting_reset_settled_forgets",
                condition=Q(state="WAITING", settled_at__isnull=True) & ~Q(password="")
                | ~Q(state="WAITING") & Q(settled_at__isnull=False, password=""),
                violation_error_message="Mật khẩu chờ hiệu lực chỉ được giữ đến khi có hiệu lực hoặc bị hủy.",
            ),
            models.CheckConstraint(
                name="resting_reset_rests_a_day",
                condition=Q(effective_at__gte=F("asked_at") + timedelta(hours=24)),
                violation_error_message="Mật khẩu mới phải chờ đủ 24 giờ.",
            ),
        ]

    def __str__(self) -> str:
        return f"resting_reset:{self.pk}"


class Recovery(models.Model):
    """A forgotten password or a change of phone under way. ``account`` is empty when nobody matched:
    the pages behave the same, so that nobody learns who has an account (threats T-08)."""

    class Kind(models.TextChoices):
        PASSWORD = "PASSWORD", "quên mật khẩu"
        PHONE = "PHONE", "đổi số điện thoại"

    class State(models.TextChoices):
        ASKED = "ASKED", "chờ mã"
        PROVED = "PROVED", "đã xác nhận mã"
        DONE = "DONE", "đã xong"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    browser_hash = models.BinaryField()
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT)
    subject_bi = MarkField()
    phone_sealed = models.BinaryField(null=True)
    phone_bi = MarkField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    created_at = since()
    expires_at = models.DateTimeField(
        db_default=StatementTimestamp() + Value(timedelta(minutes=30)), editable=False
    )

    class Meta:
        constraints = [
            one_of("recovery", "kind", ["PASSWORD", "PHONE"]),
            one_of("recovery", "state", ["ASKED", "PROVED", "DONE"]),
            models.CheckConstraint(
                name="recovery_proved_has_account",
                condition=Q(state="ASKED") | Q(account__isnull=False),
                violation_error_message="Chưa xác định được tài khoản.",
            ),
        ]

    def __str__(self) -> str:
        return f"recovery:{self.pk}"
