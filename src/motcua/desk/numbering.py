"""Mã hồ sơ: drawn at reception, a row per unit and day, no gaps, never changed (TT 01/2018, điều 19)."""

import secrets
from datetime import datetime

from django.db import connection
from django.utils import timezone

from motcua.desk.models import TRACK_LETTERS, DayCounter

TRACK_LENGTH = 6

# The row stays locked until the caller's transaction ends: the next counter waits, a rollback leaves no gap.
_DRAW = """
INSERT INTO desk_daycounter AS c (unit_id, day, series, last)
VALUES (%(unit)s, %(day)s, %(series)s, 1)
ON CONFLICT (unit_id, day, series) DO UPDATE SET last = c.last + 1
RETURNING last, (SELECT dossier_prefix FROM units_unit WHERE id = %(unit)s)
"""

_DRAW_IN_YEAR = """
INSERT INTO desk_yearcounter AS c (unit_id, year, series, last) VALUES (%(unit)s, %(year)s, %(series)s, 1)
ON CONFLICT (unit_id, year, series) DO UPDATE SET last = c.last + 1
RETURNING last
"""


def draw_code(unit_id: int, now: datetime) -> str:
    """The dossier's code, inside the transaction of the reception."""
    return _draw(unit_id, now, DayCounter.Series.RECEIVED)


def draw_provisional_number(unit_id: int, now: datetime) -> str:
    """The number of a provisional reception; a series of its own."""
    return "TN-" + _draw(unit_id, now, DayCounter.Series.PROVISIONAL)


def draw_in_year(unit_id: int, series: str, now: datetime) -> str:
    """A running number of the unit's year, for notices and money: "0012/2026/XL". No gaps, as above."""
    year = timezone.localtime(now).year
    with connection.cursor() as cursor:
        cursor.execute(_DRAW_IN_YEAR, {"unit": unit_id, "year": year, "series": series})
        (last,) = cursor.fetchone()
    return f"{last:04d}/{year}/{series}"


def track_check() -> str:
    """Six characters that only the slip knows: the code itself can be counted out (threats T-28)."""
    return "".join(secrets.choice(TRACK_LETTERS) for _ in range(TRACK_LENGTH))


def _draw(unit_id: int, now: datetime, series: DayCounter.Series) -> str:
    day = timezone.localtime(now).date()
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, {"unit": unit_id, "day": day, "series": series.value})
        last, prefix = cursor.fetchone()
    return f"{prefix}-{day:%y%m%d}-{last:04d}"
