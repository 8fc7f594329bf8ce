"""When the result is due in the unit's own days and hours, and what that costs the database."""

from datetime import date, datetime, time

import pytest
from tests.desk.counting import statements
from tests.desk.town import Town
from tests.kernel.clocks import at
from tests.units import people

from motcua.desk import deadlines
from motcua.desk.models import Procedure
from motcua.kernel.term import Term, TermUnit
from motcua.units import calendar_editing
from motcua.units.calendar_editing import Entry


def lasting(term: str) -> Procedure:
    meant = Term.parse(term)
    return Procedure(term_direct_amount=meant.amount, term_direct_unit=meant.unit)


def closed_on(town: Town, day: date) -> None:
    calendar_editing.add_day(
        authority=people.editor(town.unit),
        entry=Entry(day, True, "Nghỉ hoán đổi", "Công văn mẫu"),
    )


@pytest.mark.parametrize(
    ("received", "term", "due"),
    [
        ("16/11/2026 09:00", "5 ngày làm việc", "23/11/2026 17:00"),
        ("16/11/2026 15:00", "Trong ngày", "16/11/2026 17:00"),
        ("16/11/2026 15:00:01", "Trong ngày", "17/11/2026 17:00"),
        # Friday late: counts as Monday 23; Tuesday 24 is a holiday.
        ("20/11/2026 16:00", "1 ngày làm việc", "25/11/2026 17:00"),
        ("16/11/2026 09:00", "8 giờ", "17/11/2026 09:00"),
        ("16/11/2026 09:00", "8 ngày", "25/11/2026 17:00"),
    ],
)
def test_due_days_skip_weekends_holidays_and_late_afternoons(
    town: Town, received: str, term: str, due: str
) -> None:
    assert deadlines.due_at(lasting(term), at(received), unit_id=town.unit.pk) == at(due)


@pytest.mark.parametrize(
    ("received", "term", "said"),
    [
        ("16/11/2026 09:00", "5 ngày làm việc", ""),
        ("16/11/2026 15:00", "5 ngày làm việc", ""),
        ("16/11/2026 06:10", "5 ngày làm việc", ""),
        (
            "16/11/2026 16:00",
            "5 ngày làm việc",
            "Nhận sau 15 giờ 00: thời hạn tính từ 07 giờ 00 ngày 17/11/2026",
        ),
        ("16/11/2026 19:00", "8 giờ", "Nhận ngoài giờ làm việc: thời hạn tính từ 07 giờ 00 ngày 17/11/2026"),
        ("16/11/2026 06:10", "8 giờ", "Nhận ngoài giờ làm việc: thời hạn tính từ 07 giờ 00 ngày 16/11/2026"),
        ("21/11/2026 09:00", "8 ngày", "Nhận vào ngày nghỉ: thời hạn tính từ 07 giờ 00 ngày 23/11/2026"),
        # Friday late; Tuesday 24 is a holiday.
        ("24/11/2026 09:00", "Trong ngày", "Nhận vào ngày nghỉ: thời hạn tính từ 07 giờ 00 ngày 25/11/2026"),
    ],
)
def test_a_term_that_counts_from_later_on_says_so(town: Town, received: str, term: str, said: str) -> None:
    assert deadlines.counted_from(lasting(term), at(received), unit_id=town.unit.pk) == said


def test_where_the_law_sets_no_term_nothing_counts(town: Town) -> None:
    assert deadlines.counted_from(Procedure(), at("21/11/2026 09:00"), unit_id=town.unit.pk) == ""


def test_each_channel_has_its_own_term(town: Town) -> None:
    procedure = lasting("5 ngày làm việc")
    procedure.term_online_amount, procedure.term_online_unit = 3, TermUnit.WORKING_DAYS
    received = at("16/11/2026 09:00")
    assert deadlines.due_at(procedure, received, unit_id=town.unit.pk) == at("23/11/2026 17:00")
    assert deadlines.due_at(procedure, received, unit_id=town.unit.pk, online=True) == at("19/11/2026 17:00")


def test_no_deadline_in_law_is_no_date(town: Town) -> None:
    with statements() as asked:
        assert deadlines.due_at(Procedure(), at("16/11/2026 09:00"), unit_id=town.unit.pk) is None
    assert asked == []
    assert deadlines.due_words(None) == "Theo thông báo của cơ quan"
    assert deadlines.due_words(at("16/11/2026 17:00")) == "17 giờ 00 ngày 16/11/2026"


def test_a_day_off_that_was_entered_moves_the_date_of_the_next_reception(town: Town) -> None:
    procedure, received = lasting("5 ngày làm việc"), at("16/11/2026 09:00")
    assert deadlines.due_at(procedure, received, unit_id=town.unit.pk) == at("23/11/2026 17:00")
    closed_on(town, date(2026, 11, 18))
    assert deadlines.due_at(procedure, received, unit_id=town.unit.pk) == at("25/11/2026 17:00")


def test_a_received_dossier_has_the_date_of_its_units_hours(town: Town) -> None:
    mornings = [((time(7), time(11)),)] * 7
    calendar_editing.set_hours(
        authority=people.editor(town.unit),
        unit_code=town.unit.code,
        valid_from=date(2020, 1, 1),
        days=mornings,
        source="Công văn mẫu",
    )
    dossier = town.received()
    assert dossier.due_at is not None
    assert dossier.due_at.astimezone(people.VIETNAM).time() == time(11)
    assert dossier.due_words.startswith("11 giờ 00 ngày ")


def test_working_days_of_a_provisional_reception_follow_the_calendar(town: Town) -> None:
    calendar = deadlines.calendar_of(town.unit.pk)
    start, now = at("16/11/2026 09:00"), at("25/11/2026 09:00")
    assert deadlines.working_days_since(start, now, calendar) == 6
    assert deadlines.closing_day(start, 10, calendar) == date(2026, 12, 1)


@pytest.mark.parametrize("rows", [1, 40])
def test_a_list_asks_for_the_calendar_once_whatever_its_length(town: Town, rows: int) -> None:
    deadlines.calendar_of(town.unit.pk)
    arrived: list[datetime] = [at("16/11/2026 09:00")] * rows
    with statements() as asked:
        calendar = deadlines.calendar_of(town.unit.pk)
        for moment in arrived:
            deadlines.working_days_since(moment, at("25/11/2026 09:00"), calendar)
    assert len(asked) == 1
