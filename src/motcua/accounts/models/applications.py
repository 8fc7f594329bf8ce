"""An officer creating an account with the citizen at the desk: one numbered request with its evidence."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import F, Q, Value

from motcua.accounts.models.columns import StatementTimestamp, fingerprint_is_32_bytes, one_of, since
from motcua.accounts.models.flows import FLOW_LIFE
from motcua.accounts.models.people import Account, PhoneException
from motcua.files.models import StoredFile
from motcua.keys.marks import MarkField


class AssistApplication(models.Model):
    """Phụ lục III. The reservation of the number lapses after 30 idle minutes, the request after 24 hours."""

    class Kind(models.TextChoices):
        CREATE = "CREATE", "Tạo tài khoản"
        PHONE = "PHONE", "Đổi số điện thoại tại quầy"
        OF_AGE = "OF_AGE", "Nhận tài khoản khi đủ 18 tuổi"

    class HeldBy(models.TextChoices):
        """Whose hands a minor's phone is in; empty: not asked, the citizen is of age."""

        SELF = "SELF", "Chính công dân (chưa đủ 18 tuổi)"
        PARENT = "PARENT", "Cha hoặc mẹ (công dân chưa đủ 18 tuổi)"
        GUARDIAN = "GUARDIAN", "Người giám hộ (công dân chưa đủ 18 tuổi)"

    class Status(models.TextChoices):
        DRAFT = "draft", "đang lập"
        OTP_OK = "otp_ok", "đã xác nhận OTP"
        CREATED = "created", "đã tạo"
        LAPSED = "lapsed", "hết thời gian giữ chỗ"
        CANCELLED = "cancelled", "đã hủy"
        REFUSED = "refused", "bị từ chối"

    HOLDING = ("draft", "otp_ok")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request_number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.CREATE)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    officer_subject = models.CharField(max_length=64)
    unit_id = models.BigIntegerField()
    unit_code = models.CharField(max_length=64)
    reason = models.CharField(max_length=30)
    reason_words = models.CharField(max_length=300, blank=True, default="")
    override_reason = models.CharField(max_length=300, blank=True, default="")
    data_sealed = models.BinaryField(null=True)
    number_bi = MarkField()
    old_number_bi = MarkField(null=True)
    phone_bi = MarkField(null=True)
    held_by = models.CharField(max_length=8, choices=HeldBy.choices, blank=True, default="", db_default="")
    scan = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    signed_paper = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    scan_qr = models.CharField(max_length=10, blank=True, default="")
    form_hash = models.BinaryField(null=True)
    paper_hash = models.BinaryField(null=True)
    code_hash = models.BinaryField(null=True)
    verdict = models.CharField(max_length=10, blank=True, default="")
    operator = models.CharField(max_length=40, blank=True, default="")
    shared_phone_reason = models.CharField(max_length=300, blank=True, default="")
    shared_phone_by = models.CharField(max_length=64, blank=True, default="")
    phone_exception = models.ForeignKey(PhoneException, null=True, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="applications")
    refused_code = models.CharField(max_length=40, blank=True, default="")
    created_at = since()
    last_act_at = since()
    expires_at = models.DateTimeField(db_default=StatementTimestamp() + Value(FLOW_LIFE), editable=False)

    class Meta:
        constraints = [
            # threats C3: two officers cannot prepare the same account at once.
            models.UniqueConstraint(
                fields=["number_bi"],
                condition=Q(status__in=["draft", "otp_ok"]),
                name="application_number_reserved_once",
            ),
            # One stored file is evidence in one request; a trigger keeps scans and signed papers apart.
            models.UniqueConstraint(
                fields=["scan"],
                name="application_scan_once",
                violation_error_message="Bản quét này đã được dùng cho một yêu cầu khác.",
            ),
            models.UniqueConstraint(
                fields=["signed_paper"],
                name="application_signed_paper_once",
                violation_error_message="Giấy đề nghị đã ký này đã được dùng cho một yêu cầu khác.",
            ),
            one_of(
                "application",
                "status",
                ["draft", "otp_ok", "created", "lapsed", "cancelled", "refused"],
            ),
            one_of("application", "kind", ["CREATE", "PHONE", "OF_AGE"]),
            one_of("application", "held_by", ["", "SELF", "PARENT", "GUARDIAN"]),
            models.CheckConstraint(
                name="application_own_phone_not_shared",
                condition=~Q(held_by="SELF") | Q(phone_exception=None),
                violation_error_message="Số điện thoại của chính người chưa đủ 18 tuổi thì không dùng chung.",
            ),
            models.CheckConstraint(
                name="application_of_age_own_phone",
                condition=~Q(kind="OF_AGE") | Q(phone_exception=None, held_by=""),
                violation_error_message="Người đủ 18 tuổi nhận tài khoản bằng số điện thoại của chính mình.",
            ),
            fingerprint_is_32_bytes("application", "number_bi"),
            fingerprint_is_32_bytes("application", "phone_bi"),
            # threats T-03: what the citizen signed and confirmed is what is created.
            models.CheckConstraint(
                name="application_code_binds_form",
                condition=~Q(status__in=["otp_ok", "created"])
                | Q(code_hash=F("form_hash"), paper_hash=F("form_hash"), scan__isnull=False),
                violation_error_message=(
                    "Thông tin đã thay đổi sau khi in giấy hoặc xác nhận OTP: "
                    "đề nghị in lại giấy và gửi lại mã OTP."
                ),
            ),
            models.CheckConstraint(
                name="application_created_has_account",
                condition=~Q(status="created") | Q(account__isnull=False),
                violation_error_message="Yêu cầu đã hoàn thành phải có tài khoản.",
            ),
        ]
        indexes = [
            models.Index(fields=["officer_subject", "-id"], name="application_of_officer"),
            models.Index(fields=["unit_id", "-id"], name="application_of_unit"),
        ]

    def __str__(self) -> str:
        return f"application:{self.pk}"

    @property
    def is_finished(self) -> bool:
        """The account exists, or its phone was changed."""
        return self.status == self.Status.CREATED

    @property
    def is_lapsed(self) -> bool:
        """The reservation of the number is over; the request can be taken up again."""
        return self.status == self.Status.LAPSED

    @property
    def phone_is_proved(self) -> bool:
        """The citizen's code was right for the data as they are."""
        return self.status == self.Status.OTP_OK

    @property
    def is_phone_change(self) -> bool:
        """Not a new account but another phone for one (SPEC 4)."""
        return self.kind == self.Kind.PHONE

    @property
    def is_taking_over(self) -> bool:
        """The owner came of age and takes the account from whoever ran it."""
        return self.kind == self.Kind.OF_AGE

    @property
    def paper_state(self) -> str:
        """none, valid, or void: printed for data that have changed since."""
        if self.paper_hash is None:
            return "none"
        return "valid" if bytes(self.paper_hash) == bytes(self.form_hash or b"") else "void"

    @property
    def waits_for_approval(self) -> bool:
        """A colleague has been asked whether the phone may serve two accounts, and has not said yes."""
        return bool(self.shared_phone_reason) and self.phone_exception_id is None


class TempCredential(models.Model):
    """The one-time password texted to the citizen: 24 hours, once, only for setting the own password (C15)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="temp_credentials")
    application = models.ForeignKey(AssistApplication, null=True, on_delete=models.PROTECT)
    password = models.CharField(max_length=160)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = since()
    expires_at = models.DateTimeField(
        db_default=StatementTimestamp() + Value(timedelta(hours=24)), editable=False
    )
    used_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="temp_credential_24_hours",
                condition=Q(expires_at__lte=F("created_at") + Value(timedelta(hours=24))),
                violation_error_message="Mật khẩu một lần chỉ có hiệu lực 24 giờ.",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(used_at__isnull=True, voided_at__isnull=True),
                name="temp_credential_newest_only",
            ),
            models.CheckConstraint(
                name="temp_credential_five_tries",
                condition=Q(attempts__lte=5),
                violation_error_message="Mật khẩu một lần chỉ được thử 5 lần.",
            ),
        ]

    def __str__(self) -> str:
        return f"temp_credential:{self.pk}"
