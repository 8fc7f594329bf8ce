from datetime import datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.kernel.clocks import ANNOUNCED, PLAIN, at
from tests.kernel.worked_deadlines import WORKED

from motcua.kernel.due_date import (
    Course,
    Kept,
    Pause,
    Standing,
    due,
    kept,
    late_by,
    soon_until,
    standing,
)
from motcua.kernel.term import Term, TermUnit
from motcua.kernel.working_time import (
    Week,
    WorkCalendar,
    counting_starts_at,
    counting_starts_on,
    working_days_between,
    working_time_between,
)

MOMENTS = st.datetimes(datetime(2022, 1, 1), datetime(2027, 6, 1)).map(lambda m: m.replace(tzinfo=PLAIN.zone))
WAITS = st.timedeltas(timedelta(), timedelta(days=20))
WORKING = st.one_of(
    st.builds(Term, st.integers(1, 200), st.just(TermUnit.WORKING_HOURS)),
    st.builds(Term.of_working_days, st.integers(0, 40)),
)
TERMS = st.one_of(WORKING, st.builds(Term, st.integers(1, 90), st.just(TermUnit.CALENDAR_DAYS)))
FIVE_DAYS = Term.of_working_days(5)
PROPERTY = settings(max_examples=150, deadline=None)


def due_of(term: Term, received: datetime, *pauses: Pause) -> datetime:
    answer = due(term, received, ANNOUNCED, pauses)
    assert answer is not None
    return answer


@pytest.mark.parametrize(("received", "term", "expected"), WORKED)
def test_due_dates_are_those_of_the_wall_calendar(received: str, term: str, expected: str) -> None:
    assert due(Term.parse(term), at(received), ANNOUNCED) == at(expected)


def test_the_worked_cases_are_at_least_sixty_and_none_is_there_twice() -> None:
    assert len({(received, term) for received, term, _ in WORKED}) == len(WORKED) >= 60


def test_an_office_may_have_its_own_hours() -> None:
    morning = WorkCalendar(weeks=(Week.of((time(7, 30), time(11, 30)), last_receipt=time(10)),))
    assert due(Term.of_working_days(0), at("20/07/2022 10:01"), morning) == at("21/07/2022 11:30")
    assert due(Term.parse("8 giờ"), at("20/07/2022 09:30"), morning) == at("22/07/2022 09:30")


# --- what holds for every reception and every term


@PROPERTY
@given(TERMS, MOMENTS)
def test_nothing_is_due_outside_working_hours_or_before_its_reception(term: Term, received: datetime) -> None:
    answer = due_of(term, received)
    sessions = ANNOUNCED.sessions_on(answer.date())
    assert any(opens < answer.time() <= closes for opens, closes in sessions)
    assert answer > received


@PROPERTY
@given(TERMS, MOMENTS, WAITS)
def test_who_comes_later_is_not_answered_earlier(term: Term, received: datetime, wait: timedelta) -> None:
    assert due_of(term, received) <= due_of(term, received + wait)


@PROPERTY
@given(TERMS.filter(lambda term: term.amount > 0), MOMENTS)
def test_a_longer_term_is_not_due_earlier(term: Term, received: datetime) -> None:
    assert due_of(term, received) <= due_of(Term(term.amount + 1, term.unit), received)


@PROPERTY
@given(st.integers(0, 40), MOMENTS)
def test_so_many_working_days_lie_between(days: int, received: datetime) -> None:
    answer = due_of(Term.of_working_days(days), received)
    start = counting_starts_on(received, ANNOUNCED)
    assert working_days_between(start, answer.date(), ANNOUNCED) == days


@PROPERTY
@given(st.integers(1, 200), MOMENTS)
def test_the_office_has_exactly_its_working_hours(hours: int, received: datetime) -> None:
    course = Course(Term(hours, TermUnit.WORKING_HOURS), received)
    answer = due_of(course.term, received)
    assert course.used(answer, ANNOUNCED) == timedelta(hours=hours)
    assert course.left(answer, ANNOUNCED) == timedelta()


@PROPERTY
@given(st.integers(1, 90), MOMENTS)
def test_calendar_days_end_on_their_day_or_on_the_next_working_day(days: int, received: datetime) -> None:
    last = counting_starts_on(received, ANNOUNCED) + timedelta(days=days)
    answer = due_of(Term(days, TermUnit.CALENDAR_DAYS), received).date()
    assert answer >= last
    assert working_days_between(last - timedelta(days=1), answer, ANNOUNCED) == 1


