"""Biểu đồ: pictures drawn by the server as SVG out of whole numbers; a table beside each says the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from motcua.figures.reporting import Day

WIDTH: Final = 720
HEIGHT: Final = 200
#: More bars than this are hard to tell apart: days become weeks, weeks become months.
_MOST_BARS: Final = 62
_MOST_WEEKS: Final = 430
_LEFT: Final = 44


@dataclass(frozen=True, slots=True)
class Bar:
    """One column: all, and the part that was checked; in the picture's own units."""

    words: str
    x: int
    width: int
    top: int
    height: int
    part_top: int
    part_height: int
    received: int
    checked: int

    @property
    def share(self) -> str:
        return percent(round(100 * self.checked / self.received, 1) if self.received else None)


@dataclass(frozen=True, slots=True)
class Columns:
    """A picture of columns with its scale."""

    bars: list[Bar]
    most: int
    first: str
    last: str
    each: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Lying:
    """One lying bar: words, number, and its length of a hundred."""

    words: str
    value: int
    length: int


def columns(days: Sequence[Day]) -> Columns:
    """Receptions a day (week, month), and how many of them had a checked account."""
    each, steps = _steps(days)
    most = max([received for _, received, _ in steps], default=0)
    slot = max((WIDTH - _LEFT) // max(len(steps), 1), 1)
    bars = [
        _bar(words, received, checked, _LEFT + nth * slot, max(slot - 2, 1), most)
        for nth, (words, received, checked) in enumerate(steps)
    ]
    return Columns(bars, most, steps[0][0] if steps else "", steps[-1][0] if steps else "", each)


def lying(pairs: Sequence[tuple[str, int]]) -> list[Lying]:
    """Longest first, as they come."""
    most = max([value for _, value in pairs], default=0)
    return [Lying(words, value, 100 * value // most if most else 0) for words, value in pairs]


def percent(share: float | None) -> str:
    """ "98,5 %"; a dash of nothing."""
    return "—" if share is None else f"{share:.1f} %".replace(".", ",")


def _bar(words: str, received: int, checked: int, x: int, width: int, most: int) -> Bar:
    height = HEIGHT * received // most if most else 0
    part = HEIGHT * checked // most if most else 0
    return Bar(words, x, width, HEIGHT - height, height, HEIGHT - part, part, received, checked)


def _steps(days: Sequence[Day]) -> tuple[str, list[tuple[str, int, int]]]:
    if len(days) <= _MOST_BARS:
        return "ngày", [(f"{day.on:%d/%m/%Y}", day.received, day.checked) for day in days]
    if len(days) <= _MOST_WEEKS:
        return "tuần", _summed(days, lambda on: on - timedelta(days=on.weekday()), "tuần từ %d/%m/%Y")
    return "tháng", _summed(days, lambda on: on.replace(day=1), "tháng %m/%Y")


def _summed(days: Sequence[Day], start: Callable[[date], date], words: str) -> list[tuple[str, int, int]]:
    found = []
    for begins, some in groupby(days, key=lambda day: start(day.on)):
        part = list(some)
        found.append((begins.strftime(words), sum(d.received for d in part), sum(d.checked for d in part)))
    return found
