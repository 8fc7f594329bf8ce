"""Đối chiếu tên: the account under a provisional dossier's number has another name. Part of this room's tables.

No name stands here: what was typed is in the dossier, what the account says is sealed in the check.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from motcua.desk.models import AccountCheck, Dossier


class NameDoubt(models.Model):
    """Asked by a recheck, decided once by an officer of the unit; rules are triggers (migration of name doubts)."""

    class Verdict(models.TextChoices):
        SAME = "SAME", "Cùng một người"
        NUMBER = "NUMBER", "Ghi nhầm số, đã ghi lại số đúng"
        ENDED = "ENDED", "Không phải cùng một người, đóng tiếp nhận tạm"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="name_doubts")
    #: The answer that named somebody else.
    account_check = models.OneToOneField(
        AccountCheck, on_delete=models.PROTECT, db_column="check_id", related_name="name_doubt"
    )
    asked_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()), editable=False)
    verdict = models.TextField(choices=Verdict.choices, blank=True, default="")
    decided_by = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "tên chờ đối chiếu"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="name_doubt_decided_whole",
                condition=Q(verdict="", decided_by="", decided_at=None)
                | Q(verdict__in=["SAME", "NUMBER", "ENDED"], decided_at__isnull=False) & ~Q(decided_by=""),
                violation_error_message="Kết luận đối chiếu tên phải ghi ai kết luận và lúc nào.",
            ),
            models.UniqueConstraint(
                name="name_doubt_one_waiting",
                fields=["dossier"],
                condition=Q(verdict=""),
                violation_error_message="Hồ sơ này đang có tên chờ đối chiếu.",
            ),
        ]

    def __str__(self) -> str:
        return f"name_doubt:{self.public_id}"
