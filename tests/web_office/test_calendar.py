"""The working calendar: the year, adding, changing, taking out, hours, and the reckoner."""

import re
from datetime import date, time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.units import work_calendar
from motcua.units.models import CalendarDay, OfficeHours, Unit
from motcua.web.office.calendar_forms import WEEKDAYS
from tests.web_office import desk as at
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/quan-tri/lich-lam-viec/"
ADD, HOURS = HERE + "them/", HERE + "gio/"
DAY = {
    "day": "18/11/2026",
    "kind": "off",
    "swapped_with": "21/11/2026",
    "occasion": "Nghỉ hoán đổi",
    "source": "Công văn mẫu số 1",
}
WEEK = {
    f"d{weekday}_{box}": moment
    for weekday in range(5)
    for box, moment in enumerate(("7:30", "11h30", "13:00", "16:30"))
}
SET = {"valid_from": "01/01/2026", "last_receipt": "15:00", "source": "Quyết định mẫu", **WEEK}


@pytest.fixture
def editor() -> Desk:
    return Desk(Power.MANAGE_CATALOGUE)


def entered() -> CalendarDay:
    return CalendarDay.objects.get(removed_at=None)


def row(page: Any, day: str) -> str:
    """The line of that day in the table."""
    found = re.search(
        rf'<tr>\s*<th scope="row" data-label="Ngày">{day}</th>.*?</tr>', page.content.decode(), re.S
    )
    assert found, day
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))


def works(desk: Desk, day: date) -> bool:
    return work_calendar.calendar_of(Unit.objects.get(code=desk.unit_code).pk).is_working_day(day)


# --- the year


def test_the_year_shows_its_days_off_where_they_come_from_and_a_way_to_correct_them(editor: Desk) -> None:
    page = editor.get(HERE + "?nam=2026")
    assert "Ngày nghỉ và ngày làm bù năm 2026" in words(page)
    assert "Tết Nguyên Đán" in row(page, "17/02/2026") and "Thứ Ba" in row(page, "17/02/2026")
    assert "Làm bù" in row(page, "22/08/2026") and "Thứ Bảy" in row(page, "22/08/2026")
    assert f"{ADD}?ngay=2026-11-24" in page.content.decode()
    assert "Chưa đơn vị nào ghi giờ làm việc riêng." in words(page)
    assert "Thứ Hai đến Thứ Sáu 07:00 - 11:30, 13:30 - 17:00" in words(page)


def test_a_year_out_of_reach_is_the_nearest_one(editor: Desk) -> None:
    this = timezone.localdate().year
    for asked, shown in (("1990", this), ("2000", 2019), ("2099", this + 3), ("abc", this), ("٢٠٢٢", this)):
        assert f"ngày làm bù năm {shown}" in words(editor.get(f"{HERE}?nam={asked}"))


def test_a_year_costs_as_many_questions_with_many_days_as_with_none(editor: Desk) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            editor.get(HERE + "?nam=2026")
        return len([one for one in asked.captured_queries if "units_" in one["sql"]])

    editor.get(HERE)
    before = questions()
    for day in ("16/11/2026", "17/11/2026", "18/11/2026"):
        assert editor.post(ADD, {**DAY, "day": day}).status_code == 302
    assert questions() == before


# --- adding, changing, taking out


def test_a_day_is_added_shown_and_journalled(editor: Desk) -> None:
    answer = editor.post(ADD, DAY)
    assert answer["Location"] == f"{HERE}?da=them&nam=2026"
    page = editor.get(answer["Location"])
    assert "Đã thêm ngày vào lịch làm việc." in words(page)
    assert "Công văn mẫu số 1" in row(page, "18/11/2026") and "Hoán đổi với 21/11/2026" in row(
        page, "18/11/2026"
    )
    assert not works(editor, date(2026, 11, 18))
    line = Event.objects.get(event="units.calendar_day.added")
    assert line.actor == editor.subject and line.facts["day"] == "2026-11-18"


def test_the_form_is_filled_with_the_day_that_was_chosen(editor: Desk) -> None:
    assert 'value="24/11/2026"' in editor.get(ADD + "?ngay=2026-11-24").content.decode()
    assert editor.get(ADD + "?ngay=2026-13-99").status_code == 200


