"""Đặt lại xác thực hai bước của cán bộ, nơi tài khoản ở Cổng. Part of this room's tables."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL


class OfficerReset(models.Model):
    """One administrator asks, another agrees; then the portal is told until it answers."""

    class Decision(models.TextChoices):
        WAITING = "WAITING", "Chờ duyệt"
        APPROVED = "APPROVED", "Đã duyệt"
        DECLINED = "DECLINED", "Không duyệt"
        WITHDRAWN = "WITHDRAWN", "Đã rút"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer_subject = models.TextField()
    unit_code = models.TextField()
    reason = models.TextField()
    asked_by = models.TextField()
    asked_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()), editable=False)
    decision = models.TextField(choices=Decision.choices, default=Decision.WAITING)
    decided_by = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True, editable=False)
    #: The portal's answer: when, and its word for why not; empty for yes.
    answered_at = models.DateTimeField(null=True, editable=False)
    refused_code = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "đề nghị đặt lại xác thực hai bước"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="officer_reset_one_waiting",
                fields=["officer_subject"],
                condition=Q(decision="WAITING"),
                violation_error_message="Cán bộ này đang có một đề nghị đặt lại chờ duyệt.",
            ),
            models.CheckConstraint(
                name="officer_reset_two_officers",
                condition=Q(decision="WAITING", decided_by="", decided_at=None)
                | Q(decision__in=["APPROVED", "DECLINED"], decided_at__isnull=False)
                & ~Q(decided_by="")
                & ~Q(decided_by=F("asked_by"))
                | Q(decision="WITHDRAWN", decided_at__isnull=False, decided_by=F("asked_by")),
                violation_error_message="Người duyệt đặt lại phải khác người đề nghị.",
            ),
            models.CheckConstraint(
                name="officer_reset_not_for_oneself",
                condition=~Q(asked_by=F("officer_subject"))
                & (~Q(decision="APPROVED") | ~Q(decided_by=F("officer_subject"))),
                violation_error_message="Cán bộ không đặt lại xác thực hai bước cho chính mình.",
            ),
            models.CheckConstraint(
                name="officer_reset_has_reason",
                condition=Q(reason__regex=r"\S.{8,}\S") & ~Q(asked_by="") & ~Q(unit_code=""),
                violation_error_message="Đề nghị đặt lại phải ghi người đề nghị, đơn vị và lý do.",
            ),
            models.CheckConstraint(
                name="officer_reset_answered_after_yes",
                condition=Q(answered_at=None, refused_code="")
                | Q(decision="APPROVED", answered_at__isnull=False),
                violation_error_message="Cổng chỉ trả lời về đề nghị đặt lại đã được duyệt.",
            ),
        ]

    def __str__(self) -> str:
        return f"officer_reset:{self.public_id}"
