"""Đơn vị, cán bộ, vị trí: the tables behind "who may act for which office today"."""

import uuid
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from motcua.kernel.authority import PRIVILEGED, Power
from motcua.keys.marks import MarkField, MarkFits

#: Who granted the first posts, before there was an administrator (C14: two names, nobody's own).
BOOTSTRAP_GRANTER = "system"
BOOTSTRAP_APPROVER = "system-2"

_SUBJECT = r"\A[0-9a-f]{32}\Z"
_GRANTER = r"\A([0-9a-f]{32}|system)\Z"
_APPROVER = r"\A([0-9a-f]{32}|system-2)?\Z"
_ALL_POWERS = sorted(power.value for power in Power)
_PRIVILEGED = sorted(power.value for power in PRIVILEGED)


class Unit(models.Model):
    """One office of the tree; ``valid_to`` is its last day, ``successor`` takes its work over."""

    class Kind(models.TextChoices):
        SO = "SO", "Sở"
        PHONG_CM = "PHONG_CM", "Phòng chuyên môn"
        PHONG_GDDT = "PHONG_GDDT", "Phòng Giáo dục và Đào tạo"
        THPT = "THPT", "Trường trung học phổ thông"
        TRUC_THUOC = "TRUC_THUOC", "Đơn vị trực thuộc"
        GDTX = "GDTX", "Trung tâm giáo dục thường xuyên"
        GDNN_GDTX = "GDNN_GDTX", "Trung tâm giáo dục nghề nghiệp - giáo dục thường xuyên"

    code = models.TextField(unique=True)
    name = models.TextField()
    short_name = models.TextField()
    kind = models.TextField(choices=Kind.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    district = models.TextField(blank=True, default="")
    address = models.TextField(blank=True, default="")
    phone = models.TextField(blank=True, default="")
    dossier_prefix = models.TextField(blank=True, default="")
    has_desk = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors"
    )
    gate_binds_from = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "đơn vị"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="unit_code_plain",
                condition=Q(code__regex=r"\A[a-z0-9]+(-[a-z0-9]+)*\Z"),
                violation_error_message="Mã đơn vị chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối.",
            ),
            models.CheckConstraint(
                name="unit_prefix_shape",
                condition=Q(dossier_prefix__regex=r"\A([0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2})?\Z"),
                violation_error_message="Mã định danh đơn vị phải có dạng 000.00.00.H00.",
            ),
            models.CheckConstraint(
                name="unit_desk_has_prefix",
                condition=Q(has_desk=False) | ~Q(dossier_prefix=""),
                violation_error_message="Đơn vị có bộ phận một cửa phải có mã định danh để cấp mã hồ sơ.",
            ),
            models.CheckConstraint(
                name="unit_kind_known",
                condition=Q(
                    kind__in=["SO", "PHONG_CM", "PHONG_GDDT", "THPT", "TRUC_THUOC", "GDTX", "GDNN_GDTX"]
                ),
                violation_error_message="Loại đơn vị không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="unit_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Ngày kết thúc phải sau ngày thành lập.",
            ),
            models.CheckConstraint(
                name="unit_successor_only_when_closed",
                condition=Q(successor=None) | Q(valid_to__isnull=False),
                violation_error_message="Chỉ đơn vị đã kết thúc hoạt động mới có đơn vị kế thừa.",
            ),
            models.UniqueConstraint(
                name="unit_prefix_unique",
                fields=["dossier_prefix"],
                condition=~Q(dossier_prefix=""),
                violation_error_message="Mã định danh này đã thuộc đơn vị khác.",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def is_open(self, on: date) -> bool:
        """Whether the unit works on this day; its last day counts."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def gate_day(self) -> date:
        """From this day a dossier must have a checked owner here; before it the desk only warns."""
        return self.gate_binds_from or date.fromisoformat(str(settings.GATE_BINDS_FROM))

    def gate_binds(self, on: date) -> bool:
        """Whether the gate binds on this day."""
        return on >= self.gate_day


class Officer(models.Model):
    """A person who may hold posts. ``subject`` is the opaque id of their own account for this desk."""

    subject = models.TextField(unique=True)
    full_name = models.TextField()
    phone_sealed = models.BinaryField()
    phone_masked = models.TextField()
    active = models.BooleanField(default=True)
    registered_at = models.DateTimeField(db_default=Now(), editable=False)
    deactivated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "cán bộ"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="officer_subject_opaque",
                condition=Q(subject__regex=_SUBJECT),
                violation_error_message="Mã định danh của cán bộ không đúng dạng.",
            ),
            models.CheckConstraint(
                name="officer_inactive_iff_deactivated",
                condition=Q(active=True, deactivated_at=None) | Q(active=False, deactivated_at__isnull=False),
                violation_error_message="Cán bộ thôi làm việc phải có thời điểm thôi làm việc.",
            ),
        ]

    def __str__(self) -> str:
        return f"officer:{self.pk}"


class StaffPhone(models.Model):
    """Số điện thoại của cán bộ: never good for a citizen's account (threats C5)."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="phones")
    phone_bi = MarkField()
    active = models.BooleanField(default=True)
    added_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "số điện thoại cán bộ"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="staff_phone_bi_32_bytes",
                condition=Q(MarkFits("phone_bi")),
                violation_error_message="Dấu vết số điện thoại không đúng độ dài.",
            ),
            models.UniqueConstraint(
                name="staff_phone_one_active",
                fields=["phone_bi"],
                condition=Q(active=True),
                violation_error_message="Số điện thoại này đã được đăng ký cho cán bộ khác.",
            ),
        ]

    def __str__(self) -> str:
        return f"staff_phone:{self.pk}"


