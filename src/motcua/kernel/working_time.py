"""When an answer is due, counted in the office's own days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import holidays

_DAY: Final = timedelta(days=1)
_ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_WEEKEND: Final = frozenset({5, 6})
_LONGEST_CLOSURE: Final = 400
Session = tuple[time, time]


class NoWorkingDay(ValueError):
    """The calendar holds no working day within reach: its days off are wrong."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """One office's days and hours. ``working_days_off`` are days off that are worked (làm bù)."""

    days_off: frozenset[date] = frozenset()
    working_saturdays: frozenset[date] = frozenset()
    sessions: tuple[Session, ...] = ((time(7), time(11, 30)), (time(13, 30), time(17)))
    last_receipt: time = time(15)
    zone: ZoneInfo = _ZONE

    def is_working_day(self, day: date) -> bool:
        """A make-up Saturday is worked; it wins over a day off."""
        if day in self.working_saturdays:
            return True
        return day.weekday() not in _WEEKEND and day not in self.days_off

    def next_working_day(self, after: date) -> date:
        """The first working day after a day."""
        for distance in range(1, _LONGEST_CLOSURE):
            if self.is_working_day(day := after + distance * _DAY):
                return day
        raise NoWorkingDay

    def closing_of(self, day: date) -> datetime:
        """When the office closes on that day."""
        return datetime.combine(day, self.sessions[-1][1], tzinfo=self.zone)

    def is_open_at(self, moment: datetime) -> bool:
        """Whether somebody sits at the desk."""
        local = _local(moment, self)
        within = any(opens <= local.time() < closes for opens, closes in self.sessions)
        return within and self.is_working_day(local.date())


def counting_starts_on(received_at: datetime, calendar: WorkCalendar) -> date:
    """The working day on which a dossier counts as received.

    That day itself is not counted. After 15:00, or on a day off, it is the next working day
    (NĐ 61/2018, điều 18).
    """
    local = _local(received_at, calendar)
    if calendar.is_working_day(local.date()) and local.time() <= calendar.last_receipt:
        return local.date()
    return calendar.next_working_day(local.date())


def due(received_at: datetime, working_days: int, calendar: WorkCalendar) -> datetime:
    """When the result is due: at closing time, so many working days later; 0 is “same day”."""
    if working_days < 0:
        raise ValueError("A deadline is not before its reception.")
    day = counting_starts_on(received_at, calendar)
    for _ in range(working_days):
        day = calendar.next_working_day(day)
    return calendar.closing_of(day)


def working_days_between(start: date, end: date, calendar: WorkCalendar) -> int:
    """Working days after ``start`` up to and with ``end``; negative when ``end`` is earlier."""
    if end < start:
        return -working_days_between(end, start, calendar)
    return sum(calendar.is_working_day(start + n * _DAY) for n in range(1, (end - start).days + 1))


def vietnam(years: Iterable[int]) -> WorkCalendar:
    """The calendar as announced (later years: calculated); an administrator edits it from there."""
    wanted = set(years)
    known = holidays.country_holidays("VN", years=wanted)
    worked: frozenset[date] = frozenset(getattr(known, "weekend_workdays", ()))
    return WorkCalendar(
        days_off=frozenset(known), working_saturdays=frozenset(day for day in worked if day.year in wanted)
    )


def _local(moment: datetime, calendar: WorkCalendar) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone is not a moment.")
    return moment.astimezone(calendar.zone)
