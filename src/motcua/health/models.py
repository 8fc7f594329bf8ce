"""The last sign of life of each worker, each periodic job and each neighbour: one row each, rewritten."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Kind(models.TextChoices):
    WORKER = "WORKER", "Tiến trình nền"
    JOB = "JOB", "Việc định kỳ"
    NEIGHBOUR = "NEIGHBOUR", "Hệ thống bên cạnh"


class Pulse(models.Model):
    """``said``: what went wrong, as a code; never what somebody typed. ``done``: how many items the last time."""

    kind = models.TextField("loại", choices=Kind.choices)
    name = models.TextField("tên")
    at = models.DateTimeField("lần cuối")
    ok = models.BooleanField("tốt")
    ok_at = models.DateTimeField("tốt lần cuối", null=True)
    said = models.TextField("trả lời", db_default="")
    done = models.BigIntegerField("đã làm lần đó", db_default=0)
    done_ever = models.BigIntegerField("đã làm từ trước tới nay", db_default=0)
    every_seconds = models.FloatField("chu kỳ", db_default=0.0)
    took_seconds = models.FloatField("mất", db_default=0.0)

    class Meta:
        verbose_name = "nhịp"
        constraints: ClassVar = [
            models.UniqueConstraint(name="pulse_once", fields=["kind", "name"]),
            models.CheckConstraint(
                name="pulse_kind_known",
                condition=Q(kind__in=["WORKER", "JOB", "NEIGHBOUR"]),
                violation_error_message="Loại nhịp phải có trong danh mục.",
            ),
            models.CheckConstraint(
                name="pulse_is_a_code",
                condition=Q(
                    name__regex=r"\A[A-Za-z0-9_.:@-]{1,120}\Z", said__regex=r"\A[A-Za-z0-9_.:-]{0,80}\Z"
                ),
                violation_error_message="Nhịp chỉ ghi mã, không ghi lời.",
            ),
            models.CheckConstraint(
                name="pulse_counts_up",
                condition=Q(done__gte=0, done_ever__gte=0, every_seconds__gte=0, took_seconds__gte=0),
                violation_error_message="Số đã làm của nhịp không được âm.",
            ),
        ]

    def __str__(self) -> str:
        return f"pulse:{self.pk}"
