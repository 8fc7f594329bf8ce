"""An office's days and hours: when somebody sits at the desk, and how much of that lies between two moments."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, Self
from zoneinfo import ZoneInfo

import holidays

from motcua.kernel.refusal import Refusal

DAY: Final = timedelta(days=1)
#: “1 ngày làm việc” in hours, when hours are counted.
HOURS_A_DAY: Final = 8
_ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_NOTHING: Final = timedelta()
_LONGEST_CLOSURE: Final = 400
_DAYS_A_WEEK: Final = 7

#: From when until when without a break, on the office's own clock.
Session = tuple[time, time]
Sessions = tuple[Session, ...]

USUAL_SESSIONS: Final[Sessions] = ((time(7), time(11, 30)), (time(13, 30), time(17)))


class NoWorkingDay(ValueError):
    """The calendar holds no working day within reach: its days off are wrong."""


class NotAWorkingDay(Refusal):
    """Somebody chose a day on which the office is closed."""

    code = "not_a_working_day"
    message = "Ngày này đơn vị không làm việc. Đề nghị ông/bà chọn một ngày làm việc."


@dataclass(frozen=True, slots=True)
class Week:
    """The hours of seven days, Monday first, in force from a day on; a day without sessions is a day off."""

    days: tuple[Sessions, ...] = (USUAL_SESSIONS,) * 5 + ((),) * 2
    last_receipt: time = time(15)
    valid_from: date = date.min

    def __post_init__(self) -> None:
        if len(self.days) != _DAYS_A_WEEK or not any(self.days):
            raise ValueError("A week has seven days, and somebody works on one of them.")
        for sessions in self.days:
            closed = (later[0] < earlier[1] for earlier, later in pairwise(sessions))
            if any(opens >= closes for opens, closes in sessions) or any(closed):
                raise ValueError("The sessions of a day follow one another.")

    @classmethod
    def of(cls, *sessions: Session, last_receipt: time = time(15)) -> Self:
        """The same hours from Monday to Friday."""
        return cls(days=(sessions,) * 5 + ((),) * 2, last_receipt=last_receipt)

    @property
    def make_up(self) -> Sessions:
        """The hours of a day off that is worked (làm bù): those of the first day of the week with hours."""
        return next(sessions for sessions in self.days if sessions)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """One office's days and hours. ``working_saturdays`` are days off that are worked (làm bù).

    ``weeks`` are in the order of their first days; before the first of them its hours hold as well.
    """

    days_off: frozenset[date] = frozenset()
    working_saturdays: frozenset[date] = frozenset()
    weeks: tuple[Week, ...] = (Week(),)
    zone: ZoneInfo = _ZONE

    def __post_init__(self) -> None:
        starts = [week.valid_from for week in self.weeks]
        if not starts or starts != sorted(set(starts)):
            raise ValueError("The weeks of a calendar follow one another.")

    def week_of(self, day: date) -> Week:
        """The hours in force on that day."""
        found = self.weeks[0]
        for week in self.weeks[1:]:
            if week.valid_from > day:
                break
            found = week
        return found

    def sessions_on(self, day: date) -> Sessions:
        """When somebody sits at the desk that day; nothing on a day off. A make-up day wins over a day off."""
        if day in self.working_saturdays:
            week = self.week_of(day)
            return week.days[day.weekday()] or week.make_up
        if day in self.days_off:
            return ()
        return self.week_of(day).days[day.weekday()]

    def is_working_day(self, day: date) -> bool:
        """Whether the office works that day at all."""
        return bool(self.sessions_on(day))

    def next_working_day(self, after: date) -> date:
        """The first working day after a day."""
        for distance in range(1, _LONGEST_CLOSURE):
            if self.sessions_on(day := after + distance * DAY):
                return day
        raise NoWorkingDay

    def this_or_next_working_day(self, day: date) -> date:
        """The day itself, or the first working day after it."""
        return day if self.sessions_on(day) else self.next_working_day(day)

    def opening_of(self, day: date) -> datetime:
        """When the office opens on that day. Raises NotAWorkingDay."""
        return datetime.combine(day, self._worked(day)[0][0], tzinfo=self.zone)

    def closing_of(self, day: date) -> datetime:
        """When the office closes on that day. Raises NotAWorkingDay."""
        return datetime.combine(day, self._worked(day)[-1][1], tzinfo=self.zone)

    def _worked(self, day: date) -> Sessions:
        if sessions := self.sessions_on(day):
            return sessions
        raise NotAWorkingDay

    def is_open_at(self, moment: datetime) -> bool:
        """Whether somebody sits at the desk."""
        local = self.local(moment)
        return any(opens <= local.time() < closes for opens, closes in self.sessions_on(local.date()))

    def local(self, moment: datetime) -> datetime:
        """The moment on the office's own clock."""
        if moment.tzinfo is None:
            raise ValueError("A moment without a time zone is not a moment.")
        return moment.astimezone(self.zone)

    def edited(self, *, off: Iterable[date] = (), worked: Iterable[date] = ()) -> Self:
        """The calendar as an administrator corrected it: what they wrote wins over what stood here."""
        more_off, more_worked = frozenset(off), frozenset(worked)
        return replace(
            self,
            days_off=(self.days_off - more_worked) | more_off,
            working_saturdays=(self.working_saturdays - more_off) | more_worked,
        )