# --- pause, resumption, beginning anew


@PROPERTY
@given(WORKING, MOMENTS, WAITS, WAITS)
def test_a_pause_adds_exactly_its_working_time(
    term: Term, received: datetime, until_pause: timedelta, lasting: timedelta
) -> None:
    course, since = Course(term, received), counting_starts_at(received, ANNOUNCED) + until_pause
    until = since + lasting
    plain = due_of(term, received)
    assume(since < plain)
    resumed = course.paused(since).resumed(until)
    moved = due_of(term, received, *resumed.pauses)
    assert working_time_between(plain, moved, ANNOUNCED) == working_time_between(since, until, ANNOUNCED)
    assert resumed.left(until, ANNOUNCED) == course.left(since, ANNOUNCED)
    assert resumed.used(until, ANNOUNCED) == course.used(since, ANNOUNCED)


@PROPERTY
@given(TERMS, MOMENTS, WAITS, WAITS)
def test_a_pause_never_brings_the_date_forward(
    term: Term, received: datetime, until_pause: timedelta, lasting: timedelta
) -> None:
    since = received + until_pause
    pause = Pause(since, since + lasting)
    assert due_of(term, received, pause) >= due_of(term, received)


def test_the_clock_goes_on_with_what_was_left() -> None:
    course = Course(FIVE_DAYS, at("18/07/2022 09:00"))
    assert course.due(PLAIN) == at("25/07/2022 17:00")
    still = course.paused(at("20/07/2022 10:00"))
    assert still.paused_at == at("20/07/2022 10:00")
    assert still.due(PLAIN) is None
    assert still.left(at("22/07/2022 16:00"), PLAIN) == course.left(at("20/07/2022 10:00"), PLAIN)
    # 20/7 from 10:00: 5 hours; 21/7 and 22/7: 16 hours; 25/7 until 10:00: 3 hours. 24 hours are three days.
    again = still.resumed(at("25/07/2022 10:00"))
    assert again.due(PLAIN) == at("28/07/2022 17:00")
    assert again.used(at("25/07/2022 10:00"), PLAIN) == timedelta(hours=17)


def test_a_pause_of_an_hour_moves_the_answer_an_hour() -> None:
    course = Course(
        FIVE_DAYS, at("18/07/2022 09:00"), (Pause(at("20/07/2022 10:00"), at("20/07/2022 11:00")),)
    )
    assert course.due(PLAIN) == at("26/07/2022 08:00")


def test_a_pause_at_night_moves_nothing() -> None:
    course = Course(
        FIVE_DAYS, at("18/07/2022 09:00"), (Pause(at("20/07/2022 17:00"), at("21/07/2022 07:00")),)
    )
    assert course.due(PLAIN) == at("25/07/2022 17:00")


def test_calendar_days_stand_still_for_days() -> None:
    thirty = Term.parse("30 ngày")
    pause = Pause(at("10/03/2022 09:00"), at("20/03/2022 09:00"))
    assert due(thirty, at("01/03/2022 09:00"), PLAIN) == at("31/03/2022 17:00")
    # The 10th of April is a Sunday: Monday. A day more of pause still ends on that Monday.
    assert due(thirty, at("01/03/2022 09:00"), PLAIN, [pause]) == at("11/04/2022 17:00")
    longer = Pause(at("10/03/2022 09:00"), at("21/03/2022 09:00"))
    assert due(thirty, at("01/03/2022 09:00"), PLAIN, [longer]) == at("11/04/2022 17:00")


def test_several_pauses_add_up() -> None:
    course = Course(FIVE_DAYS, at("18/07/2022 09:00"))
    for since, until in (("19/07/2022 08:00", "20/07/2022 08:00"), ("21/07/2022 08:00", "22/07/2022 08:00")):
        course = course.paused(at(since)).resumed(at(until))
    assert course.due(PLAIN) == at("27/07/2022 17:00")


def test_a_supplement_begins_the_whole_term_anew() -> None:
    paused = Course(FIVE_DAYS, at("18/07/2022 09:00")).paused(at("20/07/2022 10:00"))
    anew = paused.begun_anew(at("25/07/2022 10:00"))
    assert anew.due(PLAIN) == at("01/08/2022 17:00")
    assert paused.begun_anew(at("25/07/2022 15:30")).due(PLAIN) == at("02/08/2022 17:00")
    assert anew.used(at("25/07/2022 11:00"), PLAIN) == timedelta(hours=1)
    assert anew.paused_at is None


