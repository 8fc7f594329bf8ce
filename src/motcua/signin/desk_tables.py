"""What connected desks say of themselves: which procedures they receive."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

_MOMENT = RawSQL("clock_timestamp()", ())


class DeskProcedure(models.Model):
    """A procedure of a connected desk, as it told last; ``offered``: received there now."""

    client = models.ForeignKey("signin.Client", on_delete=models.PROTECT, related_name="+")
    code = models.TextField()
    name = models.TextField()
    for_organisations = models.BooleanField()
    offered = models.BooleanField()
    told_at = models.DateTimeField(db_default=_MOMENT)

    class Meta:
        verbose_name = "thủ tục của một cửa nơi khác"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="desk_procedure_once",
                fields=["client", "code"],
                violation_error_message="Thủ tục này của hệ thống đã được ghi.",
            ),
            models.CheckConstraint(
                name="desk_procedure_code",
                condition=Q(code__regex=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$") & ~Q(name=""),
                violation_error_message="Thủ tục phải có mã và tên.",
            ),
        ]

    def __str__(self) -> str:
        return f"desk_procedure:{self.pk}"


__all__ = ["DeskProcedure"]
