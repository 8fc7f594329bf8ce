"""Báo cáo: the counted days of the own unit and those below, summed for a period and set beside the one before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.db import connection

from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal

LONGEST: Final = timedelta(days=366 * 3)
# Whole months from the months, what is left before and after them from the days.
_SUMS: Final = """
SELECT unit_code, figure, key, sum(value) FROM (
    SELECT unit_code, figure, key, value FROM figures_monthfigure
     WHERE unit_code = ANY (%(units)s) AND month >= %(first_month)s AND month < %(end_month)s
    UNION ALL
    SELECT unit_code, figure, key, value FROM figures_dayfigure
     WHERE unit_code = ANY (%(units)s) AND day BETWEEN %(since)s AND least(%(until)s, %(first_month)s - 1)
    UNION ALL
    SELECT unit_code, figure, key, value FROM figures_dayfigure
     WHERE unit_code = ANY (%(units)s) AND day BETWEEN greatest(%(since)s, %(end_month)s) AND %(until)s
       AND %(end_month)s > %(first_month)s
) AS parts GROUP BY 1, 2, 3
"""
_DAYS: Final = """
SELECT day, figure, sum(value) FROM figures_dayfigure
 WHERE unit_code = ANY (%(units)s) AND day BETWEEN %(since)s AND %(until)s AND figure IN ('received', 'checked')
 GROUP BY 1, 2 ORDER BY 1
"""


class PeriodWrong(Refusal):
    code = "report_period_wrong"
    message = (
        "Đến ngày phải sau hoặc trùng Từ ngày, và khoảng báo cáo không quá ba năm. Đề nghị ông/bà nhập lại."
    )


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both counted."""

    since: date
    until: date

    def __post_init__(self) -> None:
        if self.until < self.since or self.until - self.since > LONGEST:
            raise PeriodWrong

    @property
    def before(self) -> "Period":
        """As many days, directly before."""
        days = self.until - self.since + timedelta(days=1)
        return Period(self.since - days, self.since - timedelta(days=1))


@dataclass(slots=True)
class Sums:
    """The figures of some units in a period."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, figure: str, key: str, value: int) -> None:
        self.counts[figure, key] = self.counts.get((figure, key), 0) + value

    def of(self, figure: str, key: str | None = None) -> int:
        """All kinds together, or one."""
        return sum(
            value for (name, kind), value in self.counts.items() if name == figure and key in {None, kind}
        )

    def kinds(self, figure: str) -> list[tuple[str, int]]:
        """Each kind, the most frequent first."""
        found = [(kind, value) for (name, kind), value in self.counts.items() if name == figure]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def share(self, part: str, whole: str, key: str | None = None) -> float | None:
        """In per cent with one decimal; None of nothing."""
        every = self.of(whole)
        return round(100 * self.of(part, key) / every, 1) if every else None

    def minutes(self, quantile: float) -> int | None:
        """Minutes at the gate that so large a part of receptions did not exceed."""
        waits = sorted((int(kind), value) for kind, value in self.kinds("minutes"))
        total = sum(value for _, value in waits)
        seen = 0
        for minutes, value in waits:
            seen += value
            if seen >= quantile * total:
                return minutes
        return None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the picture."""

    on: date
    received: int
    checked: int

    @property
    def share(self) -> float | None:
        return round(100 * self.checked / self.received, 1) if self.received else None


def sums(viewer: Authority, units: Sequence[str], period: Period) -> dict[str, Sums]:
    """Of each unit that has any; the caller hands in units of the viewer's only (``units.tree.codes_below``)."""
    viewer.require(Power.INSPECT)
    found: dict[str, Sums] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"units": list(units), **_parts(period)})
        for unit, figure, key, value in cursor:
            found.setdefault(unit, Sums()).add(figure, key, int(value))
    return found


def days(viewer: Authority, units: Sequence[str], period: Period) -> list[Day]:
    """Every day of the period, also those on which nothing happened."""
    viewer.require(Power.INSPECT)
    found: dict[date, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"units": list(units), "since": period.since, "until": period.until})
        for day, figure, value in cursor:
            found.setdefault(day, {})[figure] = int(value)
    every = (period.since + timedelta(days=n) for n in range((period.until - period.since).days + 1))
    return [
        Day(day, found.get(day, {}).get("received", 0), found.get(day, {}).get("checked", 0)) for day in every
    ]


def together(parts: Iterable[Sums]) -> Sums:
    """Of several units."""
    whole = Sums()
    for part in parts:
        for (figure, key), value in part.counts.items():
            whole.add(figure, key, value)
    return whole


def _parts(period: Period) -> dict[str, date]:
    """The whole months inside; when there is none, every day counts as before the first."""
    first = period.since if period.since.day == 1 else _next_month(period.since)
    end = (period.until + timedelta(days=1)).replace(day=1)
    if end <= first:
        first = end = period.until + timedelta(days=1)
    return {"since": period.since, "until": period.until, "first_month": first, "end_month": end}


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
