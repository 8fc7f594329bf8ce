"""Hệ thống kết nối: the other systems that may ask us, and what two officers agreed that each may do."""

import uuid
from typing import ClassVar, Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.db.models.lookups import Exact

from motcua.signin.desk_tables import DeskProcedure as DeskProcedure
from motcua.signin.entry_tables import SignInRegistration as SignInRegistration
from motcua.signin.entry_tables import SignInRequest as SignInRequest
from motcua.signin.key_tables import SigningKey as SigningKey
from motcua.signin.proof_tables import UsedAssertion as UsedAssertion
from motcua.signin.proof_tables import UsedProof as UsedProof
from motcua.units.models import Unit

if settings.HOSTS_PORTAL:  # these point to accounts, which a desk apart does not have (ADR 0042)
    from motcua.signin.desk_dossier_table import DeskDossier as DeskDossier
    from motcua.signin.sharing_tables import Sharing as Sharing
    from motcua.signin.token_tables import RefreshToken as RefreshToken
    from motcua.signin.token_tables import SignIn as SignIn

_SUBJECT: Final = r"\A[0-9a-f]{32}\Z"
_CLIENT_ID: Final = r"\A(?=.{3,40}\Z)[a-z][a-z0-9]*(-[a-z0-9]+)*\Z"

#: One word per family of calls; the database keeps the same list (migration 0003).
_SCOPES: Final = [
    "account.check",
    "owner.session",
    "owner.notice",
    "vault.lend",
    "vault.put",
    "dossier.events",
    "catalogue.read",
    "catalogue.write",
    "officer.reset",
    "desk.standing",
    "owner.reveal",
]