def counting_starts_on(received_at: datetime, calendar: WorkCalendar) -> date:
    """The working day on which a dossier counts as received.

    After 15:00, after closing, or on a day off, it is the next working day (NĐ 61/2018, điều 18.2).
    """
    local = calendar.local(received_at)
    day, clock = local.date(), local.time()
    sessions = calendar.sessions_on(day)
    if sessions and clock <= calendar.week_of(day).last_receipt and clock < sessions[-1][1]:
        return day
    return calendar.next_working_day(day)


def counting_starts_at(received_at: datetime, calendar: WorkCalendar) -> datetime:
    """The moment from which working hours run: the next one at which somebody works on it."""
    local = calendar.local(received_at)
    day = counting_starts_on(received_at, calendar)
    if day != local.date():
        return calendar.opening_of(day)
    opens = next(opens for opens, closes in _spans(day, calendar) if local < closes)
    return max(local, opens)


def after_working_time(start: datetime, amount: timedelta, calendar: WorkCalendar) -> datetime:
    """The moment by which so much working time has passed; a closing time rather than the next opening."""
    if amount < _NOTHING:
        raise ValueError("Working time does not run backwards.")
    left, local = amount, calendar.local(start)
    if not left:
        return local
    day = calendar.this_or_next_working_day(local.date())
    while True:
        for opens, closes in _spans(day, calendar):
            begins = max(opens, local)
            if begins < closes:
                if left <= closes - begins:
                    return begins + left
                left -= closes - begins
        day = calendar.next_working_day(day)


def working_time_between(start: datetime, end: datetime, calendar: WorkCalendar) -> timedelta:
    """Working time from one moment to a later one; nothing when ``end`` is not later."""
    first, last = calendar.local(start), calendar.local(end)
    passed, day = _NOTHING, first.date()
    while day <= last.date():
        for opens, closes in _spans(day, calendar):
            passed += max(min(closes, last) - max(opens, first), _NOTHING)
        day += DAY
    return passed


def working_days_between(start: date, end: date, calendar: WorkCalendar) -> int:
    """Working days after ``start`` up to and with ``end``; negative when ``end`` is earlier."""
    if end < start:
        return -working_days_between(end, start, calendar)
    return sum(calendar.is_working_day(start + n * DAY) for n in range(1, (end - start).days + 1))


def in_words(amount: timedelta) -> str:
    """“2 ngày 3 giờ 15 phút làm việc”: 8 working hours are a day; seconds are left out."""
    minutes = int(amount.total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, HOURS_A_DAY)
    parts = [f"{n} {word}" for n, word in ((days, "ngày"), (hours, "giờ"), (minutes, "phút")) if n]
    return f"{' '.join(parts) or '0 phút'} làm việc"


def vietnam(years: Iterable[int]) -> WorkCalendar:
    """The calendar as announced (later years: calculated); an administrator edits it from there."""
    wanted = set(years)
    known = holidays.country_holidays("VN", years=wanted)
    worked: frozenset[date] = frozenset(getattr(known, "weekend_workdays", ()))
    return WorkCalendar(
        days_off=frozenset(known), working_saturdays=frozenset(day for day in worked if day.year in wanted)
    )


def holiday_names(year: int) -> dict[date, str]:
    """The public holidays of a year and what they are called."""
    return dict(holidays.country_holidays("VN", years=[year], language="vi").items())


def _spans(day: date, calendar: WorkCalendar) -> Iterator[tuple[datetime, datetime]]:
    for opens, closes in calendar.sessions_on(day):
        yield (
            datetime.combine(day, opens, tzinfo=calendar.zone),
            datetime.combine(day, closes, tzinfo=calendar.zone),
        )
