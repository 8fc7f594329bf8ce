"""The calendar that administrators edit: what wins, who inherits, who may write, what the tables refuse."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.units import people
from tests.units.test_unit_rules import refused

from motcua.journal.models import Event
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.working_time import USUAL_SESSIONS, Sessions
from motcua.ops.sign_ins import DATA
from motcua.units import calendar_editing, calendar_sample, posts, work_calendar
from motcua.units.calendar_editing import (
    CalendarOfTheProvince,
    DayAlreadyThere,
    Entry,
    HoursAlreadyThere,
    HoursEndTooEarly,
    WrongHours,
)
from motcua.units.models import CalendarDay, OfficeDay, OfficeHours, Unit

pytestmark = pytest.mark.django_db
WEDNESDAY, SATURDAY = date(2026, 11, 18), date(2026, 11, 21)
MORNING: Sessions = ((time(7), time(11)),)
MORNINGS: list[Sessions] = [MORNING] * 5 + [()] * 2


@pytest.fixture
def top() -> Unit:
    return people.unit("so")


@pytest.fixture
def below(top: Unit) -> Unit:
    return people.unit("truong", parent=top)


def add(
    authority: Authority, day: date = WEDNESDAY, *, is_off: bool = True, source: str = "Công văn mẫu"
) -> UUID:
    return calendar_editing.add_day(authority=authority, entry=Entry(day, is_off, "Nghỉ hoán đổi", source))


def hours(authority: Authority, unit: Unit, since: date = date(2020, 1, 1), **more: object) -> UUID:
    values: dict[str, object] = {"days": MORNINGS, "source": "Công văn mẫu", "valid_from": since, **more}
    return calendar_editing.set_hours(authority=authority, unit_code=unit.code, **values)  # type: ignore[arg-type]


def works(unit: Unit, day: date) -> bool:
    return work_calendar.calendar_of(unit.pk).is_working_day(day)


def events() -> list[str]:
    return list(Event.objects.order_by("id").values_list("event", flat=True))


# --- what wins


def test_a_day_off_and_a_make_up_saturday_hold_for_all_units(top: Unit, below: Unit) -> None:
    assert works(below, WEDNESDAY) and not works(below, SATURDAY)
    add(people.editor(top))
    add(people.editor(top), SATURDAY, is_off=False)
    for unit in (top, below):
        assert not works(unit, WEDNESDAY)
        assert work_calendar.calendar_of(unit.pk).sessions_on(SATURDAY) == USUAL_SESSIONS


def test_what_was_entered_wins_over_the_announced_calendar_until_it_is_taken_out(top: Unit) -> None:
    editor, holiday = people.editor(top), date(2026, 11, 24)
    assert not works(top, holiday)
    entered = add(editor, holiday, is_off=False)
    assert works(top, holiday)
    calendar_editing.remove_day(authority=editor, public_id=entered, reason="Nhập nhầm.")
    assert not works(top, holiday)


def test_a_change_takes_the_old_line_out_and_keeps_it(top: Unit) -> None:
    editor = people.editor(top)
    entered = add(editor)
    changed = calendar_editing.change_day(
        authority=editor,
        public_id=entered,
        entry=Entry(WEDNESDAY + timedelta(days=1), True, "Nghỉ hoán đổi", "Công văn mẫu sửa đổi"),
        reason="Văn bản đính chính.",
    )
    assert works(top, WEDNESDAY) and not works(top, WEDNESDAY + timedelta(days=1))
    old = CalendarDay.objects.get(public_id=entered)
    assert (old.removed_reason, old.removed_by_subject) == ("Văn bản đính chính.", editor.subject)
    assert work_calendar.entered_day(editor, changed).source == "Công văn mẫu sửa đổi"
    assert events() == ["units.calendar_day.added", "units.calendar_day.changed"]


def test_a_change_that_is_refused_leaves_the_old_line(top: Unit) -> None:
    editor = people.editor(top)
    entered = add(editor)
    add(editor, SATURDAY, is_off=False)
    with pytest.raises(DayAlreadyThere):
        calendar_editing.change_day(
            authority=editor,
            public_id=entered,
            entry=Entry(SATURDAY, True, "x", "x"),
            reason="x",
        )
    assert not works(top, WEDNESDAY)
    assert events().count("units.calendar_day.changed") == 0


def test_the_days_of_a_year_say_where_they_come_from(top: Unit) -> None:
    editor = people.editor(top)
    entered = add(editor, date(2026, 1, 2))
    days = {line.day: line for line in work_calendar.days_of(2026)}
    assert days[date(2026, 1, 2)].entered == entered
    assert days[date(2026, 2, 17)].occasion == "Tết Nguyên Đán"
    assert days[date(2026, 2, 17)].entered is None
    assert not days[date(2026, 8, 22)].is_off
    assert [line.day for line in work_calendar.days_of(2026)] == sorted(days)
    assert {day.year for day in days} == {2026}


# --- hours, and who inherits them


def test_a_unit_without_hours_of_its_own_has_those_above_it(top: Unit, below: Unit) -> None:
    assert work_calendar.calendar_of(below.pk).sessions_on(WEDNESDAY) == USUAL_SESSIONS
    hours(people.editor(top), top)
    assert work_calendar.calendar_of(below.pk).sessions_on(WEDNESDAY) == MORNING
    afternoon: Sessions = ((time(13), time(16)),)
    hours(people.editor(below), below, days=[afternoon] * 5 + [()] * 2, last_receipt=time(14))
    assert work_calendar.calendar_of(below.pk).sessions_on(WEDNESDAY) == afternoon
    assert work_calendar.calendar_of(below.pk).week_of(WEDNESDAY).last_receipt == time(14)
    assert work_calendar.calendar_of(top.pk).sessions_on(WEDNESDAY) == MORNING


def test_hours_hold_from_their_first_to_their_last_day(top: Unit, below: Unit) -> None:
    summer = [((time(6, 30), time(11)), (time(14), time(17)))] * 5 + [MORNING, ()]
    hours(people.editor(top), top)
    hours(people.editor(top), below, date(2026, 4, 15), valid_to=date(2026, 10, 14), days=summer)
    calendar = work_calendar.calendar_of(below.pk)
    assert calendar.sessions_on(date(2026, 4, 14)) == MORNING
    assert calendar.sessions_on(date(2026, 4, 15)) == summer[0]
    assert calendar.sessions_on(date(2026, 4, 18)) == MORNING
    assert calendar.sessions_on(date(2026, 4, 19)) == ()
    assert calendar.sessions_on(date(2026, 10, 14)) == summer[0]
    assert calendar.sessions_on(date(2026, 10, 15)) == MORNING


def test_later_hours_follow_earlier_ones_and_may_be_taken_out(top: Unit) -> None:
    editor = people.editor(top)
    hours(editor, top)
    usual: list[Sessions] = [USUAL_SESSIONS] * 5 + [()] * 2
    later = hours(editor, top, date(2026, 11, 1), days=usual)
    assert work_calendar.calendar_of(top.pk).sessions_on(WEDNESDAY) == USUAL_SESSIONS
    assert work_calendar.calendar_of(top.pk).sessions_on(date(2026, 10, 1)) == MORNING
    calendar_editing.remove_hours(authority=editor, public_id=later, reason="Thôi áp dụng.")
    assert work_calendar.calendar_of(top.pk).sessions_on(WEDNESDAY) == MORNING
    assert events() == ["units.office_hours.added", "units.office_hours.added", "units.office_hours.removed"]


def test_hours_are_listed_for_ones_own_unit_those_above_and_those_below(top: Unit, below: Unit) -> None:
    other = people.unit("khac", parent=top)
    for unit in (top, below, other):
        hours(people.editor(unit), unit)
    assert [line.unit_code for line in work_calendar.hours_of(people.editor(below))] == ["so", "truong"]
    assert [line.unit_code for line in work_calendar.hours_of(people.editor(top))] == ["khac", "so", "truong"]
    assert work_calendar.hours_of(people.editor(top))[0].days == tuple(MORNINGS)


def test_a_unit_that_moved_has_the_hours_of_its_new_unit_above(top: Unit, below: Unit) -> None:
    elsewhere = people.unit("noi-khac")
    hours(people.editor(elsewhere), elsewhere)
    assert work_calendar.calendar_of(below.pk).sessions_on(WEDNESDAY) == USUAL_SESSIONS
    below.parent = elsewhere
    below.save()
    assert work_calendar.calendar_of(below.pk).sessions_on(WEDNESDAY) == MORNING


# --- what it costs


@contextmanager
def counted() -> Iterator[list[str]]:
    asked: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield asked
    asked += [one["sql"] for one in captured.captured_queries]


def test_a_known_calendar_costs_one_question(top: Unit) -> None:
    add(people.editor(top))
    known = work_calendar.calendar_of(top.pk)
    with counted() as asked:
        assert work_calendar.calendar_of(top.pk) is known
    assert len(asked) == 1


def test_a_list_of_hours_asks_as_often_for_many_units_as_for_one(top: Unit) -> None:
    editor = people.editor(top)
    hours(editor, top)
    with counted() as for_one:
        work_calendar.hours_of(editor)
    for unit in [people.unit(name, parent=top) for name in ("a", "b", "c")]:
        hours(people.editor(top), unit)
    editor = people.editor(top)
    with counted() as for_many:
        assert len(work_calendar.hours_of(editor)) == 4
    assert len(for_many) == len(for_one)


# --- who may write


def test_only_the_unit_at_the_top_edits_the_days_of_the_province(top: Unit, below: Unit) -> None:
    entered = add(people.editor(top))
    editor = people.editor(below)
    acts: list[Callable[[], object]] = [
        lambda: add(editor, SATURDAY),
        lambda: calendar_editing.remove_day(authority=editor, public_id=entered, reason="x"),
    ]
    for act in acts:
        with pytest.raises(CalendarOfTheProvince):
            act()
    assert not works(top, WEDNESDAY)


def test_hours_are_set_in_ones_own_unit_and_below(top: Unit, below: Unit) -> None:
    hours(people.editor(top), below)
    of_the_top = hours(people.editor(top), top)
    with pytest.raises(NotAuthorised):
        hours(people.editor(below), top, date(2026, 1, 1))
    with pytest.raises(NotFound):
        calendar_editing.remove_hours(authority=people.editor(below), public_id=of_the_top, reason="x")


def test_nobody_writes_without_the_right_to_manage_catalogues(top: Unit) -> None:
    who = people.officer()
    people.post(who, top, *(set(Power) - {Power.MANAGE_CATALOGUE}))
    clerk = posts.authority_of(who.subject, on=people.TODAY)
    acts: list[Callable[[], object]] = [
        lambda: add(clerk),
        lambda: hours(clerk, top),
        lambda: calendar_editing.remove_day(authority=clerk, public_id=uuid4(), reason="x"),
        lambda: calendar_editing.remove_hours(authority=clerk, public_id=uuid4(), reason="x"),
        lambda: work_calendar.hours_of(clerk),
        lambda: work_calendar.entered_day(clerk, uuid4()),
    ]
    for act in acts:
        with pytest.raises(NotAuthorised):
            act()
    assert events() == []


def test_what_was_taken_out_is_not_there_any_more(top: Unit) -> None:
    editor = people.editor(top)
    entered = add(editor)
    calendar_editing.remove_day(authority=editor, public_id=entered, reason="x")
    for act in (
        lambda: calendar_editing.remove_day(authority=editor, public_id=entered, reason="x"),
        lambda: work_calendar.entered_day(editor, entered),
    ):
        with pytest.raises(NotFound):
            act()
    add(editor)


@pytest.mark.parametrize(
    ("more", "no"),
    [
        ({"days": [()] * 7}, WrongHours),
        ({"days": [((time(11), time(7)),)] + [()] * 6}, WrongHours),
        ({"days": [((time(7), time(12)), (time(11), time(17)))] + [()] * 6}, WrongHours),
        ({"days": [((time(7), time(8)), (time(9), time(10)), (time(11), time(12)))] + [()] * 6}, WrongHours),
        ({"valid_to": date(2019, 12, 31)}, HoursEndTooEarly),
    ],
)
def test_hours_that_make_no_sense_are_refused(top: Unit, more: dict[str, object], no: type[Refusal]) -> None:
    with pytest.raises(no):
        hours(people.editor(top), top, **more)
    assert not OfficeHours.objects.exists()


def test_the_same_day_or_the_same_hours_twice_are_refused(top: Unit) -> None:
    editor = people.editor(top)
    add(editor)
    with pytest.raises(DayAlreadyThere):
        add(editor, is_off=False)
    hours(editor, top)
    with pytest.raises(HoursAlreadyThere):
        hours(editor, top)
    assert OfficeHours.objects.count() == 1


# --- what the tables refuse, each by its own rule


def a_day(**more: object) -> Callable[[], CalendarDay]:
    values: dict[str, object] = {"day": WEDNESDAY, "kind": "OFF", "occasion": "x", "source": "x", **more}
    return lambda: CalendarDay.objects.create(**values)


def some_hours(unit: Unit, **more: object) -> OfficeHours:
    values: dict[str, object] = {
        "valid_from": WEDNESDAY,
        "last_receipt": time(15),
        "source": "x",
        **more,
    }
    return OfficeHours.objects.create(unit=unit, **values)


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        ("calendar_day_kind_known", {"kind": "HALF"}),
        ("calendar_day_has_source", {"source": ""}),
        ("calendar_day_has_source", {"occasion": ""}),
        ("calendar_day_removed_whole", {"removed_reason": "x"}),
        ("calendar_day_removed_whole", {"removed_by_subject": "x", "removed_reason": "x"}),
    ],
)
def test_a_day_is_whole(rule: str, more: dict[str, object]) -> None:
    refused(rule, a_day(**more))


def test_a_day_stands_once_among_those_in_force() -> None:
    a_day()()
    refused("calendar_day_once", a_day(kind="WORKED"))


@pytest.mark.parametrize("change", [{"day": SATURDAY}, {"source": "y"}, {"kind": "WORKED"}])
def test_a_day_is_written_once(change: dict[str, object]) -> None:
    row = a_day()()
    refused("calendar_day_written_once", lambda: CalendarDay.objects.filter(pk=row.pk).update(**change))


def test_a_day_is_not_deleted_and_taken_out_once() -> None:
    row = a_day()()
    refused("calendar_day_written_once", lambda: CalendarDay.objects.filter(pk=row.pk).delete())
    out = {"removed_at": "2026-11-23T00:00:00Z", "removed_by_subject": "x", "removed_reason": "x"}
    assert CalendarDay.objects.filter(pk=row.pk).update(**out) == 1
    back = {"removed_at": None, "removed_by_subject": "", "removed_reason": ""}
    refused("calendar_day_written_once", lambda: CalendarDay.objects.filter(pk=row.pk).update(**back))


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        ("office_hours_dates_in_order", {"valid_to": WEDNESDAY - timedelta(days=1)}),
        ("office_hours_have_source", {"source": ""}),
        ("office_hours_removed_whole", {"removed_reason": "x"}),
    ],
)
def test_hours_are_whole(top: Unit, rule: str, more: dict[str, object]) -> None:
    refused(rule, lambda: some_hours(top, **more))


def test_hours_stand_once_and_are_written_once(top: Unit) -> None:
    row = some_hours(top)
    refused("office_hours_once", lambda: some_hours(top))
    changed = {"last_receipt": time(16)}
    refused("office_hours_written_once", lambda: OfficeHours.objects.filter(pk=row.pk).update(**changed))


MORNING_ONLY = {"morning_opens": time(7), "morning_closes": time(11)}


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("office_day_weekday_known", {"weekday": 0, **MORNING_ONLY}),
        ("office_day_weekday_known", {"weekday": 8, **MORNING_ONLY}),
        ("office_day_in_order", {"weekday": 1}),
        ("office_day_in_order", {"weekday": 1, "morning_opens": time(7)}),
        ("office_day_in_order", {"weekday": 1, "afternoon_closes": time(17)}),
        ("office_day_in_order", {"weekday": 1, "morning_opens": time(11), "morning_closes": time(7)}),
        (
            "office_day_in_order",
            {"weekday": 1, **MORNING_ONLY, "afternoon_opens": time(10), "afternoon_closes": time(17)},
        ),
    ],
)
def test_the_hours_of_a_weekday_are_in_order(top: Unit, rule: str, values: dict[str, object]) -> None:
    row = some_hours(top)
    refused(rule, lambda: OfficeDay.objects.create(hours=row, **values))


def test_a_weekday_stands_once_and_is_written_once(top: Unit) -> None:
    row = some_hours(top)
    day = OfficeDay.objects.create(hours=row, weekday=1, **MORNING_ONLY)
    refused("office_day_once", lambda: OfficeDay.objects.create(hours=row, weekday=1, **MORNING_ONLY))
    later = {"morning_closes": time(12)}
    refused("office_day_written_once", lambda: OfficeDay.objects.filter(pk=day.pk).update(**later))
    refused("office_day_written_once", lambda: OfficeDay.objects.filter(pk=day.pk).delete())


def test_no_weekday_is_added_to_hours_of_an_earlier_day(top: Unit) -> None:
    earlier = some_hours(top, added_at="2026-01-01T00:00:00Z")
    with transaction.atomic():
        refused(
            "office_day_written_once",
            lambda: OfficeDay.objects.create(hours=earlier, weekday=1, **MORNING_ONLY),
        )


# --- the sample


def test_the_announced_swaps_are_there_to_be_edited(top: Unit) -> None:
    file = DATA / "work_calendar_swaps.json"
    assert calendar_sample.load(file) == 8
    assert calendar_sample.load(file) == 0
    assert not works(top, date(2026, 1, 2))
    assert works(top, date(2026, 1, 10))
    assert works(top, date(2025, 4, 26))
    line = next(line for line in work_calendar.days_of(2026) if line.day == date(2026, 1, 2))
    assert line.is_sample
    calendar_editing.remove_day(authority=people.editor(top), public_id=line.entered, reason="Đối chiếu lại.")
    assert calendar_sample.load(file) == 0
