"""What connected desks say of people with an account here: what lies open there for whom."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from motcua.accounts.models import Account

_MOMENT = RawSQL("clock_timestamp()", ())


class DeskDossier(models.Model):
    """A dossier of somebody with an account here that lies at a connected desk; ``line`` is the desk's own count."""

    client = models.ForeignKey("signin.Client", on_delete=models.PROTECT, related_name="+")
    reference = models.UUIDField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    code = models.TextField()
    procedure_code = models.TextField()
    procedure_name = models.TextField()
    state = models.TextField()
    arrived_on = models.DateField()
    is_open = models.BooleanField()
    line = models.BigIntegerField()
    told_at = models.DateTimeField(db_default=_MOMENT)

    class Meta:
        verbose_name = "hồ sơ tại một cửa nơi khác"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="desk_dossier_once",
                fields=["client", "reference"],
                violation_error_message="Hồ sơ này của hệ thống đã được ghi.",
            ),
            models.CheckConstraint(
                name="desk_dossier_words",
                condition=~Q(code="") & Q(state__regex=r"^[A-Z_]{3,20}$") & Q(line__gte=1),
                violation_error_message="Hồ sơ phải có mã và trạng thái.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "is_open"], name="desk_dossier_of_account"),
        ]

    def __str__(self) -> str:
        return f"desk_dossier:{self.pk}"


__all__ = ["DeskDossier"]
