"""Hạn trả: when the result is due, in the office's own days."""

from datetime import date, datetime
from functools import lru_cache

from motcua.desk.models import Procedure
from motcua.kernel import working_time
from motcua.kernel.working_time import WorkCalendar

BY_NOTICE = "Theo thông báo của cơ quan"


def due_at(procedure: Procedure, received_at: datetime) -> datetime | None:
    """The moment on the slip; None when the law sets none. After 15:00 counts as the next working day."""
    if procedure.working_days is None:
        return None
    return working_time.due(received_at, procedure.working_days, calendar(received_at))


def due_words(due: datetime | None) -> str:
    """The words on the slip and in the text message."""
    if due is None:
        return BY_NOTICE
    return due.astimezone(working_time.WorkCalendar().zone).strftime("%H giờ %M ngày %d/%m/%Y")


def calendar(moment: datetime) -> WorkCalendar:
    """The calendar around a moment."""
    return _calendar(moment.year)


def working_days_since(start: datetime, now: datetime) -> int:
    """Working days that have passed since the day of ``start``."""
    known = calendar(now)
    return working_time.working_days_between(
        start.astimezone(known.zone).date(), now.astimezone(known.zone).date(), known
    )


def closing_day(start: datetime, working_days: int) -> date:
    """The last of so many working days after ``start``."""
    known = calendar(start)
    day = start.astimezone(known.zone).date()
    for _ in range(working_days):
        day = known.next_working_day(day)
    return day


@lru_cache(maxsize=8)
def _calendar(year: int) -> WorkCalendar:
    return working_time.vietnam(range(year - 1, year + 3))
