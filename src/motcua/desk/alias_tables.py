"""Chủ hồ sơ đã gộp tài khoản: under which id a former owner's id is followed. Part of this room's tables."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL


class OwnerAlias(models.Model):
    """Dossiers keep the id they were received under (C7); who asks follows this row. Parted: ``now`` is empty."""

    was = models.CharField(max_length=32, unique=True)
    now = models.CharField(max_length=32, blank=True, default="", db_index=True)
    #: When it happened at the portal, by the portal's clock: news that come twice or late change nothing.
    at = models.DateTimeField()
    learned_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()), editable=False)

    class Meta:
        verbose_name = "chủ hồ sơ đã gộp tài khoản"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="owner_alias_of_two",
                condition=Q(was__regex=r"\A[0-9a-f]{32}\Z")
                & (Q(now="") | Q(now__regex=r"\A[0-9a-f]{32}\Z"))
                & ~Q(was=F("now")),
                violation_error_message="Mã chủ hồ sơ trước và sau khi gộp tài khoản phải là hai mã khác nhau.",
            ),
        ]

    def __str__(self) -> str:
        return f"owner_alias:{self.pk}"
