"""Lịch làm việc: the days and hours of a unit, as announced and as an administrator corrected them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from motcua.kernel import working_time
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound
from motcua.kernel.working_time import Sessions, Week, WorkCalendar
from motcua.units.models import CalendarDay, OfficeDay, OfficeHours, Unit

#: Where a day comes from that nobody entered.
KNOWN_SOURCE: Final = "Tính sẵn"
MAKE_UP_WORDS: Final = "Làm bù"
_FIRST_YEAR: Final = 2019
_YEARS_AHEAD: Final = 4
_DAY: Final = timedelta(days=1)
_HIGHEST_TREE: Final = 20

# The unit and those above it, and what the calendar looked like: rows are never deleted, so that what is added
# or taken out always changes one of these numbers.
_EDITION = """SELECT ARRAY(
    WITH RECURSIVE up(id, parent_id, height) AS (
        SELECT id, parent_id, 0 FROM units_unit WHERE id = %(unit)s
        UNION ALL
        SELECT u.id, u.parent_id, height + 1 FROM units_unit u JOIN up ON u.id = up.parent_id
         WHERE height < %(highest)s
    ) SELECT id FROM up ORDER BY height),
    (SELECT ARRAY[count(*), count(removed_at), coalesce(max(id), 0)] FROM units_calendarday),
    (SELECT ARRAY[count(*), count(removed_at), coalesce(max(id), 0)] FROM units_officehours)
"""

Edition = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of the calendar as the screen shows it; ``entered`` is None for a day that nobody had to enter."""

    day: date
    is_off: bool
    occasion: str
    source: str
    swapped_with: date | None = None
    is_sample: bool = False
    entered: UUID | None = None


@dataclass(frozen=True, slots=True)
class HoursLine:
    """One set of hours of a unit, Monday first."""

    public_id: UUID
    unit_code: str
    unit_name: str
    valid_from: date
    valid_to: date | None
    last_receipt: time
    source: str
    days: tuple[Sessions, ...]


def calendar_of(unit_id: int) -> WorkCalendar:
    """The unit's own hours, else those of the unit above it; one short question to the database.

    A list asks once and reckons all its rows with the answer. The calendar itself is kept until it is edited.
    """
    with connection.cursor() as cursor:
        cursor.execute(_EDITION, {"unit": unit_id, "highest": _HIGHEST_TREE})
        chain, days, hours = cursor.fetchone()
    return _calendar(tuple(chain), (*days, *hours), timezone.localdate().year)


def days_of(year: int) -> list[DayLine]:
    """The days off and the make-up days of a year: what is entered wins over what is known."""
    known = {
        day: DayLine(day, True, words, KNOWN_SOURCE)
        for day, words in working_time.holiday_names(year).items()
    }
    known |= {
        day: DayLine(day, False, MAKE_UP_WORDS, KNOWN_SOURCE)
        for day in working_time.vietnam([year]).working_saturdays
    }
    entered = {row.day: _line(row) for row in _in_force().filter(day__year=year)}
    return sorted((known | entered).values(), key=lambda line: line.day)


def entered_day(viewer: Authority, public_id: UUID) -> DayLine:
    """One day that somebody entered and nobody took out since. Raises NotFound."""
    viewer.require(Power.MANAGE_CATALOGUE)
    row = _in_force().filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return _line(row)


def hours_of(viewer: Authority) -> list[HoursLine]:
    """The sets of hours in force or to come, of the viewer's unit, those below and those above it."""
    viewer.require(Power.MANAGE_CATALOGUE)
    rows = _hours_rows([*viewer.subtree, *chain_of(viewer.unit_id)])
    days = _days_by_hours(rows)
    return [
        HoursLine(
            row.public_id,
            row.unit.code,
            row.unit.name,
            row.valid_from,
            row.valid_to,
            row.last_receipt,
            row.source,
            days[row.pk],
        )
        for row in rows
    ]


def manages_the_province(viewer: Authority) -> bool:
    """Whether the viewer acts for the unit at the top, whose calendar all units share."""
    return Unit.objects.filter(pk=viewer.unit_id, parent=None).exists()


def chain_of(unit_id: int) -> list[int]:
    """The unit and the units above it, nearest first."""
    with connection.cursor() as cursor:
        cursor.execute(_EDITION, {"unit": unit_id, "highest": _HIGHEST_TREE})
        return list(cursor.fetchone()[0])


def _in_force() -> QuerySet[CalendarDay]:
    return CalendarDay.objects.filter(removed_at=None)


def _line(row: CalendarDay) -> DayLine:
    return DayLine(
        row.day,
        row.kind == CalendarDay.Kind.OFF,
        row.occasion,
        row.source,
        row.swapped_with,
        row.is_sample,
        row.public_id,
    )


@lru_cache(maxsize=256)
def _calendar(chain: tuple[int, ...], edition: Edition, this_year: int) -> WorkCalendar:
    entered = list(_in_force().values_list("day", "kind"))
    known = _known(this_year)
    edited = known.edited(
        off=[day for day, kind in entered if kind == CalendarDay.Kind.OFF],
        worked=[day for day, kind in entered if kind == CalendarDay.Kind.WORKED],
    )
    return WorkCalendar(edited.days_off, edited.working_saturdays, _weeks(chain))


@lru_cache(maxsize=2)
def _known(this_year: int) -> WorkCalendar:
    return working_time.vietnam(range(_FIRST_YEAR, this_year + _YEARS_AHEAD))


def _weeks(chain: Sequence[int]) -> tuple[Week, ...]:
    """The hours that hold, from each day on which anything in the chain begins or ends."""
    rows = _hours_rows(chain)
    days = _days_by_hours(rows)
    by_unit = {unit_id: [row for row in rows if row.unit_id == unit_id] for unit_id in chain}
    turns = {row.valid_from for row in rows} | {row.valid_to + _DAY for row in rows if row.valid_to}
    return tuple(_week(chain, by_unit, days, since) for since in sorted({date.min, *turns}))


def _week(
    chain: Sequence[int],
    by_unit: Mapping[int, Sequence[OfficeHours]],
    days: Mapping[int, tuple[Sessions, ...]],
    since: date,
) -> Week:
    """The nearest unit that has hours on that day decides; of its own the newest."""
    for unit_id in chain:
        held = [
            r for r in by_unit[unit_id] if r.valid_from <= since and not (r.valid_to and r.valid_to < since)
        ]
        if held:
            newest = max(held, key=lambda row: row.valid_from)
            return Week(days=days[newest.pk], last_receipt=newest.last_receipt, valid_from=since)
    return Week(valid_from=since)


def _hours_rows(unit_ids: Iterable[int]) -> list[OfficeHours]:
    rows = OfficeHours.objects.filter(unit_id__in=set(unit_ids), removed_at=None)
    return list(rows.select_related("unit").order_by("unit__code", "valid_from"))


def _days_by_hours(rows: Iterable[OfficeHours]) -> dict[int, tuple[Sessions, ...]]:
    """The sessions of seven days for each set of hours; one query."""
    ids = [row.pk for row in rows]
    weeks: dict[int, list[Sessions]] = {pk: [()] * 7 for pk in ids}
    for day in OfficeDay.objects.filter(hours_id__in=ids):
        weeks[day.hours_id][day.weekday - 1] = _sessions(day)
    return {pk: tuple(days) for pk, days in weeks.items()}


def _sessions(day: OfficeDay) -> Sessions:
    pairs = ((day.morning_opens, day.morning_closes), (day.afternoon_opens, day.afternoon_closes))
    return tuple((opens, closes) for opens, closes in pairs if opens and closes)
