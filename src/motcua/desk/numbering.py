"""Mã hồ sơ: drawn at reception, a row per unit and day, no gaps, never changed (TT 01/2018, điều 19).

The number within the day has four digits, so a unit has 9,999 of them a day and no more. Who asks for one more is
refused; who is about to fill in a form is told before (``require_left``), because a form that is refused at its end
is drawn again and costs several times a reception.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection
from django.utils import timezone

from motcua.desk.models import TRACK_LETTERS, DayCounter
from motcua.kernel.refusal import Refusal

Series = DayCounter.Series

TRACK_LENGTH = 6
#: Four digits: XXXX of the code.
MOST_A_DAY: Final = 9_999
#: A tenth: from there on whoever receives, and whoever looks after the machine, is told how many are left.
FEW_LEFT: Final = MOST_A_DAY // 10

# The row stays locked until the caller's transaction ends: the next counter waits, a rollback leaves no gap.
_DRAW = """
INSERT INTO desk_daycounter AS c (unit_id, day, series, last)
VALUES (%(unit)s, %(day)s, %(series)s, 1)
ON CONFLICT (unit_id, day, series) DO UPDATE SET last = c.last + 1 WHERE c.last < %(most)s
RETURNING last, (SELECT dossier_prefix FROM units_unit WHERE id = %(unit)s)
"""

# Reads what is committed and waits for nobody; of a number that is being drawn just now the draw itself decides.
_DRAWN = "SELECT last FROM desk_daycounter WHERE unit_id = %s AND day = %s AND series = %s"

# By the index of each unit: the days of all the years are not read.
_FULLEST = """
SELECT u.short_name, c.last, c.series FROM units_unit u
 CROSS JOIN LATERAL (
    SELECT last, series FROM desk_daycounter WHERE unit_id = u.id AND day = %s ORDER BY last DESC, series LIMIT 1
 ) c
 WHERE u.has_desk
 ORDER BY c.last DESC, u.id LIMIT 1
"""

_DRAW_IN_YEAR = """
INSERT INTO desk_yearcounter AS c (unit_id, year, series, last) VALUES (%(unit)s, %(year)s, %(series)s, 1)
ON CONFLICT (unit_id, year, series) DO UPDATE SET last = c.last + 1
RETURNING last
"""


class NumbersUsedUp(Refusal):
    code = "dossier_numbers_used_up"
    message = (
        "Đơn vị đã dùng hết 9.999 số hồ sơ của ngày hôm nay nên chưa tiếp nhận thêm được. Đề nghị ông/bà tiếp nhận "
        "vào ngày làm việc tiếp theo (hồ sơ đã gửi đến vẫn được giữ trong danh sách chờ) và báo quản trị đơn vị. "
        "Nếu ông/bà còn được giao việc ở đơn vị khác, có thể tiếp nhận ở đó (“Chuyển đơn vị” ở trang đầu Một cửa)."
    )


@dataclass(frozen=True, slots=True)
class Fullest:
    """The unit that has given the most numbers of one series today."""

    unit: str
    given: int
    series: str

    @property
    def left(self) -> int:
        return MOST_A_DAY - self.given

    @property
    def provisional(self) -> bool:
        return self.series == Series.PROVISIONAL


def draw_code(unit_id: int, now: datetime) -> str:
    """The dossier's code, inside the transaction of the reception. Raises NumbersUsedUp."""
    return _draw(unit_id, now, Series.RECEIVED)


def draw_provisional_number(unit_id: int, now: datetime) -> str:
    """The number of a provisional reception; a series of its own. Raises NumbersUsedUp."""
    return "TN-" + _draw(unit_id, now, Series.PROVISIONAL)


def left(unit_id: int, now: datetime, *, provisional: bool = False) -> int:
    """How many numbers of this day the unit still has; one statement, which waits for no reception."""
    series = Series.PROVISIONAL if provisional else Series.RECEIVED
    with connection.cursor() as cursor:
        cursor.execute(_DRAWN, [unit_id, timezone.localtime(now).date(), series.value])
        drawn = cursor.fetchone()
    return MOST_A_DAY - drawn[0] if drawn else MOST_A_DAY


def require_left(unit_id: int, now: datetime, *, provisional: bool = False) -> None:
    """Before somebody fills in a form that would be refused at its end. Raises NumbersUsedUp."""
    if left(unit_id, now, provisional=provisional) <= 0:
        raise NumbersUsedUp


def fullest(now: datetime) -> Fullest | None:
    """Of all units, for whoever looks after them; None while no number was given today. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_FULLEST, [timezone.localtime(now).date()])
        found = cursor.fetchone()
    return Fullest(*found) if found else None


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
    asked: dict[str, int | date | str] = {
        "unit": unit_id,
        "day": day,
        "series": series.value,
        "most": MOST_A_DAY,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, asked)
        drawn = cursor.fetchone()
    if drawn is None:
        raise NumbersUsedUp
    last, prefix = drawn
    return f"{prefix}-{day:%y%m%d}-{last:04d}"