class Post(models.Model):
    """Who may do what, where, from when until when, by whose word. Written once; only revoking changes it.

    ``grantee_subject`` copies the officer's subject (a composite foreign key keeps the copy true), so that
    C14 is a rule of one row. ``valid_to`` is the last day. The bootstrap names stand for the installation.
    """

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="posts")
    grantee_subject = models.TextField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    powers = ArrayField(models.TextField(choices=[(power.value, power.value) for power in Power]))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    granted_by_subject = models.TextField()
    approved_by_subject = models.TextField(blank=True, default="")
    granted_at = models.DateTimeField(db_default=Now(), editable=False)
    reason = models.TextField(blank=True, default="")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by_subject = models.TextField(blank=True, default="")
    revoked_reason = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "vị trí"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="post_never_to_self",
                condition=~Q(granted_by_subject=F("grantee_subject")),
                violation_error_message="Không ai được tự cấp quyền cho mình.",
            ),
            models.CheckConstraint(
                name="post_approver_is_a_third_person",
                condition=~Q(approved_by_subject=F("grantee_subject"))
                & ~Q(approved_by_subject=F("granted_by_subject")),
                violation_error_message="Người duyệt phải khác người cấp và người được cấp.",
            ),
            models.CheckConstraint(
                name="post_privileged_needs_two",
                condition=~Q(powers__overlap=_PRIVILEGED) | ~Q(approved_by_subject=""),
                violation_error_message="Quyền đặc biệt phải có người thứ hai duyệt.",
            ),
            models.CheckConstraint(
                name="post_people_known",
                condition=Q(granted_by_subject__regex=_GRANTER) & Q(approved_by_subject__regex=_APPROVER),
                violation_error_message="Người cấp hoặc người duyệt không đúng dạng.",
            ),
            models.CheckConstraint(
                name="post_bootstrap_whole",
                condition=Q(granted_by_subject="system", approved_by_subject__in=["", "system-2"])
                | (~Q(granted_by_subject="system") & ~Q(approved_by_subject="system-2")),
                violation_error_message="Chỉ quyền cấp khi cài đặt mới do hệ thống cấp và duyệt.",
            ),
            models.CheckConstraint(
                name="post_powers_known",
                condition=Q(powers__contained_by=_ALL_POWERS) & Q(powers__len__gt=0),
                violation_error_message="Vị trí phải có ít nhất một quyền trong danh mục.",
            ),
            models.CheckConstraint(
                name="post_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
            models.CheckConstraint(
                name="post_revoked_by_someone",
                condition=Q(revoked_at=None, revoked_by_subject="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_by_subject="")),
                violation_error_message="Quyền bị thu hồi phải ghi người thu hồi.",
            ),
        ]

    def __str__(self) -> str:
        return f"post:{self.pk}"


class GrantRequest(models.Model):
    """A privileged post that waits for a second administrator (SPEC 10)."""

    class State(models.TextChoices):
        OPEN = "OPEN", "Chờ duyệt"
        APPROVED = "APPROVED", "Đã duyệt"
        DECLINED = "DECLINED", "Không duyệt"

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    powers = ArrayField(models.TextField())
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")
    replacing = models.BooleanField(default=False)
    asked_by_subject = models.TextField()
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    state = models.TextField(choices=State.choices, default=State.OPEN)
    decided_by_subject = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    #: Why it was declined, for whoever asked; a trigger wants it (migration 0042).
    decided_reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "đề nghị cấp quyền"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="grant_request_decided_by_another",
                condition=Q(state="OPEN", decided_by_subject="")
                | (
                    Q(state__in=["APPROVED", "DECLINED"])
                    & ~Q(decided_by_subject="")
                    & (Q(state="DECLINED") | ~Q(decided_by_subject=F("asked_by_subject")))
                ),
                violation_error_message="Đề nghị cấp quyền phải do người thứ hai duyệt.",
            ),
        ]

    def __str__(self) -> str:
        return f"grant_request:{self.pk}"