class Client(models.Model):
    """A system of another agency. What it may do stands in its registrations; this is only who it is."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_id = models.TextField(unique=True)
    name = models.TextField()
    #: The name without marks, for the search.
    folded = models.TextField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "hệ thống kết nối"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="client_id_plain",
                condition=Q(client_id__regex=_CLIENT_ID),
                violation_error_message=(
                    "Mã hệ thống gồm 3 đến 40 chữ thường không dấu, chữ số và dấu gạch nối."
                ),
            ),
            models.CheckConstraint(
                name="client_named",
                condition=Q(name__regex=r"\S"),
                violation_error_message="Hệ thống phải có tên.",
            ),
        ]

    def __str__(self) -> str:
        return f"client:{self.pk}"


class Registration(models.Model):
    """What a system asks to be allowed, decided by a second officer; written once, then only ended.

    A change is another registration. ``jwks``: public keys only, as ``{"keys": [...]}``. ``addresses``: networks
    in CIDR that the system calls from. ``audience`` is the desk it acts for: receipts are made out to it, and
    people are known to it by ids of their own. The clock of asking, deciding and ending is the database's.
    """

    class Decision(models.TextChoices):
        WAITING = "WAITING", "Chờ duyệt"
        APPROVED = "APPROVED", "Đã duyệt"
        DECLINED = "DECLINED", "Không duyệt"
        WITHDRAWN = "WITHDRAWN", "Đã rút"

    class Scope(models.TextChoices):
        ACCOUNT_CHECK = "account.check", "Kiểm tra tài khoản của chủ hồ sơ"
        OWNER_SESSION = (
            "owner.session",
            "Nhận chứng nhận về người đang đăng nhập, bằng thẻ của chính người đó",
        )
        OWNER_NOTICE = "owner.notice", "Báo tin về hồ sơ cho chủ tài khoản"
        VAULT_LEND = "vault.lend", "Hỏi, mượn và xem giấy tờ trong kho dữ liệu của chủ hồ sơ"
        VAULT_PUT = "vault.put", "Đưa giấy tờ, kết quả vào kho dữ liệu của chủ hồ sơ"
        DOSSIER_EVENTS = "dossier.events", "Nhận diễn biến hồ sơ của đơn vị (không có dữ liệu cá nhân)"
        CATALOGUE_READ = "catalogue.read", "Lấy danh mục đơn vị và thủ tục"
        CATALOGUE_WRITE = "catalogue.write", "Nhập danh mục thủ tục"
        OFFICER_RESET = (
            "officer.reset",
            "Đặt lại xác thực hai bước cho cán bộ của hệ thống, khi hai quản trị viên ở đó đồng ý",
        )
        DESK_STANDING = (
            "desk.standing",
            "Báo thủ tục được tiếp nhận và hồ sơ đang giải quyết của chủ tài khoản",
        )
        OWNER_REVEAL = (
            "owner.reveal",
            "Xem số định danh hoặc số điện thoại đầy đủ của chủ hồ sơ đang giải quyết",
        )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="registrations")
    audience = models.TextField()
    purpose = models.TextField()
    scopes = ArrayField(models.TextField(choices=Scope.choices))
    jwks = models.JSONField()
    addresses = ArrayField(models.TextField())
    per_minute = models.PositiveIntegerField()
    per_day = models.PositiveIntegerField()
    contact_office = models.TextField()
    contact_email = models.TextField()
    expires_on = models.DateField()
    #: The last day on which tokens count that anybody could show, for who was registered before DPoP; else none does.
    bearer_until = models.DateField(null=True, blank=True, editable=False)
    asked_by_subject = models.TextField()
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    decision = models.TextField(choices=Decision.choices, default=Decision.WAITING)
    decided_by_subject = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_reason = models.TextField(blank=True, default="")
    ended_by_subject = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_reason = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "đăng ký kết nối"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="registration_second_officer",
                condition=Q(decision="WAITING", decided_by_subject="", decided_at=None)
                | Q(decision="WITHDRAWN", decided_by_subject=F("asked_by_subject"), decided_at__isnull=False)
                | (
                    Q(decision__in=["APPROVED", "DECLINED"], decided_at__isnull=False)
                    & Q(decided_by_subject__regex=_SUBJECT)
                    & ~Q(decided_by_subject=F("asked_by_subject"))
                ),
                violation_error_message="Đăng ký kết nối phải do cán bộ khác duyệt.",
            ),
            models.CheckConstraint(
                name="registration_asked_by_officer",
                condition=Q(asked_by_subject__regex=_SUBJECT),
                violation_error_message="Đăng ký kết nối phải do một cán bộ đề nghị.",
            ),
            models.CheckConstraint(
                name="registration_ended_by_officer",
                condition=Q(ended_at=None, ended_by_subject="", ended_reason="")
                | (
                    Q(decision="APPROVED", ended_at__isnull=False, ended_by_subject__regex=_SUBJECT)
                    & Q(ended_reason__regex=r"\S")
                ),
                violation_error_message="Chỉ ngừng được đăng ký đã duyệt, và phải ghi người ngừng, lý do.",
            ),
            models.CheckConstraint(
                name="registration_scopes_known",
                condition=Q(scopes__len__gte=1) & Q(scopes__contained_by=_SCOPES),
                violation_error_message="Phạm vi kết nối không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="registration_audience_plain",
                condition=Q(audience__regex=_CLIENT_ID),
                violation_error_message=(
                    "Mã bộ phận một cửa gồm 3 đến 40 chữ thường không dấu, chữ số và dấu gạch nối."
                ),
            ),
            models.CheckConstraint(
                name="registration_has_addresses",
                condition=Q(addresses__len__gte=1),
                violation_error_message="Đăng ký kết nối phải có ít nhất một địa chỉ mạng.",
            ),
            models.CheckConstraint(
                name="registration_quota_bounded",
                condition=Q(per_minute__range=(1, 6_000), per_day__range=(1, 1_000_000)),
                violation_error_message="Hạn mức phải từ 1 đến 6.000 lượt mỗi phút, 1.000.000 lượt mỗi ngày.",
            ),
            models.UniqueConstraint(
                name="registration_one_waiting",
                fields=["client"],
                condition=Q(decision="WAITING"),
                violation_error_message="Hệ thống này đang có một đăng ký chờ duyệt.",
            ),
            models.UniqueConstraint(
                name="registration_one_live",
                fields=["client"],
                condition=Q(decision="APPROVED", ended_at=None),
                violation_error_message="Hệ thống này đang có một đăng ký còn hiệu lực.",
            ),
        ]

    def __str__(self) -> str:
        return f"registration:{self.pk}"


class CallCount(models.Model):
    """How often a system called within an hour, by scope: a counter, no call and no person is written down."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    hour = models.DateTimeField()
    scope = models.TextField(choices=Registration.Scope.choices)
    calls = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    #: Questions whether somebody has this number, and those of them that found nobody.
    looked_up = models.PositiveIntegerField(db_default=0)
    #: Of ``looked_up``, which is counted when a call is let in: those that were refused before they asked.
    unasked = models.PositiveIntegerField(db_default=0)
    missed = models.PositiveIntegerField()
    #: Questions about a number that is nobody's (threats T-08).
    alarms = models.PositiveIntegerField()
    last_at = models.DateTimeField()
    last_refusal = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "số lần gọi"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="call_count_once",
                fields=["client", "hour", "scope"],
                violation_error_message="Số lần gọi của hệ thống trong giờ này đã có dòng đếm.",
            ),
            models.CheckConstraint(
                name="call_count_adds_up",
                condition=Q(calls__gte=1)
                & Q(refused__lte=F("calls"))
                & Q(looked_up__lte=F("calls"))
                & Q(unasked__lte=F("looked_up"))
                & Q(missed__lte=F("looked_up") - F("unasked"))
                & Q(alarms__lte=F("missed")),
                violation_error_message="Số lần bị từ chối, không tìm thấy không được nhiều hơn số lần gọi.",
            ),
            models.CheckConstraint(
                name="call_count_scope_known",
                condition=Q(scope__in=_SCOPES),
                violation_error_message="Phạm vi kết nối không có trong danh mục.",
            ),
        ]

    def __str__(self) -> str:
        return f"call_count:{self.pk}"


