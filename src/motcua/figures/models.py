"""The counted days. Rows grow with the sealed journal and can be counted again from it at any time."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class DayFigure(models.Model):
    """How often something happened at a unit on a day; ``key`` tells kinds of it apart."""

    day = models.DateField("ngày")
    unit_code = models.TextField("đơn vị")
    figure = models.TextField("chỉ tiêu")
    key = models.TextField("loại", blank=True, default="")
    value = models.BigIntegerField("số lượng")

    class Meta:
        verbose_name = "số liệu ngày"
        indexes: ClassVar = [
            # What the picture of days reads, without the kinds of everything else.
            models.Index(
                fields=["unit_code", "day"],
                name="day_figure_picture",
                include=["figure", "value"],
                condition=Q(figure__in=["received", "checked"]),
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(name="day_figure_once", fields=["unit_code", "day", "figure", "key"]),
            models.CheckConstraint(
                name="day_figure_counts_up",
                condition=Q(value__gte=0),
                violation_error_message="Số liệu không được âm.",
            ),
        ]

    def __str__(self) -> str:
        return f"day_figure:{self.pk}"


class MonthFigure(models.Model):
    """The same summed by month, for reports of a year; ``month`` is its first day."""

    month = models.DateField("tháng")
    unit_code = models.TextField("đơn vị")
    figure = models.TextField("chỉ tiêu")
    key = models.TextField("loại", blank=True, default="")
    value = models.BigIntegerField("số lượng")

    class Meta:
        verbose_name = "số liệu tháng"
        constraints: ClassVar = [
            models.UniqueConstraint(name="month_figure_once", fields=["unit_code", "month", "figure", "key"]),
            models.CheckConstraint(
                name="month_figure_counts_up",
                condition=Q(value__gte=0),
                violation_error_message="Số liệu không được âm.",
            ),
        ]

    def __str__(self) -> str:
        return f"month_figure:{self.pk}"


class CountedMark(models.Model):
    """Up to which line of the journal the days are counted. One row, moved in the same transaction as the counts."""

    upto_id = models.BigIntegerField("đến dòng", default=0)

    class Meta:
        verbose_name = "mốc đã đếm"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="counted_mark_single",
                condition=Q(id=1),
                violation_error_message="Chỉ có một mốc đã đếm.",
            )
        ]

    def __str__(self) -> str:
        return f"counted_mark:{self.upto_id}"
