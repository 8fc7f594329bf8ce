"""What an officer proves a sign-in with besides the password, and how it is set anew. Rules: migration 0030."""

import uuid
from datetime import timedelta
from typing import Final

from django.db import models
from django.db.models import F, Q, Value

from motcua.accounts.models.columns import StatementTimestamp, fingerprint_is_32_bytes, one_of, since
from motcua.accounts.models.people import Account
from motcua.accounts.models.providers import Provider

#: Between the right password and the second step.
STEP_LIFE: Final = timedelta(minutes=10)
#: Of a code that lets an officer enrol anew.
RESET_CODE_LIFE: Final = timedelta(minutes=30)
RESET_TRIES: Final = 5


class Authenticator(models.Model):
    """An app that shows another six digits every thirty seconds (RFC 6238). Ended, the row stays without its secret."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="authenticators")
    row_key = models.UUIDField(default=uuid.uuid4, editable=False)
    secret_sealed = models.BinaryField(null=True)
    #: The newest thirty seconds whose code was accepted: none of them, and none before, is accepted again.
    last_step = models.BigIntegerField()
    added_at = since()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at__isnull=True), name="authenticator_one_live"
            ),
            models.CheckConstraint(
                name="authenticator_erased",
                condition=Q(ended_at__isnull=True, secret_sealed__isnull=False, ended_why="")
                | Q(ended_at__isnull=False, secret_sealed__isnull=True) & ~Q(ended_why=""),
                violation_error_message="Ứng dụng xác thực đã bỏ thì phải xóa khóa, đang dùng thì phải có.",
            ),
        ]

    def __str__(self) -> str:
        return f"authenticator:{self.pk}"


class Passkey(models.Model):
    """A key that never leaves its device (WebAuthn); only the public half is here."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="passkeys")
    credential_id = models.BinaryField(unique=True)
    credential = models.BinaryField()
    sign_count = models.BigIntegerField()
    device_words = models.CharField(max_length=80, blank=True, default="")
    added_at = since()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="passkey_counts_from_nought",
                condition=Q(sign_count__gte=0),
                violation_error_message="Số lần ký của khóa truy cập không được âm.",
            ),
            models.CheckConstraint(
                name="passkey_ended_with_reason",
                condition=Q(ended_at__isnull=True, ended_why="")
                | Q(ended_at__isnull=False) & ~Q(ended_why=""),
                violation_error_message="Khóa truy cập đã bỏ thì phải ghi vì sao.",
            ),
        ]

    def __str__(self) -> str:
        return f"passkey:{self.public_id}"