class UnitChange(models.Model):
    """What became of a unit, from its founding to who follows it. Written once; old names are found here."""

    class Kind(models.TextChoices):
        ADDED = "ADDED", "Thành lập"
        RENAMED = "RENAMED", "Đổi tên"
        CLOSED = "CLOSED", "Kết thúc hoạt động"
        MERGED = "MERGED", "Sáp nhập"
        SPLIT = "SPLIT", "Chia tách"
        ASSIGNED = "ASSIGNED", "Chỉ định đơn vị kế thừa"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="changes")
    kind = models.TextField(choices=Kind.choices)
    effective_on = models.DateField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    #: Codes of all that take over, the main successor first.
    successors = ArrayField(models.TextField(), default=list)
    reason = models.TextField()
    by_subject = models.TextField()
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "biến động đơn vị"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="unit_change_kind_known",
                condition=Q(kind__in=["ADDED", "RENAMED", "CLOSED", "MERGED", "SPLIT", "ASSIGNED"]),
                violation_error_message="Loại biến động không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="unit_change_says_why",
                condition=Q(reason__regex=r"\S.{8,}\S"),
                violation_error_message="Biến động của đơn vị phải ghi căn cứ từ 10 ký tự.",
            ),
        ]

    def __str__(self) -> str:
        return f"unit_change:{self.pk}"


class PostConfirmation(models.Model):
    """An administrator said again that a post is needed; without it a post lapses. Written once."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="confirmations")
    by_subject = models.TextField()
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "lượt xác nhận lại vị trí"
        indexes: ClassVar = [models.Index(fields=["post", "-at"], name="confirmation_of_post")]

    def __str__(self) -> str:
        return f"post_confirmation:{self.pk}"


def _removed_whole() -> Q:
    """Taken out by somebody, for a reason; or still in force."""
    return Q(removed_at=None, removed_by_subject="", removed_reason="") | (
        Q(removed_at__isnull=False) & ~Q(removed_by_subject="") & ~Q(removed_reason="")
    )


class CalendarDay(models.Model):
    """One day of the province's calendar: off, or worked in place of another (làm bù). It wins over what is known.

    Written once; a change takes the old line out and adds a new one.
    """

    class Kind(models.TextChoices):
        OFF = "OFF", "Ngày nghỉ"
        WORKED = "WORKED", "Ngày làm bù"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    day = models.DateField()
    kind = models.TextField(choices=Kind.choices)
    occasion = models.TextField()
    source = models.TextField()
    swapped_with = models.DateField(null=True, blank=True)
    is_sample = models.BooleanField(default=False)
    added_by_subject = models.TextField(blank=True, default="")
    added_at = models.DateTimeField(db_default=Now(), editable=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by_subject = models.TextField(blank=True, default="")
    removed_reason = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "ngày trong lịch làm việc"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="calendar_day_kind_known",
                condition=Q(kind__in=["OFF", "WORKED"]),
                violation_error_message="Ngày phải là ngày nghỉ hoặc ngày làm bù.",
            ),
            models.CheckConstraint(
                name="calendar_day_has_source",
                condition=~Q(occasion="") & ~Q(source=""),
                violation_error_message="Ngày phải ghi dịp nghỉ và văn bản quy định.",
            ),
            models.CheckConstraint(
                name="calendar_day_removed_whole",
                condition=_removed_whole(),
                violation_error_message="Ngày bị bỏ phải ghi người bỏ và lý do.",
            ),
            models.UniqueConstraint(
                name="calendar_day_once",
                fields=["day"],
                condition=Q(removed_at=None),
                violation_error_message="Ngày này đã có trong lịch.",
            ),
        ]

    def __str__(self) -> str:
        return f"calendar_day:{self.public_id}"


class OfficeHours(models.Model):
    """The working hours of a unit, and of the units below that have none, from a day on. Written once."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="hours")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    last_receipt = models.TimeField()
    source = models.TextField()
    added_by_subject = models.TextField(blank=True, default="")
    added_at = models.DateTimeField(db_default=Now(), editable=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by_subject = models.TextField(blank=True, default="")
    removed_reason = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "giờ làm việc của đơn vị"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="office_hours_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Ngày kết thúc phải từ ngày bắt đầu.",
            ),
            models.CheckConstraint(
                name="office_hours_have_source",
                condition=~Q(source=""),
                violation_error_message="Giờ làm việc phải ghi văn bản quy định.",
            ),
            models.CheckConstraint(
                name="office_hours_removed_whole",
                condition=_removed_whole(),
                violation_error_message="Giờ làm việc bị bỏ phải ghi người bỏ và lý do.",
            ),
            models.UniqueConstraint(
                name="office_hours_once",
                fields=["unit", "valid_from"],
                condition=Q(removed_at=None),
                violation_error_message="Đơn vị đã có giờ làm việc từ ngày này.",
            ),
        ]

    def __str__(self) -> str:
        return f"office_hours:{self.public_id}"


