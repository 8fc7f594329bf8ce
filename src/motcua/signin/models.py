"""Hệ thống kết nối: the other systems that may ask us, and what two officers agreed that each may do."""

import uuid
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from motcua.signin.entry_tables import SignInRegistration as SignInRegistration
from motcua.signin.entry_tables import SignInRequest as SignInRequest
from motcua.signin.key_tables import SigningKey as SigningKey
from motcua.signin.sharing_tables import Sharing as Sharing
from motcua.signin.token_tables import RefreshToken as RefreshToken
from motcua.signin.token_tables import SignIn as SignIn
from motcua.signin.token_tables import UsedAssertion as UsedAssertion
from motcua.units.models import Unit

_SUBJECT: Final = r"\A[0-9a-f]{32}\Z"
_CLIENT_ID: Final = r"\A(?=.{3,40}\Z)[a-z][a-z0-9]*(-[a-z0-9]+)*\Z"


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
    in CIDR that the system calls from. The clock of asking, deciding and ending is the database's.
    """

    class Decision(models.TextChoices):
        WAITING = "WAITING", "Chờ duyệt"
        APPROVED = "APPROVED", "Đã duyệt"
        DECLINED = "DECLINED", "Không duyệt"
        WITHDRAWN = "WITHDRAWN", "Đã rút"

    class Scope(models.TextChoices):
        ACCOUNT_CHECK = "account.check", "Kiểm tra tài khoản của chủ hồ sơ"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="registrations")
    purpose = models.TextField()
    scopes = ArrayField(models.TextField(choices=Scope.choices))
    jwks = models.JSONField()
    addresses = ArrayField(models.TextField())
    per_minute = models.PositiveIntegerField()
    per_day = models.PositiveIntegerField()
    contact_office = models.TextField()
    contact_email = models.TextField()
    expires_on = models.DateField()
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
                condition=Q(scopes__len__gte=1) & Q(scopes__contained_by=["account.check"]),
                violation_error_message="Phạm vi kết nối không có trong danh mục.",
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
