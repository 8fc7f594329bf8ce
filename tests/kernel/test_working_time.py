from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernel.clocks import ANNOUNCED, PLAIN, at

from motcua.kernel.working_time import (
    NotAWorkingDay,
    NoWorkingDay,
    Week,
    WorkCalendar,
    after_working_time,
    counting_starts_at,
    counting_starts_on,
    holiday_names,
    in_words,
    vietnam,
    working_days_between,
    working_time_between,
)

MORNING = (time(7, 30), time(11, 30))
MOMENTS = st.datetimes(datetime(2022, 1, 1), datetime(2027, 10, 1)).map(
    lambda m: m.replace(tzinfo=PLAIN.zone)
)
AMOUNTS = st.timedeltas(timedelta(seconds=1), timedelta(hours=120))


def days(first: str, last: str) -> list[date]:
    start, end = at(f"{first} 00:00").date(), at(f"{last} 00:00").date()
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("29/01/2022", "06/02/2022"),
        ("20/01/2023", "26/01/2023"),
        ("08/02/2024", "14/02/2024"),
        ("25/01/2025", "02/02/2025"),
        ("14/02/2026", "22/02/2026"),
        ("04/02/2027", "10/02/2027"),
    ],
)
def test_tet_is_the_announced_one_and_the_days_around_it_are_worked(first: str, last: str) -> None:
    closed = days(first, last)
    assert [day for day in closed if ANNOUNCED.is_working_day(day)] == []
    assert ANNOUNCED.is_working_day(closed[0] - timedelta(days=1))
    assert ANNOUNCED.is_working_day(closed[-1] + timedelta(days=1))


def test_announced_swaps_are_in_the_calendar_of_the_year() -> None:
    calendar = vietnam([2024])
    assert not calendar.is_working_day(date(2024, 4, 29))
    assert calendar.is_working_day(date(2024, 5, 4))
    assert calendar.working_saturdays == {date(2024, 5, 4)}


def test_holidays_have_vietnamese_names() -> None:
    names = holiday_names(2026)
    assert names[date(2026, 2, 17)] == "Tết Nguyên Đán"
    assert names[date(2026, 8, 31)] == "Ngày nghỉ (thay cho ngày 22/08/2026)"
    assert all(day.year == 2026 for day in names)


def test_what_an_administrator_wrote_wins_over_the_calculated_calendar() -> None:
    calculated = vietnam([2024])
    edited = calculated.edited(off=[date(2024, 5, 4), date(2024, 5, 6)], worked=[date(2024, 4, 30)])
    assert not edited.is_working_day(date(2024, 5, 4))
    assert not edited.is_working_day(date(2024, 5, 6))
    assert edited.is_working_day(date(2024, 4, 30))
    assert calculated.is_working_day(date(2024, 5, 4))


def test_a_make_up_saturday_is_worked_for_the_hours_of_a_week_day() -> None:
    saturday = date(2022, 7, 23)
    calendar = PLAIN.edited(worked=[saturday])
    assert calendar.sessions_on(saturday) == PLAIN.sessions_on(date(2022, 7, 22))
    assert calendar.closing_of(saturday) == at("23/07/2022 17:00")
    assert not PLAIN.is_working_day(saturday)


def test_a_day_off_has_neither_opening_nor_closing_and_says_so() -> None:
    for asked in (PLAIN.opening_of, PLAIN.closing_of):
        with pytest.raises(NotAWorkingDay):
            asked(date(2022, 7, 23))


def test_hours_differ_by_weekday_and_change_from_a_day_on() -> None:
    short_friday = Week(days=((MORNING,),) * 4 + (((time(8), time(10)),),) + ((),) * 2)
    later = Week(valid_from=date(2022, 8, 1))
    calendar = WorkCalendar(weeks=(short_friday, later))
    assert calendar.sessions_on(date(2022, 7, 21)) == (MORNING,)
    assert calendar.sessions_on(date(2022, 7, 22)) == ((time(8), time(10)),)
    assert calendar.sessions_on(date(2022, 7, 23)) == ()
    assert calendar.sessions_on(date(2022, 7, 31)) == ()
    assert calendar.closing_of(date(2022, 8, 1)) == at("01/08/2022 17:00")


@pytest.mark.parametrize(
    "days_of_week",
    [
        ((),) * 7,
        ((MORNING,),) * 6,
        (((time(11), time(7)),),) + ((),) * 6,
        (((time(7), time(11)), (time(10), time(17))),) + ((),) * 6,
    ],
)
def test_a_week_that_makes_no_sense_is_refused(
    days_of_week: tuple[tuple[tuple[time, time], ...], ...],
) -> None:
    with pytest.raises(ValueError, match=r"week|sessions"):
        Week(days=days_of_week)


