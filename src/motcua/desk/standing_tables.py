"""How far the portal was told of what happened here. Part of this room's tables."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class StandingMark(models.Model):
    """One row: the last line of a dossier's history that the portal heard of."""

    upto = models.BigIntegerField()

    class Meta:
        verbose_name = "mốc đã báo cho Cổng"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="standing_mark_one_row",
                condition=Q(id=1),
                violation_error_message="Chỉ có một mốc đã báo cho Cổng.",
            ),
        ]

    def __str__(self) -> str:
        return f"standing_mark:{self.upto}"
