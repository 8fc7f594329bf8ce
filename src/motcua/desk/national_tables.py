"""Đồng bộ lên Cổng DVCQG: what is owed there, a row for each line of a dossier's history. Rules: migration 0030.

Part of this room's tables (``models`` imports this file at its end); written only while NATIONAL_SYNC is on.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL


class NationalSync(models.Model):
    """Lượt đồng bộ: one line of history, told with the whole dossier; in order for each dossier, once in effect.

    REFUSED waits for a person and holds back what comes after it; what they send again is OWED again.
    """

    class State(models.TextChoices):
        OWED = "OWED", "Chờ gửi"
        TOLD = "TOLD", "Đã gửi"
        REFUSED = "REFUSED", "Bị từ chối"
        DROPPED = "DROPPED", "Thôi không gửi"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey("desk.Dossier", on_delete=models.PROTECT, related_name="national_syncs")
    event = models.OneToOneField("desk.DossierEvent", on_delete=models.PROTECT, related_name="+")
    #: Of the dossier, when the line was written.
    version = models.PositiveIntegerField()
    state = models.TextField(choices=State.choices, default=State.OWED)
    owed_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()), editable=False)
    tries = models.PositiveIntegerField(default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refused_code = models.TextField(blank=True, default="")
    #: In the words of Cổng DVCQG, long numbers hidden.
    refused_words = models.TextField(blank=True, default="")
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.TextField(blank=True, default="")
    dropped_reason = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "lượt đồng bộ"
        indexes: ClassVar = [
            models.Index(
                fields=["dossier", "id"],
                name="national_sync_unsettled",
                condition=Q(state__in=["OWED", "REFUSED"]),
            ),
            models.Index(fields=["state", "-owed_at", "-id"], name="national_sync_by_state"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="national_sync_state_known",
                condition=Q(state__in=["OWED", "TOLD", "REFUSED", "DROPPED"]),
                violation_error_message="Tình trạng đồng bộ không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="national_sync_told_at",
                condition=Q(state="TOLD", told_at__isnull=False) | ~Q(state="TOLD") & Q(told_at=None),
                violation_error_message="Lượt đồng bộ đã gửi phải có thời điểm gửi.",
            ),
            models.CheckConstraint(
                name="national_sync_refused_why",
                condition=Q(state="REFUSED", refused_at__isnull=False) & ~Q(refused_code="")
                | ~Q(state="REFUSED"),
                violation_error_message="Lượt đồng bộ bị từ chối phải ghi mã lỗi và thời điểm.",
            ),
            models.CheckConstraint(
                name="national_sync_dropped_by",
                condition=Q(state="DROPPED", dropped_at__isnull=False)
                & ~Q(dropped_by="")
                & Q(dropped_reason__regex=r"\S{1}.{3}")
                | ~Q(state="DROPPED") & Q(dropped_at=None, dropped_by="", dropped_reason=""),
                violation_error_message="Thôi không gửi thì phải ghi người quyết định và lý do.",
            ),
            models.CheckConstraint(
                name="national_sync_lease",
                condition=Q(lease=None, lease_until=None)
                | Q(lease__isnull=False, lease_until__isnull=False, state="OWED"),
                violation_error_message="Chỉ lượt đang chờ gửi mới có người giữ.",
            ),
        ]

    def __str__(self) -> str:
        return f"national_sync:{self.public_id}"