class OfficeDay(models.Model):
    """One weekday (1 is Monday) of a unit's hours, morning and afternoon; a weekday without a row is a day off."""

    hours = models.ForeignKey(OfficeHours, on_delete=models.PROTECT, related_name="days")
    weekday = models.PositiveSmallIntegerField()
    morning_opens = models.TimeField(null=True, blank=True)
    morning_closes = models.TimeField(null=True, blank=True)
    afternoon_opens = models.TimeField(null=True, blank=True)
    afternoon_closes = models.TimeField(null=True, blank=True)

    class Meta:
        verbose_name = "giờ làm việc trong tuần"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="office_day_weekday_known",
                condition=Q(weekday__gte=1, weekday__lte=7),
                violation_error_message="Thứ trong tuần không đúng.",
            ),
            models.CheckConstraint(
                name="office_day_in_order",
                condition=(
                    Q(morning_opens=None, morning_closes=None)
                    | Q(
                        morning_opens__isnull=False,
                        morning_closes__isnull=False,
                        morning_closes__gt=F("morning_opens"),
                    )
                )
                & (
                    Q(afternoon_opens=None, afternoon_closes=None)
                    | Q(
                        afternoon_opens__isnull=False,
                        afternoon_closes__isnull=False,
                        afternoon_closes__gt=F("afternoon_opens"),
                    )
                )
                & (
                    Q(morning_closes=None, afternoon_opens__isnull=False)
                    | Q(morning_closes__isnull=False, afternoon_opens=None)
                    | Q(
                        morning_closes__isnull=False,
                        afternoon_opens__isnull=False,
                        afternoon_opens__gte=F("morning_closes"),
                    )
                ),
                violation_error_message="Giờ mở cửa phải trước giờ đóng cửa, buổi sáng trước buổi chiều.",
            ),
            models.UniqueConstraint(
                name="office_day_once",
                fields=["hours", "weekday"],
                violation_error_message="Mỗi thứ trong tuần chỉ ghi một lần.",
            ),
        ]

    def __str__(self) -> str:
        return f"office_day:{self.pk}"


# Tables of the same room that stand in files of their own.
from motcua.units.gate_tables import GateChange, GateChangeUnit  # noqa: E402
from motcua.units.search_tables import SearchMemory  # noqa: E402

__all__ = [
    "BOOTSTRAP_APPROVER",
    "BOOTSTRAP_GRANTER",
    "CalendarDay",
    "GateChange",
    "GateChangeUnit",
    "GrantRequest",
    "OfficeDay",
    "OfficeHours",
    "Officer",
    "Post",
    "PostConfirmation",
    "SearchMemory",
    "StaffPhone",
    "Unit",
    "UnitChange",
]
