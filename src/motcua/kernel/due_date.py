"""Hạn trả: when an answer is due, how a pause moves it, and whether the office kept it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final, Self

from motcua.kernel.term import Term, TermUnit
from motcua.kernel.working_time import (
    DAY,
    HOURS_A_DAY,
    WorkCalendar,
    after_working_time,
    counting_starts_at,
    counting_starts_on,
    working_time_between,
)

#: “Sắp đến hạn”: at most one working day is left.
SOON: Final = timedelta(hours=HOURS_A_DAY)


@dataclass(frozen=True, slots=True)
class Pause:
    """Tạm dừng: the clock stands still from one moment to a later one; ``until`` is None while it does."""

    since: datetime
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.since:
            raise ValueError("A pause does not end before it begins.")


def due(
    term: Term, received_at: datetime, calendar: WorkCalendar, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """When the result is due; None while the clock stands still.

    A pause adds exactly the working time (for calendar days: the days) it lasted. One that begins when the
    result is overdue adds nothing: what is late stays late.
    """
    answer = _due(term, received_at, calendar, 0)
    days_still = 0
    for pause in pauses:
        since = max(calendar.local(pause.since), counting_starts_at(received_at, calendar))
        if since >= answer:
            continue
        if pause.until is None:
            return None
        until = max(calendar.local(pause.until), since)
        if term.unit is TermUnit.CALENDAR_DAYS:
            days_still += (until.date() - since.date()).days
            answer = _due(term, received_at, calendar, days_still)
        else:
            answer = after_working_time(answer, working_time_between(since, until, calendar), calendar)
    return answer


def _due(term: Term, received_at: datetime, calendar: WorkCalendar, days_still: int) -> datetime:
    """The day of the event is not counted; at closing time, so many days later."""
    if term.unit is TermUnit.WORKING_HOURS:
        amount = timedelta(hours=term.amount)
        return after_working_time(counting_starts_at(received_at, calendar), amount, calendar)
    day = counting_starts_on(received_at, calendar)
    if term.unit is TermUnit.CALENDAR_DAYS:
        # Bộ luật Dân sự 2015, điều 148.5: a last day that is a day off moves to the next working day.
        return calendar.closing_of(calendar.this_or_next_working_day(day + (term.amount + days_still) * DAY))
    for _ in range(term.amount):
        day = calendar.next_working_day(day)
    return calendar.closing_of(day)


@dataclass(frozen=True, slots=True)
class Course:
    """A dossier's clock: what the office was given, since when, and when it stood still.

    Two things that a supplement may do, and the procedure says which: ``resumed`` goes on with what was left;
    ``begun_anew`` starts the whole term again (NĐ 61/2018, điều 19.4).
    """

    term: Term
    since: datetime
    pauses: tuple[Pause, ...] = ()

    def __post_init__(self) -> None:
        for earlier, later in pairwise(self.pauses):
            if earlier.until is None or later.since < earlier.until:
                raise ValueError("One pause ends before the next begins.")

    @property
    def paused_at(self) -> datetime | None:
        """Since when the clock stands still; None while it runs."""
        return self.pauses[-1].since if self.pauses and self.pauses[-1].until is None else None

    def paused(self, at: datetime) -> Self:
        """The clock stands still from now on. ValueError when it does already."""
        return replace(self, pauses=(*self.pauses, Pause(at)))

    def resumed(self, at: datetime) -> Self:
        """The clock goes on with what was left. ValueError when it runs."""
        if self.paused_at is None:
            raise ValueError("The clock runs.")
        return replace(self, pauses=(*self.pauses[:-1], Pause(self.paused_at, at)))

    def begun_anew(self, at: datetime) -> Self:
        """The whole term from a later reception on; earlier pauses no longer count."""
        return replace(self, since=at, pauses=())

    def due(self, calendar: WorkCalendar) -> datetime | None:
        """When the result is due; None while the clock stands still."""
        return due(self.term, self.since, calendar, self.pauses)

    def due_if_resumed(self, at: datetime, calendar: WorkCalendar) -> datetime:
        """When the result would be due if the clock went on now; the due date itself while it runs."""
        course = self if self.paused_at is None else self.resumed(max(at, self.paused_at))
        answer = course.due(calendar)
        if answer is None:  # an earlier pause cannot be open: __post_init__
            raise ValueError("The clock stands still.")
        return answer

    def used(self, now: datetime, calendar: WorkCalendar) -> timedelta:
        """Working time the office has had so far, without the pauses."""
        start = counting_starts_at(self.since, calendar)
        spent = working_time_between(start, now, calendar)
        for pause in self.pauses:
            until = min(pause.until or now, now)
            spent -= working_time_between(max(pause.since, start), until, calendar)
        return spent

    def left(self, now: datetime, calendar: WorkCalendar) -> timedelta:
        """Working time until the result is due; nothing when that is over. Stands still during a pause."""
        moment = now if self.paused_at is None else min(now, self.paused_at)
        return working_time_between(moment, self.due_if_resumed(moment, calendar), calendar)


class Standing(StrEnum):
    """How a deadline stands now."""

    IN_TIME = "IN_TIME"
    DUE_SOON = "DUE_SOON"
    OVERDUE = "OVERDUE"
    PAUSED = "PAUSED"


STANDING_WORDS: Final = {
    Standing.IN_TIME: "Còn hạn",
    Standing.DUE_SOON: "Sắp đến hạn",
    Standing.OVERDUE: "Quá hạn",
    Standing.PAUSED: "Tạm dừng",
}


def soon_until(now: datetime, calendar: WorkCalendar, soon: timedelta = SOON) -> datetime:
    """What is due after now and not later than this is due soon: one moment for a whole list."""
    return after_working_time(now, soon, calendar)


def standing(
    due_at: datetime | None, now: datetime, calendar: WorkCalendar, soon: timedelta = SOON
) -> Standing:
    """Overdue is what is due before now; the due moment itself is still in time. None: the clock stands."""
    if due_at is None:
        return Standing.PAUSED
    if now > due_at:
        return Standing.OVERDUE
    return Standing.DUE_SOON if due_at <= soon_until(now, calendar, soon) else Standing.IN_TIME


class Kept(StrEnum):
    """What the control slip says about a step (phiếu kiểm soát)."""

    BEFORE = "BEFORE"
    ON = "ON"
    AFTER = "AFTER"


KEPT_WORDS: Final = {Kept.BEFORE: "Trước hạn", Kept.ON: "Đúng hạn", Kept.AFTER: "Quá hạn"}


def kept(due_at: datetime, finished_at: datetime, calendar: WorkCalendar) -> Kept:
    """On time is on the due day, not later than the due moment; on an earlier day it is before."""
    if finished_at > due_at:
        return Kept.AFTER
    return Kept.BEFORE if _day(finished_at, calendar) < _day(due_at, calendar) else Kept.ON


def late_by(due_at: datetime, now: datetime, calendar: WorkCalendar) -> timedelta:
    """Working time since the result was due; nothing before."""
    return working_time_between(due_at, now, calendar)


def _day(moment: datetime, calendar: WorkCalendar) -> date:
    return calendar.local(moment).date()
