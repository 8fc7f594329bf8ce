"""“Sẵn sàng áp dụng”: which desks are ready, what would have been refused, and a new day by two persons."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from motcua.figures.models import DayFigure
from motcua.kernel.authority import Power
from motcua.units import gate_days
from motcua.units.gate_tables import GateChange
from motcua.units.models import Unit
from motcua.web import outages
from motcua.web.office import readiness_lines
from tests.web_office.desk import Desk, unit, words

LIST = "/quan-tri/san-sang/"
CHANGE = LIST + "doi-ngay/"
CHANGES = LIST + "de-nghi/"
WHY = "Công văn 349/VPUBND-TTPVHCC"
pytestmark = pytest.mark.django_db(transaction=True)


def warns(code: str, days: int = 60) -> Unit:
    made = unit(code, "so-mau")
    with connection.cursor() as cursor:  # a binding gate is not moved back but by a superuser
        cursor.execute("SET session_replication_role = replica")
        Unit.objects.filter(pk=made.pk).update(gate_binds_from=timezone.localdate() + timedelta(days=days))
        cursor.execute("SET session_replication_role = origin")
    return made


@pytest.fixture
def admin() -> Desk:
    desk = Desk(Power.GRANT)
    warns("phong-a")
    unit("phong-b", "so-mau")
    return desk


def day(days: int = 9) -> str:
    return f"{timezone.localdate() + timedelta(days=days):%d/%m/%Y}"


def asked(admin: Desk, *codes: str, **more: str) -> Any:
    return admin.post(CHANGE, {"dv": list(codes), "act": "ask", "binds_from": day(), "reason": WHY, **more})


def line_of(page: Any, code: str) -> str:
    """The words of one unit's line."""
    rows = re.findall(r"<tr>(.*?)</tr>", page.content.decode(), re.S)
    found = next(row for row in rows if f"/ma/{code}/" in row)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def test_each_desk_says_what_it_has_and_what_is_missing(admin: Desk) -> None:
    Desk(Power.RECEIVE_DOSSIER, at="phong-a"), Desk(Power.RECEIVE_DOSSIER, at="phong-a")
    Desk(Power.OPEN_ACCOUNT, at="phong-a")
    for figure, value in (("received", 10), ("checked", 9)):
        DayFigure.objects.create(
            day=timezone.localdate(), unit_code="phong-a", figure=figure, key="", value=value
        )
    page = admin.get(LIST)

    assert "Đang nhắc" in line_of(page, "phong-a") and day(60) in line_of(page, "phong-a")
    assert "90,0% (9/10)" in line_of(page, "phong-a")
    assert "tỷ lệ tài khoản dưới 95%" in line_of(page, "phong-a")
    assert "cần 2 cán bộ" not in line_of(page, "phong-a")
    assert "Đã áp dụng" in line_of(page, "phong-b")
    assert "cần 2 cán bộ tiếp nhận; chưa có cán bộ tạo tài khoản" in line_of(page, "phong-b")
    DayFigure.objects.filter(figure="checked").update(value=10)
    assert "Đã sẵn sàng" in line_of(admin.get(LIST), "phong-a")


def test_without_their_second_factor_the_officers_are_not_ready(admin: Desk, settings: Any) -> None:
    Desk(Power.RECEIVE_DOSSIER, Power.OPEN_ACCOUNT, at="phong-a")
    lines = readiness_lines.lines(
        admin.authority, now=timezone.now(), on=timezone.localdate(), second_factor=True
    )
    line = next(line for line in lines if line.unit.code == "phong-a")
    assert (line.enrolled, line.officers) == (0, 1)
    assert "còn cán bộ chưa xác thực hai bước" in line.missing


def test_the_list_is_searched_filtered_sorted_and_paged(admin: Desk, monkeypatch: Any) -> None:
    def codes(query: str) -> list[str]:
        return re.findall(r"/quan-tri/don-vi/ma/([a-z-]+)/", admin.get(LIST + query).content.decode())

    assert codes("") == ["phong-a", "phong-b", "so-mau"]
    assert codes("?q=PHONG+A") == ["phong-a"]
    assert codes("?cong=nhac") == ["phong-a"]
    assert codes("?cong=ap-dung&du=thieu") == ["phong-b", "so-mau"]
    assert codes("?du=du") == []
    assert "Không có đơn vị nào phù hợp" in words(admin.get(LIST + "?q=zzz"))
    assert codes("?xep=ngay")[-1] == "phong-a"
    monkeypatch.setattr(readiness_lines, "PAGE", 2)
    assert codes("?trang=2") == ["so-mau"]
    assert codes("?trang=khong") == codes("?trang=1") == ["phong-a", "phong-b"]


def test_a_page_of_many_units_costs_as_much_as_of_few(admin: Desk) -> None:
    outages.forget()  # kept for two seconds, which a slow machine needs for a page
    with CaptureQueriesContext(connection) as few:
        admin.get(LIST)
    for number in range(12):
        unit(f"truong-{number}", "so-mau")
    outages.forget()
    with CaptureQueriesContext(connection) as many:
        admin.get(LIST)
    assert len(few) == len(many)


