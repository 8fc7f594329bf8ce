"""Đổi ngày áp dụng: which units are to bind from which day, asked by one administrator, agreed by another.

Part of this room's tables; ``models`` imports this file. Who may ask and agree is judged by triggers as well.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

_SUBJECT = r"\A[0-9a-f]{32}\Z"


class GateChange(models.Model):
    """A new binding day for one or many units. Written once; decided once."""

    class State(models.TextChoices):
        OPEN = "OPEN", "Chờ duyệt"
        APPROVED = "APPROVED", "Đã duyệt"
        DECLINED = "DECLINED", "Không duyệt"
        WITHDRAWN = "WITHDRAWN", "Đã rút"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: Where the asker works: whoever administers a unit above may decide.
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    binds_from = models.DateField()
    reason = models.TextField()
    asked_by_subject = models.TextField()
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    state = models.TextField(choices=State.choices, default=State.OPEN)
    decided_by_subject = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "đề nghị đổi ngày áp dụng"
        indexes: ClassVar = [models.Index(fields=["unit", "-asked_at", "-id"], name="gate_change_of_unit")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="gate_change_state_known",
                condition=Q(state__in=["OPEN", "APPROVED", "DECLINED", "WITHDRAWN"]),
                violation_error_message="Trạng thái của đề nghị không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="gate_change_says_why",
                condition=Q(reason__regex=r"\S.{8,}\S"),
                violation_error_message="Đề nghị đổi ngày áp dụng phải ghi căn cứ từ 10 ký tự.",
            ),
            models.CheckConstraint(
                name="gate_change_asked_by_somebody",
                condition=Q(asked_by_subject__regex=_SUBJECT),
                violation_error_message="Người đề nghị không đúng dạng.",
            ),
            models.CheckConstraint(
                name="gate_change_decided_whole",
                condition=Q(state="OPEN", decided_by_subject="", decided_at=None)
                | Q(~Q(state="OPEN"), decided_by_subject__regex=_SUBJECT, decided_at__isnull=False),
                violation_error_message="Đề nghị đã quyết định phải ghi ai quyết định, lúc nào.",
            ),
            models.CheckConstraint(
                name="gate_change_agreed_by_another",
                condition=~Q(state="APPROVED") | ~Q(decided_by_subject=F("asked_by_subject")),
                violation_error_message="Đề nghị đổi ngày áp dụng phải do người thứ hai duyệt.",
            ),
            models.CheckConstraint(
                name="gate_change_withdrawn_by_its_asker",
                condition=~Q(state="WITHDRAWN") | Q(decided_by_subject=F("asked_by_subject")),
                violation_error_message="Chỉ người đề nghị được rút đề nghị của mình.",
            ),
        ]

    def __str__(self) -> str:
        return f"gate_change:{self.public_id}"


class GateChangeUnit(models.Model):
    """One unit of such a change, and the day that held before. ``waiting`` ends with the decision."""

    change = models.ForeignKey(GateChange, on_delete=models.PROTECT, related_name="lines")
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    bound_from = models.DateField()
    waiting = models.BooleanField(default=True)

    class Meta:
        verbose_name = "đơn vị trong đề nghị đổi ngày áp dụng"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="gate_change_unit_once",
                fields=["change", "unit"],
                violation_error_message="Đơn vị đã có trong đề nghị này.",
            ),
            models.UniqueConstraint(
                name="gate_change_one_waits",
                fields=["unit"],
                condition=Q(waiting=True),
                violation_error_message="Đơn vị đang có một đề nghị khác chờ duyệt.",
            ),
        ]

    def __str__(self) -> str:
        return f"gate_change_unit:{self.pk}"