def test_weeks_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="follow"):
        WorkCalendar(weeks=(Week(valid_from=date(2022, 8, 1)), Week(valid_from=date(2022, 7, 1))))
    with pytest.raises(ValueError, match="follow"):
        WorkCalendar(weeks=())


def test_an_office_that_closes_at_noon_takes_nothing_in_the_afternoon() -> None:
    morning = WorkCalendar(weeks=(Week.of(MORNING),))
    assert counting_starts_on(at("20/07/2022 11:29"), morning) == date(2022, 7, 20)
    assert counting_starts_on(at("20/07/2022 11:30"), morning) == date(2022, 7, 21)
    early = WorkCalendar(weeks=(Week.of(MORNING, last_receipt=time(10)),))
    assert counting_starts_on(at("20/07/2022 10:00"), early) == date(2022, 7, 20)
    assert counting_starts_on(at("20/07/2022 10:01"), early) == date(2022, 7, 21)


def test_the_moment_is_read_on_the_offices_clock() -> None:
    assert counting_starts_on(datetime(2022, 7, 20, 8, 0, 1, tzinfo=UTC), PLAIN) == date(2022, 7, 21)
    assert counting_starts_on(datetime(2022, 7, 20, 8, 0, 0, tzinfo=UTC), PLAIN) == date(2022, 7, 20)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        counting_starts_on(datetime(2022, 7, 20, 9), PLAIN)


def test_working_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        after_working_time(at("20/07/2022 09:00"), timedelta(seconds=-1), PLAIN)


def test_a_calendar_without_working_days_does_not_turn_for_ever() -> None:
    closed = PLAIN.edited(off=[date(2022, 1, 1) + timedelta(days=n) for n in range(1000)])
    with pytest.raises(NoWorkingDay):
        after_working_time(at("20/07/2022 09:00"), timedelta(hours=1), closed)
    with pytest.raises(NoWorkingDay):
        counting_starts_on(at("20/07/2022 09:00"), closed)


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


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("20/07/2022 09:00", "20/07/2022 09:00", 0),
        ("20/07/2022 07:00", "20/07/2022 17:00", 8),
        ("20/07/2022 00:00", "21/07/2022 00:00", 8),
        ("20/07/2022 11:00", "20/07/2022 14:00", 1),
        ("20/07/2022 11:30", "20/07/2022 13:30", 0),
        ("22/07/2022 16:00", "25/07/2022 08:00", 2),
        ("28/01/2022 16:00", "07/02/2022 08:00", 2),
        ("09/01/2026 16:00", "12/01/2026 08:00", 10),
        ("21/07/2022 09:00", "20/07/2022 09:00", 0),
    ],
)
def test_working_time_between_two_moments(start: str, end: str, hours: int) -> None:
    assert working_time_between(at(start), at(end), ANNOUNCED) == timedelta(hours=hours)


def test_days_late_are_negative() -> None:
    assert working_days_between(date(2022, 7, 25), date(2022, 7, 22), PLAIN) == -1


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (timedelta(), "0 phút làm việc"),
        (timedelta(seconds=59), "0 phút làm việc"),
        (timedelta(hours=8), "1 ngày làm việc"),
        (timedelta(hours=19, minutes=15), "2 ngày 3 giờ 15 phút làm việc"),
        (timedelta(hours=40), "5 ngày làm việc"),
        (timedelta(minutes=30), "30 phút làm việc"),
    ],
)
def test_working_time_is_said_in_working_days(amount: timedelta, words: str) -> None:
    assert in_words(amount) == words


@settings(max_examples=200, deadline=None)
@given(MOMENTS, AMOUNTS)
def test_so_much_working_time_later_lies_so_much_working_time_between(
    start: datetime, amount: timedelta
) -> None:
    end = after_working_time(start, amount, ANNOUNCED)
    assert working_time_between(start, end, ANNOUNCED) == amount
    assert any(opens < end.time() <= closes for opens, closes in ANNOUNCED.sessions_on(end.date()))


@settings(max_examples=100, deadline=None)
@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=9)), st.timedeltas(timedelta(), timedelta(days=9)))
def test_working_time_adds_up(start: datetime, first: timedelta, second: timedelta) -> None:
    middle, end = start + first, start + first + second
    whole = working_time_between(start, end, ANNOUNCED)
    assert whole == sum(
        (working_time_between(start, middle, ANNOUNCED), working_time_between(middle, end, ANNOUNCED)),
        timedelta(),
    )
    assert timedelta() <= whole <= end - start


@settings(max_examples=200, deadline=None)
@given(MOMENTS)
def test_counting_starts_when_somebody_works_and_never_before_the_reception(received: datetime) -> None:
    start = counting_starts_at(received, ANNOUNCED)
    assert ANNOUNCED.is_open_at(start)
    assert start >= received
    assert start.date() == counting_starts_on(received, ANNOUNCED)