class KeptAnswer(models.Model):
    """What a write was answered, by the caller's own key (threats C13): asked again, it is said again and not done.

    ``body_mac`` tells another question under the same key; the answer is sealed for its row. Without an answer
    the write is under way until ``lease_until``; afterwards whoever comes next takes it over.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    key = models.TextField()
    operation = models.TextField()
    body_mac = models.BinaryField()
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    lease_until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer_sealed = models.BinaryField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "trả lời đã giữ"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="kept_answer_once",
                fields=["client", "key"],
                violation_error_message="Mã chống gửi lặp này đã được dùng.",
            ),
            models.CheckConstraint(
                name="kept_answer_key_plain",
                condition=Q(key__regex=r"\A[A-Za-z0-9._:-]{8,128}\Z"),
                violation_error_message="Mã chống gửi lặp gồm 8 đến 128 chữ, số, dấu chấm, gạch, hai chấm.",
            ),
            models.CheckConstraint(
                name="kept_answer_mac",
                condition=Exact(
                    Func(F("body_mac"), function="octet_length", output_field=models.IntegerField()), 32
                ),
                violation_error_message="Dấu của nội dung gửi phải đủ 32 byte.",
            ),
            models.CheckConstraint(
                name="kept_answer_whole",
                condition=Q(status=None, answer_sealed=None, answered_at=None)
                | Q(status__range=(200, 299), answer_sealed__isnull=False, answered_at__isnull=False),
                violation_error_message="Trả lời đã giữ phải có đủ mã trạng thái, nội dung và thời điểm.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["asked_at"], name="kept_answer_age")]

    def __str__(self) -> str:
        return f"kept_answer:{self.pk}"
