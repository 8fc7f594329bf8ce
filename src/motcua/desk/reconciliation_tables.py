"""Đối soát trong ngày: whether what the desk owed the portal arrived there. Part of this room's tables."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL


class Reconciliation(models.Model):
    """One day, compared: how many of each kind were owed, arrived here and there; the differences beside it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    day = models.DateField(unique=True)
    compared_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()), editable=False)
    #: {kind: {"owed": n, "arrived": n, "portal": n, "open": n}}
    counts: "models.JSONField[Any, Any]" = models.JSONField(default=dict)

    class Meta:
        verbose_name = "đối soát trong ngày"

    def __str__(self) -> str:
        return f"reconciliation:{self.day}"


class Difference(models.Model):
    """Chênh lệch: one thing that one side has and the other has not, until it was sent again and found to agree."""

    class Why(models.TextChoices):
        MISSING = "MISSING", "Đã gửi nhưng Cổng không có"
        GIVEN_UP = "GIVEN_UP", "Gửi nhiều lần không được"
        UNKNOWN = "UNKNOWN", "Cổng có nhưng một cửa không gửi"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="differences")
    kind = models.TextField()
    key = models.TextField()
    why = models.TextField(choices=Why.choices)
    dossier = models.ForeignKey("desk.Dossier", on_delete=models.PROTECT, null=True, related_name="+")
    #: The errand that brought it, or should have.
    errand_kind = models.TextField(blank=True, default="")
    errand_data: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    found_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()), editable=False)
    sent_again_at = models.DateTimeField(null=True)
    sent_again_by = models.TextField(blank=True, default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "chênh lệch"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="difference_once",
                fields=["reconciliation", "kind", "key"],
                violation_error_message="Chênh lệch này đã được ghi.",
            ),
            models.CheckConstraint(
                name="difference_words",
                condition=Q(kind__in=["NOTICES", "PAPERS", "RESULTS", "MOVES"])
                & Q(why__in=["MISSING", "GIVEN_UP", "UNKNOWN"]),
                violation_error_message="Loại chênh lệch không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="difference_sent_again_by",
                condition=Q(sent_again_at=None, sent_again_by="")
                | Q(sent_again_at__isnull=False) & ~Q(sent_again_by=""),
                violation_error_message="Gửi lại phải ghi người gửi và thời điểm.",
            ),
        ]

    def __str__(self) -> str:
        return f"difference:{self.public_id}"
