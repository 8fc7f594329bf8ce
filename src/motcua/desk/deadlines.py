"""Hạn trả: when the result is due, in the unit's own days and hours."""

from datetime import date, datetime

from motcua.desk.models import Procedure
from motcua.kernel import due_date, working_time
from motcua.kernel.term import Term, TermUnit
from motcua.kernel.working_time import WorkCalendar
from motcua.units import work_calendar

BY_NOTICE = "Theo thông báo của cơ quan"


def term_of(procedure: Procedure, *, online: bool = False) -> Term | None:
    """What the law gives the office for this channel; None when it sets nothing."""
    return procedure.term_online if online else procedure.term_direct


def due_at(
    procedure: Procedure, received_at: datetime, *, unit_id: int, online: bool = False
) -> datetime | None:
    """The moment on the slip; None when the law sets none. After 15:00 counts as the next working day."""
    term = term_of(procedure, online=online)
    return None if term is None else due_date.due(term, received_at, calendar_of(unit_id))


def counted_from(
    procedure: Procedure,
    received_at: datetime,
    *,
    unit_id: int,
    online: bool = False,
    calendar: WorkCalendar | None = None,
) -> str:
    """From when the term counts, when that is not the moment of reception; empty when it is, or nothing is set."""
    term = term_of(procedure, online=online)
    if term is None:
        return ""
    calendar = calendar or calendar_of(unit_id)
    local = calendar.local(received_at)
    start = working_time.counting_starts_at(received_at, calendar)
    if start == local or (start.date() == local.date() and term.unit is not TermUnit.WORKING_HOURS):
        return ""
    return f"{_why_later(local, calendar)}: thời hạn tính từ {due_words(start)}"


def _why_later(local: datetime, calendar: WorkCalendar) -> str:
    sessions = calendar.sessions_on(local.date())
    if not sessions:
        return "Nhận vào ngày nghỉ"
    last = calendar.week_of(local.date()).last_receipt
    if last < local.time() < sessions[-1][1]:
        return f"Nhận sau {last:%H giờ %M}"
    return "Nhận ngoài giờ làm việc"


def due_words(due: datetime | None) -> str:
    """The words on the slip and in the text message."""
    if due is None:
        return BY_NOTICE
    return due.astimezone(working_time.WorkCalendar().zone).strftime("%H giờ %M ngày %d/%m/%Y")


def calendar_of(unit_id: int) -> WorkCalendar:
    """The unit's calendar. A list asks once, and reckons every row with the answer."""
    return work_calendar.calendar_of(unit_id)


def working_days_since(start: datetime, now: datetime, calendar: WorkCalendar) -> int:
    """Working days that have passed since the day of ``start``."""
    return working_time.working_days_between(
        calendar.local(start).date(), calendar.local(now).date(), calendar
    )


def closing_day(start: datetime, working_days: int, calendar: WorkCalendar) -> date:
    """The last of so many working days after ``start``."""
    day = calendar.local(start).date()
    for _ in range(working_days):
        day = calendar.next_working_day(day)
    return day