def test_a_day_is_changed_for_a_reason(editor: Desk) -> None:
    editor.post(ADD, DAY)
    address = f"{HERE}{entered().public_id}/sua/"
    assert 'value="Công văn mẫu số 1"' in editor.get(address).content.decode()
    assert editor.post(address, {**DAY, "day": "19/11/2026"}).status_code == 422
    assert editor.post(address, {**DAY, "day": "19/11/2026", "reason": "Đính chính."}).status_code == 302
    assert works(editor, date(2026, 11, 18)) and not works(editor, date(2026, 11, 19))
    assert CalendarDay.objects.exclude(removed_at=None).get().removed_reason == "Đính chính."
    assert editor.get(address).status_code == 404


def test_a_day_is_taken_out_for_a_reason(editor: Desk) -> None:
    editor.post(ADD, DAY)
    address = f"{HERE}{entered().public_id}/bo/"
    assert "Bỏ ngày 18/11/2026 khỏi lịch" in words(editor.get(address))
    assert "Đề nghị ông/bà nhập lý do bỏ." in words(editor.post(address, {"reason": " "}))
    assert editor.post(address, {"reason": "Nhập nhầm."})["Location"] == f"{HERE}?da=bo&nam=2026"
    assert works(editor, date(2026, 11, 18))
    assert Event.objects.filter(event="units.calendar_day.removed").count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"day": ""}, "Đề nghị ông/bà nhập ngày."),
        ({"day": "31/02/2026"}, "Đề nghị ông/bà nhập theo dạng dd/mm/yyyy"),
        ({"kind": "half"}, "Loại ngày:"),
        ({"source": ""}, "Đề nghị ông/bà nhập văn bản quy định."),
        ({"occasion": "x" * 201}, "Nội dung:"),
    ],
)
def test_what_is_wrong_is_said_beside_the_box(editor: Desk, wrong: dict[str, str], said: str) -> None:
    answer = editor.post(ADD, {**DAY, **wrong})
    assert answer.status_code == 422
    assert said in words(answer)
    assert not CalendarDay.objects.exists()


def test_a_day_that_is_there_already_is_said_beside_its_box(editor: Desk) -> None:
    editor.post(ADD, DAY)
    answer = editor.post(ADD, {**DAY, "kind": "worked"})
    assert answer.status_code == 422
    assert "Ngày này đã có trong lịch. Đề nghị ông/bà sửa dòng đã có." in words(answer)


# --- hours


def test_hours_of_a_week_are_set_shown_and_taken_out(editor: Desk) -> None:
    assert editor.post(HOURS, {**SET, "unit": "so-mau"})["Location"] == f"{HERE}?da=gio"
    page = editor.get(HERE)
    assert "Thứ Hai đến Thứ Sáu: 07:30 - 11:30, 13:00 - 16:30" in words(page)
    assert "Thứ Bảy đến Chủ nhật: nghỉ" in words(page)
    known = work_calendar.calendar_of(Unit.objects.get(code="so-mau").pk)
    assert known.sessions_on(date(2026, 11, 23)) == ((time(7, 30), time(11, 30)), (time(13), time(16, 30)))
    address = f"{HOURS}{OfficeHours.objects.get().public_id}/bo/"
    assert editor.get(address).status_code == 200
    assert editor.post(address, {"reason": "Thôi áp dụng."}).status_code == 302
    assert "Chưa đơn vị nào ghi giờ" in words(editor.get(HERE))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"d0_1": ""}, "Thứ Hai, sáng đến: Đề nghị nhập cả giờ bắt đầu và giờ kết thúc"),
        ({"d0_0": "25:00"}, "Đề nghị nhập giờ theo dạng giờ:phút"),
        ({"d0_0": "12:00"}, "Giờ làm việc chưa đúng."),
        ({"valid_to": "31/12/2025"}, "Ngày kết thúc phải từ ngày bắt đầu."),
        ({f"d{weekday}_{box}": "" for weekday in range(5) for box in range(4)}, "Giờ làm việc chưa đúng."),
        ({"unit": "so-khac"}, "Đơn vị:"),
    ],
)
def test_hours_that_make_no_sense_are_said(editor: Desk, wrong: dict[str, str], said: str) -> None:
    at.unit("so-khac")
    answer = editor.post(HOURS, {**SET, "unit": "so-mau", **wrong})
    assert answer.status_code == 422
    assert said in words(answer)
    assert not OfficeHours.objects.exists()


