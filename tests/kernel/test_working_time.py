from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.kernel.working_time import (
    NoWorkingDay,
    WorkCalendar,
    counting_starts_on,
    due,
    vietnam,
    working_days_between,
)

PLAIN = WorkCalendar()
YEARS = vietnam([2022, 2023])


def at(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=PLAIN.zone)


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        ("20/07/2022 09:00", 0, "20/07/2022 17:00"),
        ("20/07/2022 15:00", 0, "20/07/2022 17:00"),
        ("20/07/2022 15:01", 0, "21/07/2022 17:00"),
        ("20/07/2022 06:00", 0, "20/07/2022 17:00"),
        ("20/07/2022 12:15", 0, "20/07/2022 17:00"),
        ("20/07/2022 17:30", 0, "21/07/2022 17:00"),
        ("20/07/2022 23:59", 1, "22/07/2022 17:00"),
        ("20/07/2022 09:00", 2, "22/07/2022 17:00"),
        ("22/07/2022 09:00", 1, "25/07/2022 17:00"),
        ("22/07/2022 15:30", 1, "26/07/2022 17:00"),
        ("23/07/2022 09:00", 0, "25/07/2022 17:00"),
        ("24/07/2022 09:00", 5, "01/08/2022 17:00"),
        ("31/08/2022 10:00", 1, "05/09/2022 17:00"),
        ("28/01/2022 10:00", 1, "07/02/2022 17:00"),
        ("28/01/2022 15:30", 0, "07/02/2022 17:00"),
        ("30/12/2022 16:00", 1, "04/01/2023 17:00"),
        ("08/04/2022 10:00", 1, "12/04/2022 17:00"),
    ],
)
def test_due_dates_are_those_of_the_wall_calendar(received: str, days: int, expected: str) -> None:
    assert due(at(received), days, YEARS) == at(expected)


def test_a_make_up_saturday_is_worked() -> None:
    saturday = date(2022, 7, 23)
    calendar = WorkCalendar(working_saturdays=frozenset({saturday}))
    assert due(at("22/07/2022 09:00"), 1, calendar) == at("23/07/2022 17:00")
    assert due(at("22/07/2022 09:00"), 2, calendar) == at("25/07/2022 17:00")
    assert due(at("22/07/2022 09:00"), 1, PLAIN) == at("25/07/2022 17:00")


def test_announced_swaps_are_in_the_calendar_of_the_year() -> None:
    calendar = vietnam([2024])
    assert not calendar.is_working_day(date(2024, 4, 29))
    assert calendar.is_working_day(date(2024, 5, 4))
    assert calendar.working_saturdays == {date(2024, 5, 4)}


def test_the_moment_is_read_on_the_offices_clock() -> None:
    assert due(datetime(2022, 7, 20, 8, 1, tzinfo=UTC), 0, PLAIN) == at("21/07/2022 17:00")
    assert due(datetime(2022, 7, 20, 7, 59, tzinfo=UTC), 0, PLAIN) == at("20/07/2022 17:00")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due(datetime(2022, 7, 20, 9), 1, PLAIN)


def test_a_deadline_before_its_reception_is_refused() -> None:
    with pytest.raises(ValueError, match="before"):
        due(at("20/07/2022 09:00"), -1, PLAIN)


def test_a_calendar_without_working_days_does_not_turn_for_ever() -> None:
    first = date(2022, 1, 1)
    closed = WorkCalendar(days_off=frozenset(first + timedelta(days=n) for n in range(1000)))
    with pytest.raises(NoWorkingDay):
        due(at("20/07/2022 09:00"), 1, closed)


def test_an_office_may_have_its_own_hours() -> None:
    morning = WorkCalendar(sessions=((time(7, 30), time(11, 30)),), last_receipt=time(10))
    assert due(at("20/07/2022 10:01"), 0, morning) == at("21/07/2022 11:30")


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("20/07/2022 06:59", False),
        ("20/07/2022 07:00", True),
        ("20/07/2022 11:30", False),
        ("20/07/2022 13:30", True),
        ("20/07/2022 17:00", False),
        ("23/07/2022 09:00", False),
    ],
)
def test_the_desk_is_open_in_office_hours(moment: str, is_open: bool) -> None:
    assert PLAIN.is_open_at(at(moment)) is is_open


@settings(max_examples=300, deadline=None)
@given(st.datetimes(datetime(2022, 1, 1), datetime(2023, 10, 1)), st.integers(0, 40))
def test_a_due_day_is_worked_and_exactly_so_many_working_days_away(moment: datetime, days: int) -> None:
    received = moment.replace(tzinfo=PLAIN.zone)
    answer = due(received, days, YEARS)
    assert YEARS.is_working_day(answer.date())
    assert working_days_between(counting_starts_on(received, YEARS), answer.date(), YEARS) == days
    assert answer > received
    assert due(received, days + 1, YEARS) > answer


def test_days_late_are_negative() -> None:
    assert working_days_between(date(2022, 7, 25), date(2022, 7, 22), PLAIN) == -1