class RecoveryCode(models.Model):
    """One of ten codes shown once, for the day the phone is lost; each opens once."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="recovery_codes")
    code_mac = models.BinaryField(unique=True)
    made_at = since()
    used_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [fingerprint_is_32_bytes("recovery_code", "code_mac")]
        indexes = [
            models.Index(
                fields=["account"],
                condition=Q(used_at__isnull=True, voided_at__isnull=True),
                name="recovery_code_live",
            )
        ]

    def __str__(self) -> str:
        return f"recovery_code:{self.pk}"


class FactorReset(models.Model):
    """An administrator starts it, another agrees, and the officer alone enrols anew; nobody chooses for them."""

    class Decision(models.TextChoices):
        WAITING = "WAITING", "Chờ duyệt"
        APPROVED = "APPROVED", "Đã duyệt"
        DECLINED = "DECLINED", "Không duyệt"
        WITHDRAWN = "WITHDRAWN", "Đã rút"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="factor_resets")
    unit_code = models.CharField(max_length=64)
    reason = models.CharField(max_length=300)
    asked_by = models.CharField(max_length=64)
    asked_at = since()
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.WAITING)
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    code_mac = models.BinaryField(null=True)
    code_sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(decision="WAITING"),
                name="factor_reset_one_waiting",
                violation_error_message="Cán bộ này đang có một đề nghị đặt lại chờ duyệt.",
            ),
            models.CheckConstraint(
                name="factor_reset_two_officers",
                condition=Q(decision="WAITING", decided_by="", decided_at__isnull=True)
                | Q(decision="APPROVED", decided_at__isnull=False)
                & ~Q(decided_by="")
                & ~Q(decided_by=F("asked_by"))
                | Q(decision="DECLINED", decided_at__isnull=False)
                & ~Q(decided_by="")
                & ~Q(decided_by=F("asked_by"))
                | Q(decision="WITHDRAWN", decided_at__isnull=False, decided_by=F("asked_by")),
                violation_error_message="Người duyệt phải khác người đề nghị.",
            ),
            models.CheckConstraint(
                name="factor_reset_has_reason",
                condition=Q(reason__regex=r"\S.{3,}") & ~Q(asked_by="") & ~Q(unit_code=""),
                violation_error_message="Đề nghị đặt lại phải ghi người đề nghị, đơn vị và lý do.",
            ),
            models.CheckConstraint(
                name="factor_reset_code_after_approval",
                condition=Q(code_mac__isnull=True, code_sent_at__isnull=True, used_at__isnull=True)
                | Q(decision="APPROVED", code_mac__isnull=False, code_sent_at__isnull=False),
                violation_error_message="Mã đăng ký lại chỉ có sau khi đề nghị được duyệt.",
            ),
            models.CheckConstraint(
                name="factor_reset_five_tries",
                condition=Q(tries__gte=0, tries__lte=RESET_TRIES),
                violation_error_message="Mỗi mã đăng ký lại chỉ được nhập tối đa 5 lần.",
            ),
            fingerprint_is_32_bytes("factor_reset", "code_mac"),
            one_of("factor_reset", "decision", ["WAITING", "APPROVED", "DECLINED", "WITHDRAWN"]),
        ]

    def __str__(self) -> str:
        return f"factor_reset:{self.public_id}"


class SecondStep(models.Model):
    """The password was right, or VNeID said who it is; nobody is signed in yet. Ten minutes, one browser, once."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    token_hash = models.BinaryField(unique=True)
    device_hash = models.BinaryField()
    tries = models.PositiveIntegerField(default=0)
    #: Its code was typed here: this browser may enrol anew.
    reset = models.ForeignKey(FactorReset, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = since()
    expires_at = models.DateTimeField(db_default=StatementTimestamp() + Value(STEP_LIFE), editable=False)
    passed_at = models.DateTimeField(null=True)
    #: Who said who this is, in the step before.
    provider = models.CharField(
        max_length=8, choices=Provider.choices, default=Provider.DVCQG, db_default=Provider.DVCQG
    )

    class Meta:
        constraints = [
            one_of("second_step", "provider", ["DVCQG", "VNEID"]),
            fingerprint_is_32_bytes("second_step", "token_hash"),
            fingerprint_is_32_bytes("second_step", "device_hash"),
            models.CheckConstraint(
                name="second_step_ten_minutes",
                condition=Q(expires_at=F("created_at") + Value(STEP_LIFE)),
                violation_error_message="Bước xác thực thứ hai chỉ chờ trong 10 phút.",
            ),
        ]

    def __str__(self) -> str:
        return f"second_step:{self.pk}"


class SignIn(models.Model):
    """One try to sign in, as its owner reads it afterwards; no address (DP-05). Nobody's number leaves no account."""

    class How(models.TextChoices):
        PASSWORD = "PASSWORD", "Mật khẩu"
        TOTP = "TOTP", "Ứng dụng xác thực"
        PASSKEY = "PASSKEY", "Khóa truy cập"
        RECOVERY = "RECOVERY", "Mã dự phòng"
        RESET = "RESET", "Mã đăng ký lại"
        VNEID = "VNEID", "VNeID"

    class Result(models.TextChoices):
        IN = "IN", "Đã đăng nhập"
        HALF = "HALF", "Chờ bước hai"
        AGAIN = "AGAIN", "Đã xác thực lại"
        WRONG = "WRONG", "Không đúng"
        LOCKED = "LOCKED", "Tài khoản đang khóa"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="sign_ins")
    how = models.CharField(max_length=8, choices=How.choices)
    result = models.CharField(max_length=6, choices=Result.choices)
    audience = models.CharField(max_length=8, blank=True, default="")
    device_words = models.CharField(max_length=80, blank=True, default="")
    known_device = models.BooleanField()
    at = since()

    class Meta:
        constraints = [
            one_of("sign_in", "how", ["PASSWORD", "TOTP", "PASSKEY", "RECOVERY", "RESET", "VNEID"]),
            one_of("sign_in", "result", ["IN", "HALF", "AGAIN", "WRONG", "LOCKED"]),
        ]
        indexes = [
            models.Index(
                fields=["account", "-id"], condition=Q(account__isnull=False), name="sign_in_newest"
            ),
            models.Index(fields=["at"], name="sign_in_by_time"),
        ]

    def __str__(self) -> str:
        return f"sign_in:{self.pk}"
