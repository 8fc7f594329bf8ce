"""Đính chính tiếp nhận, kết xuất sổ: who changed or took out what, and why. Written once; rules: migration 0014.

Part of this room's tables: ``models`` imports this file at its end.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from motcua.units.models import Unit


def _now() -> "models.DateTimeField[Any, Any]":
    return models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()), editable=False)


class ReceptionCorrection(models.Model):
    """Đính chính: small mistakes of a reception; which columns, never what stood in them."""

    dossier = models.ForeignKey("desk.Dossier", on_delete=models.PROTECT, related_name="+")
    nth = models.PositiveSmallIntegerField()
    at = _now()
    by = models.TextField()
    by_name = models.TextField(blank=True, default="")
    fields = models.JSONField(default=list)
    reason = models.TextField()
    objects: "ClassVar[models.Manager[ReceptionCorrection]]" = models.Manager()

    class Meta:
        verbose_name = "đính chính tiếp nhận"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="reception_correction_once",
                fields=["dossier", "nth"],
                violation_error_message="Hồ sơ vừa được đính chính. Đề nghị ông/bà tải lại trang.",
            ),
            models.CheckConstraint(
                name="reception_correction_has_reason",
                condition=Q(reason__regex=r"\S{1}.{3}") & ~Q(fields=[]) & ~Q(by=""),
                violation_error_message="Đính chính phải ghi lý do và nội dung sửa.",
            ),
        ]

    def __str__(self) -> str:
        return f"reception_correction:{self.pk}"


class RegisterExport(models.Model):
    """Kết xuất sổ theo dõi: a register that left the house as a file."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    by = models.TextField()
    at = _now()
    kind = models.TextField()
    reason = models.TextField()
    rows = models.PositiveIntegerField()
    objects: "ClassVar[models.Manager[RegisterExport]]" = models.Manager()

    class Meta:
        verbose_name = "lần kết xuất sổ theo dõi"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="register_export_has_reason",
                condition=Q(reason__regex=r"\S{1}.{3}", kind__in=["xlsx", "pdf"]) & ~Q(by=""),
                violation_error_message="Kết xuất sổ phải ghi lý do.",
            ),
        ]

    def __str__(self) -> str:
        return f"register_export:{self.pk}"
