"""How far the portal was told of what happened here. Part of this room's tables."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class StandingMark(models.Model):
    """One row: the last line of a dossier's history that the portal heard of."""

    upto = models.BigIntegerField()
    #: The portal last took something; was last asked in vain; last would not take a dossier, and its word for why.
    told_at = models.DateTimeField(null=True)
    silent_at = models.DateTimeField(null=True)
    refused = models.PositiveIntegerField(db_default=0)
    refused_at = models.DateTimeField(null=True)
    refused_code = models.TextField(db_default="")

    class Meta:
        verbose_name = "mốc đã báo cho Cổng"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="standing_mark_one_row",
                condition=Q(id=1),
                violation_error_message="Chỉ có một mốc đã báo cho Cổng.",
            ),
            models.CheckConstraint(
                name="standing_mark_refused_whole",
                condition=Q(refused=0, refused_at=None, refused_code="")
                | Q(refused__gt=0, refused_at__isnull=False),
                violation_error_message="Lần Cổng không nhận phải ghi lúc nào.",
            ),
        ]

    def __str__(self) -> str:
        return f"standing_mark:{self.upto}"
