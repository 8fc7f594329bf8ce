"""Which identity provider is good from which day to which (NĐ 69/2024, điều 40), and who is linked to VNeID."""

import uuid

from django.db import models
from django.db.models import F, Q

from motcua.accounts.models.columns import fingerprint_is_32_bytes, one_of, since
from motcua.accounts.models.people import Account, Person
from motcua.keys.marks import MarkField

_SUBJECT = r"\A[0-9a-f]{32}\Z"


class Provider(models.TextChoices):
    """Who says who somebody is: the portal with its own accounts, or VNeID."""

    DVCQG = "DVCQG", "Tài khoản Cổng DVCQG"
    VNEID = "VNEID", "VNeID"


_PROVIDERS = ["DVCQG", "VNEID"]
_KINDS = ["CITIZEN", "ORGANISATION"]


class ProviderChange(models.Model):
    """Đề nghị đổi thời hạn: one provider for one kind of owner; asked by one administrator, decided once by another.

    ``valid_from`` None: since ever (only the portal's own accounts). ``valid_to`` is the last good day; None: no end.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", "Chờ duyệt"
        APPROVED = "APPROVED", "Đã duyệt"
        DECLINED = "DECLINED", "Không duyệt"
        WITHDRAWN = "WITHDRAWN", "Đã rút"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner_kind = models.CharField(max_length=12, choices=Person.Kind.choices)
    provider = models.CharField(max_length=8, choices=Provider.choices)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    reason = models.CharField(max_length=300)
    asked_by = models.CharField(max_length=64)
    asked_unit_code = models.CharField(max_length=64)
    asked_at = since()
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    #: Why it was declined, for whoever asked; a trigger wants it (migration 0106).
    decided_reason = models.CharField(max_length=300, blank=True, default="", db_default="")

    class Meta:
        verbose_name = "đề nghị đổi thời hạn nhà cung cấp danh tính"
        indexes = [models.Index(fields=["-asked_at", "-id"], name="provider_change_newest")]
        constraints = [
            one_of("provider_change", "state", ["OPEN", "APPROVED", "DECLINED", "WITHDRAWN"]),
            one_of("provider_change", "owner_kind", _KINDS),
            one_of("provider_change", "provider", _PROVIDERS),
            models.CheckConstraint(
                name="provider_change_days_in_order",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Ngày kết thúc không được trước ngày bắt đầu.",
            ),
            models.CheckConstraint(
                name="provider_change_says_why",
                condition=Q(reason__regex=r"\S.{8,}\S") & Q(asked_by__regex=_SUBJECT),
                violation_error_message="Đề nghị đổi thời hạn phải ghi căn cứ từ 10 ký tự và người đề nghị.",
            ),
            models.CheckConstraint(
                name="provider_change_decided_whole",
                condition=Q(state="OPEN", decided_by="", decided_at=None)
                | Q(~Q(state="OPEN"), decided_by__regex=_SUBJECT, decided_at__isnull=False),
                violation_error_message="Đề nghị đã quyết định phải ghi ai quyết định, lúc nào.",
            ),
            models.CheckConstraint(
                name="provider_change_two_officers",
                condition=(~Q(state="WITHDRAWN") | Q(decided_by=F("asked_by")))
                & (~Q(state__in=["APPROVED", "DECLINED"]) | ~Q(decided_by=F("asked_by"))),
                violation_error_message="Đề nghị phải do người thứ hai quyết định; chỉ người đề nghị được rút.",
            ),
            models.UniqueConstraint(
                name="provider_change_one_waits",
                fields=["owner_kind"],
                condition=Q(state="OPEN"),
                violation_error_message="Đang có một đề nghị khác chờ duyệt cho loại chủ tài khoản này.",
            ),
        ]

    def __str__(self) -> str:
        return f"provider_change:{self.public_id}"


class ProviderPeriod(models.Model):
    """How long one provider is good for one kind of owner. Nothing is said of the portal: it is good without an end.

    Written from an approved change only; days that are over stay as they were, and no day is left without a
    provider (triggers of migration 0071).
    """

    owner_kind = models.CharField(max_length=12, choices=Person.Kind.choices)
    provider = models.CharField(max_length=8, choices=Provider.choices)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    change = models.ForeignKey(ProviderChange, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "thời hạn nhà cung cấp danh tính"
        constraints = [
            models.UniqueConstraint(
                name="provider_period_once",
                fields=["owner_kind", "provider"],
                violation_error_message="Mỗi nhà cung cấp chỉ có một thời hạn cho mỗi loại chủ tài khoản.",
            ),
            one_of("provider_period", "owner_kind", _KINDS),
            one_of("provider_period", "provider", _PROVIDERS),
            models.CheckConstraint(
                name="provider_period_days_in_order",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Ngày kết thúc không được trước ngày bắt đầu.",
            ),
            models.CheckConstraint(
                name="provider_period_begins",
                condition=(~Q(provider="DVCQG") | Q(valid_from=None))
                & (~Q(provider="VNEID") | Q(valid_from__isnull=False)),
                violation_error_message="VNeID phải có ngày bắt đầu; tài khoản Cổng DVCQG dùng được từ trước.",
            ),
        ]

    def __str__(self) -> str:
        return f"provider_period:{self.pk}"


class VneidLink(models.Model):
    """Liên kết VNeID: this account is the one of whoever VNeID knows by ``tech_bi``.

    Of the TechID only a keyed fingerprint is kept, and only while the link stands. ``level``: of the VNeID account
    when it was linked.
    """

    class Ended(models.TextChoices):
        DESK = "DESK", "hai cán bộ gỡ"
        CLOSED = "CLOSED", "tài khoản đã đóng"
        PARTED = "PARTED", "hai tài khoản đã gộp được tách"

    class Dropped(models.TextChoices):
        OWNER = "OWNER", "Chủ tài khoản đã dừng"
        LAPSED = "LAPSED", "Quá 30 ngày chưa duyệt"
        DECLINED = "DECLINED", "Không duyệt"
        OF_AGE = "OF_AGE", "Dừng vì chủ tài khoản đủ 18 tuổi"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="vneid_links")
    tech_bi = MarkField(null=True)
    level = models.PositiveSmallIntegerField()
    linked_at = since()
    asked_by = models.CharField(max_length=64, blank=True, default="")
    asked_unit_code = models.CharField(max_length=64, blank=True, default="")
    asked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    ended_how = models.CharField(max_length=6, choices=Ended.choices, blank=True, default="")
    ended_by = models.CharField(max_length=64, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    #: The newest request that ended while the link went on: whose it was, and how it ended.
    dropped_how = models.CharField(
        max_length=8, choices=Dropped.choices, blank=True, default="", db_default=""
    )
    dropped_asked_by = models.CharField(max_length=64, blank=True, default="", db_default="")
    dropped_unit_code = models.CharField(max_length=64, blank=True, default="", db_default="")
    dropped_at = models.DateTimeField(null=True)
    #: When its owner last said “không phải tôi” to a request; a later one that ends otherwise does not hide it.
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "liên kết VNeID"
        indexes = [
            models.Index(fields=["asked_unit_code", "-asked_at"], name="vneid_link_asked"),
            models.Index(
                fields=["dropped_unit_code", "-dropped_at"],
                name="vneid_link_dropped",
                condition=~Q(dropped_how=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="vneid_tech_id_once",
                fields=["tech_bi"],
                condition=Q(ended_at=None),
                violation_error_message="Tài khoản VNeID này đã liên kết với một tài khoản khác.",
            ),
            models.UniqueConstraint(
                name="vneid_link_once_per_account",
                fields=["account"],
                condition=Q(ended_at=None),
                violation_error_message="Tài khoản này đã liên kết với một tài khoản VNeID.",
            ),
            fingerprint_is_32_bytes("vneid", "tech_bi"),
            models.CheckConstraint(
                name="vneid_link_level_two",
                condition=Q(level__in=[2, 3]),
                violation_error_message="Chỉ liên kết tài khoản VNeID mức độ 2 trở lên.",
            ),
            models.CheckConstraint(
                name="vneid_link_asked_whole",
                condition=Q(asked_by="", asked_unit_code="", asked_at=None, reason="")
                | ~Q(asked_by="")
                & ~Q(asked_unit_code="")
                & Q(asked_at__isnull=False, reason__regex=r"\S.{3,}\S"),
                violation_error_message="Đề nghị gỡ liên kết phải ghi người đề nghị, đơn vị, thời điểm và lý do.",
            ),
            models.CheckConstraint(
                name="vneid_link_ended_whole",
                condition=Q(ended_how="", ended_by="", ended_at=None, tech_bi__isnull=False)
                | Q(ended_how="DESK", ended_at__isnull=False, tech_bi=None)
                | Q(ended_how__in=["CLOSED", "PARTED"], ended_by="", ended_at__isnull=False, tech_bi=None),
                violation_error_message="Liên kết đã gỡ phải ghi vì sao, lúc nào.",
            ),
            models.CheckConstraint(
                name="vneid_link_dropped_whole",
                condition=Q(
                    dropped_how="",
                    dropped_asked_by="",
                    dropped_unit_code="",
                    dropped_at=None,
                    stopped_at=None,
                )
                | Q(dropped_how__in=["OWNER", "LAPSED", "DECLINED", "OF_AGE"], dropped_at__isnull=False)
                & ~Q(dropped_asked_by="")
                & ~Q(dropped_unit_code="")
                & (~Q(dropped_how="OWNER") | Q(stopped_at__isnull=False)),
                violation_error_message="Đề nghị gỡ liên kết đã dừng phải ghi ai đã lập, vì sao dừng, lúc nào.",
            ),
            models.CheckConstraint(
                name="vneid_link_two_officers",
                condition=~Q(ended_how="DESK")
                | ~Q(asked_by="") & ~Q(ended_by="") & ~Q(ended_by=F("asked_by")),
                violation_error_message="Liên kết VNeID chỉ được gỡ khi hai cán bộ khác nhau cùng quyết định.",
            ),
        ]

    def __str__(self) -> str:
        return f"vneid_link:{self.public_id}"