def test_each_box_of_the_week_has_its_own_name(editor: Desk) -> None:
    page = editor.get(HOURS).content.decode()
    for name in WEEKDAYS:
        assert (
            f'<label class="visually-hidden" for="id_d{WEEKDAYS.index(name)}_0">{name}, sáng từ</label>'
            in page
        )


# --- the reckoner


@pytest.mark.parametrize(
    ("day", "moment", "term", "due"),
    [
        ("16/11/2026", "09:00", "5 ngày làm việc", "17:00 Thứ Hai, 23/11/2026"),
        ("20/11/2026", "15:01", "1 ngày làm việc", "17:00 Thứ Tư, 25/11/2026"),
        ("16/11/2026", "9h", "8 giờ", "09:00 Thứ Ba, 17/11/2026"),
        ("16/11/2026", "09:00", "trong ngày", "17:00 Thứ Hai, 16/11/2026"),
    ],
)
def test_the_reckoner_says_when_it_would_be_due(
    editor: Desk, day: str, moment: str, term: str, due: str
) -> None:
    page = editor.client.get(HERE, {"day": day, "at": moment, "term": term, "unit": "so-mau"})
    assert f"Hạn trả {due}" in words(page)


def test_the_reckoner_follows_the_day_that_was_just_entered(editor: Desk) -> None:
    editor.post(ADD, DAY)
    asked = {"day": "16/11/2026", "at": "09:00", "term": "5 ngày làm việc", "unit": "so-mau"}
    assert "Hạn trả 17:00 Thứ Tư, 25/11/2026" in words(editor.client.get(HERE, asked))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"term": "vài ngày"}, "Thời hạn không đúng."),
        ({"at": ""}, "Đề nghị ông/bà nhập giờ nhận."),
        ({"day": "16/11/2999"}, "Lịch chưa có ngày làm việc trong khoảng này."),
        ({"unit": "so-khac"}, "Đơn vị:"),
    ],
)
def test_the_reckoner_says_what_it_cannot_read(editor: Desk, wrong: dict[str, str], said: str) -> None:
    asked = {"day": "16/11/2026", "at": "09:00", "term": "5 ngày làm việc", "unit": "so-mau", **wrong}
    answer = editor.client.get(HERE, asked)
    assert answer.status_code == 422
    assert said in words(answer)
    assert "Coi là nhận ngày" not in words(answer)


# --- who


def test_without_the_right_nobody_enters(desk: Desk) -> None:
    for address in (HERE, ADD, HOURS):
        assert desk.get(address).status_code == 403
    assert desk.post(ADD, DAY).status_code == 403
    assert HERE not in desk.get("/quan-tri/").content.decode()
    assert not CalendarDay.objects.exists()


def test_a_unit_below_reads_the_days_and_sets_its_own_hours(editor: Desk) -> None:
    editor.post(ADD, DAY)
    editor.post(HOURS, {**SET, "unit": "so-mau"})
    school = Desk(Power.MANAGE_CATALOGUE, at="truong-mau", parent="so-mau")
    page = school.get(HERE + "?nam=2026")
    assert "đơn vị cấp trên cùng thêm, sửa, bỏ ngày" in words(page)
    assert ADD not in page.content.decode()
    assert "Của đơn vị cấp trên" in words(page)
    refused = school.post(ADD, {**DAY, "day": "19/11/2026"})
    assert refused.status_code == 403 and "dùng chung cho cả tỉnh" in words(refused)
    assert school.post(f"{HERE}{entered().public_id}/bo/", {"reason": "x"}).status_code == 403
    assert (
        school.post(f"{HOURS}{OfficeHours.objects.get().public_id}/bo/", {"reason": "x"}).status_code == 404
    )
    assert school.post(HOURS, {**SET, "unit": "truong-mau"}).status_code == 302


def test_the_menu_leads_here(editor: Desk) -> None:
    page = editor.get(HERE).content.decode()
    assert f'<a href="{HERE}" aria-current="page">Lịch làm việc</a>' in page