def test_what_is_late_stays_late_whatever_is_paused_afterwards() -> None:
    course = Course(FIVE_DAYS, at("18/07/2022 09:00")).paused(at("26/07/2022 09:00"))
    assert course.due(PLAIN) == at("25/07/2022 17:00")
    assert course.resumed(at("29/07/2022 09:00")).due(PLAIN) == at("25/07/2022 17:00")


def test_a_pause_before_the_clock_runs_adds_nothing_for_that_time() -> None:
    evening = Course(FIVE_DAYS, at("18/07/2022 15:30"))
    assert evening.due(PLAIN) == at("26/07/2022 17:00")
    assert evening.paused(at("18/07/2022 16:00")).resumed(at("18/07/2022 16:30")).due(PLAIN) == evening.due(
        PLAIN
    )
    morning = evening.paused(at("18/07/2022 16:00")).resumed(at("19/07/2022 08:00"))
    assert morning.due(PLAIN) == at("27/07/2022 08:00")
    assert morning.used(at("19/07/2022 09:00"), PLAIN) == timedelta(hours=1)


def test_a_clock_is_paused_and_resumed_in_turn() -> None:
    running = Course(FIVE_DAYS, at("18/07/2022 09:00"))
    still = running.paused(at("20/07/2022 10:00"))
    with pytest.raises(ValueError, match="before the next"):
        still.paused(at("20/07/2022 11:00"))
    with pytest.raises(ValueError, match="runs"):
        running.resumed(at("20/07/2022 11:00"))
    with pytest.raises(ValueError, match="before it begins"):
        still.resumed(at("20/07/2022 09:00"))
    with pytest.raises(ValueError, match="before the next"):
        still.resumed(at("21/07/2022 10:00")).paused(at("20/07/2022 11:00"))


def test_what_would_be_due_if_the_clock_went_on_now() -> None:
    still = Course(FIVE_DAYS, at("18/07/2022 09:00")).paused(at("20/07/2022 10:00"))
    assert still.due_if_resumed(at("21/07/2022 10:00"), PLAIN) == at("26/07/2022 17:00")
    assert still.due_if_resumed(at("19/07/2022 10:00"), PLAIN) == at("25/07/2022 17:00")


# --- in time, soon, overdue; before, on, after


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("21/07/2022 17:00", Standing.DUE_SOON),
        ("21/07/2022 16:59:59", Standing.IN_TIME),
        ("22/07/2022 17:00", Standing.DUE_SOON),
        ("22/07/2022 17:00:01", Standing.OVERDUE),
        ("25/07/2022 07:00", Standing.OVERDUE),
    ],
)
def test_due_soon_is_a_working_day_before(now: str, expected: Standing) -> None:
    assert standing(at("22/07/2022 17:00"), at(now), PLAIN) is expected


def test_due_soon_skips_the_week_end_and_can_be_set() -> None:
    friday = at("22/07/2022 12:00")
    assert soon_until(friday, PLAIN) == at("25/07/2022 11:30")
    assert soon_until(friday, PLAIN, timedelta(hours=2)) == at("22/07/2022 15:30")
    assert standing(at("25/07/2022 17:00"), friday, PLAIN, timedelta(hours=16)) is Standing.DUE_SOON
    assert standing(at("25/07/2022 17:00"), friday, PLAIN) is Standing.IN_TIME
    assert standing(None, friday, PLAIN) is Standing.PAUSED


@pytest.mark.parametrize(
    ("finished", "expected"),
    [
        ("21/07/2022 17:00", Kept.BEFORE),
        ("22/07/2022 07:00", Kept.ON),
        ("22/07/2022 17:00", Kept.ON),
        ("22/07/2022 17:00:01", Kept.AFTER),
        ("25/07/2022 08:00", Kept.AFTER),
    ],
)
def test_the_control_slip_says_before_on_or_after_time(finished: str, expected: Kept) -> None:
    assert kept(at("22/07/2022 17:00"), at(finished), PLAIN) is expected


def test_lateness_is_counted_in_working_time() -> None:
    assert late_by(at("22/07/2022 17:00"), at("25/07/2022 08:00"), PLAIN) == timedelta(hours=1)
    assert late_by(at("22/07/2022 17:00"), at("22/07/2022 08:00"), PLAIN) == timedelta()