def test_two_administrators_bring_the_day_nearer_for_many(admin: Desk) -> None:
    warns("phong-c")
    preview = words(admin.get(CHANGE + "?dv=phong-a&dv=phong-c&dv=phong-b"))
    assert "2 đơn vị" in preview, "what binds already is left out"
    assert "Không hồ sơ nào bị từ chối" in preview
    answer = asked(admin, "phong-a", "phong-c")
    address = answer["Location"].partition("?")[0]
    assert "Rút đề nghị" in words(admin.get(address)) and "Duyệt ngày" not in words(admin.get(address))
    assert admin.post(address, {"act": "approve"}).status_code == 403
    assert "Chờ duyệt: " + day() in line_of(admin.get(LIST), "phong-a")

    second = Desk(Power.GRANT, name="Đỗ Thị Hai")
    assert "Phạm Văn Cán" in words(second.get(address))
    assert second.post(address, {"act": "approve"})["Location"].endswith("?da=ngay-ap-dung-duyet")
    assert "Đã duyệt" in words(second.get(CHANGES))
    assert set(
        Unit.objects.filter(code__in=["phong-a", "phong-c"]).values_list("gate_binds_from", flat=True)
    ) == {timezone.localdate() + timedelta(days=9)}
    again = second.post(address, {"act": "decline"})
    assert again.status_code == 409 and "đã được xử lý" in words(again)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"binds_from": "01/01/2020"}, "phải sau hôm nay"),
        ({"reason": "ngắn"}, "ít nhất 10 ký tự"),
        ({"binds_from": "31/02/2030"}, "ngày"),
        ({"binds_from": "31/12/2099"}, "chỉ được đưa lên sớm hơn"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_asked(admin: Desk, more: dict[str, str], said: str) -> None:
    answer = asked(admin, "phong-a", **more)
    assert answer.status_code in {409, 422} and said in words(answer)
    assert GateChange.objects.count() == 0
    assert "phong-a" in answer.content.decode(), "the chosen units stay chosen"


def test_nothing_chosen_is_said_with_a_way_back(admin: Desk) -> None:
    for answer in (admin.get(CHANGE), admin.get(CHANGE + "?dv=phong-b"), asked(admin)):
        assert "Chưa chọn đơn vị nào" in words(answer)


def test_strangers_find_no_change_and_no_unit(admin: Desk) -> None:
    address = asked(admin, "phong-a")["Location"].partition("?")[0]
    stranger = Desk(Power.GRANT, at="noi-khac")
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"act": "approve"}).status_code == 404
    assert "phong-a" not in stranger.get(LIST).content.decode()
    assert "Chưa chọn" in words(stranger.get(CHANGE + "?dv=phong-a"))
    assert "Chưa có đề nghị nào" in words(stranger.get(CHANGES))
    assert admin.post(address, {"act": "khac"}).status_code == 404


def test_changes_are_filtered(admin: Desk) -> None:
    asked(admin, "phong-a")
    assert "Không có đề nghị nào phù hợp" in words(admin.get(CHANGES + "?tt=DECLINED"))
    assert day() in words(admin.get(CHANGES + "?tt=OPEN&dv=phong-a&xep=cu"))


def test_agreeing_wants_a_fresh_second_factor(admin: Desk, settings: Any) -> None:
    address = asked(admin, "phong-a")["Location"].partition("?")[0]
    second = Desk(Power.GRANT, name="Đỗ Thị Hai")
    settings.OFFICER_SECOND_FACTOR = True
    second.post(address, {"act": "approve"})
    assert GateChange.objects.get().state == "OPEN"


def test_all_that_only_warn_are_chosen_at_once_as_the_list_is_filtered(admin: Desk) -> None:
    warns("phong-c"), warns("truong-d")
    asked(admin, "truong-d")  # waits for a decision already
    page = admin.get(LIST).content.decode()
    assert "Đổi ngày cho cả 2 đơn vị đang nhắc" in page
    address = re.search(r'href="([^"]+)">Đổi ngày cho cả', page)
    assert address is not None
    every = words(admin.get(address[1].replace("&amp;", "&")))
    assert "2 đơn vị: Sở phong-a" in every and "truong-d" not in every
    assert "1 đơn vị: Sở phong-c" in words(admin.get(CHANGE + "?tat_ca=1&q=phong+c"))


def test_of_more_than_one_request_carries_the_page_says_how_many_are_in_it_and_none_is_dropped_in_silence(
    admin: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    warns("phong-c"), warns("truong-d")
    monkeypatch.setattr(gate_days, "MOST_UNITS", 2)
    page = words(admin.get(CHANGE + "?tat_ca=1"))
    assert "2 trong 3 đơn vị đã chọn" in page and "phong-a" in page and "truong-d" not in page
    assert "đơn vị đã chọn" not in words(admin.get(CHANGE + "?dv=phong-a&dv=phong-c"))

    refused = asked(admin, "phong-a", "phong-c", "truong-d")
    assert refused.status_code == 422 and "từ 1 đến 400 đơn vị" in words(refused)
    assert not GateChange.objects.exists()


def test_one_form_carries_as_many_units_as_may_be_asked_for_at_once(admin: Desk, settings: Any) -> None:
    assert gate_days.MOST_UNITS + 10 < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
