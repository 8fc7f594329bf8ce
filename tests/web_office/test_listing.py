"""The list of accounts that officers created: filters, pages, export, detail."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from motcua.accounts import founding
from motcua.accounts.founding import Vouching
from motcua.accounts.models import Account, IdentityDocument, ListExport, TempCredential
from motcua.accounts.sealed_data import PersonData
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.outbox.models import Message
from motcua.units import remembered_search
from motcua.units.models import SearchMemory, Unit
from motcua.web.office.exporting import safe_cell
from tests.accounts import people
from tests.web_office import desk as at
from tests.web_office.desk import LIST, Desk, words

pytestmark = pytest.mark.django_db(transaction=True)
EXPORT = LIST + "ket-xuat/"
EMPTY = "Không tìm thấy tài khoản thỏa mãn các tiêu chí trên"


def opened(desk: Desk, person: PersonData | None = None, unit_code: str = "") -> Account:
    """An account that the officer opened, without walking through the form."""
    unit = Unit.objects.get(code=unit_code or desk.unit_code)
    return founding.found(
        data=person or people.data(),
        origin=Account.Origin.ASSISTED,
        source=IdentityDocument.Source.OFFICER,
        password="",
        verdict="MISMATCH",
        operator="Viettel",
        vouching=Vouching(desk.subject, unit.pk, unit.code),
    )


def search(desk: Desk, **filters: str) -> Any:
    answer = desk.post(LIST, filters)
    assert answer.status_code == 302, words(answer)
    return desk.get(answer["Location"])


def names(answer: Any) -> list[str]:
    return re.findall(r'data-label="Tên công dân"><span>([^<]+)', answer.content.decode())


def numbers(answer: Any) -> list[int]:
    return [int(each) for each in re.findall(r'data-label="STT">([0-9]+)<', answer.content.decode())]


def asked(queries: CaptureQueriesContext) -> list[str]:
    """Without the touch of the session, which comes once in five seconds."""
    return [each["sql"] for each in queries.captured_queries if "UPDATE accounts_session" not in each["sql"]]


def test_the_list_has_the_words_of_the_dispatch(desk: Desk) -> None:
    page = desk.get(LIST)
    seen = words(page)
    for wanted in (
        "Dashboard QUẢN TRỊ Quản trị hệ thống Tạo tài khoản công dân",
        "Tên công dân",
        "Số điện thoại",
        "CMND/CCCD",
        "Cán bộ tạo",
        "Đơn vị tạo -- Đơn vị chọn --",
        "Từ ngày",
        "Đến ngày",
        "TÌM KIẾM",
        "THÊM MỚI",
        "STT Tên công dân CMND/CCCD Số điện thoại Cán bộ tạo Đơn vị Thao tác",
        EMPTY,
    ):
        assert wanted in seen
    assert page.content.decode().count('placeholder="dd/mm/yyyy"') == 2


def test_names_numbers_and_phones_are_found_and_shown_masked(desk: Desk) -> None:
    person = people.data(name="Đặng Thị Hoà")
    opened(desk, person)
    opened(desk, people.data(name="Lê Văn Khác"))
    for filters in (
        {"full_name": "dang hoa"},
        {"full_name": "Đặng Thị Hòa"},
        {"phone": person.phone.local},
        {"number": person.citizen_id.value},
    ):
        assert names(search(desk, **filters)) == ["Đặng Thị Hoà"]
    assert len(names(search(desk, creator="pham can"))) == 2
    assert EMPTY in words(search(desk, creator="Không Ai"))
    page = words(search(desk, phone=person.phone.local))
    assert f"*********{person.citizen_id.last3}" in page and person.phone.masked in page
    assert person.citizen_id.value not in page
    today = f"{timezone.localdate():%d/%m/%Y}"
    assert len(names(search(desk, since=today, until=today))) == 2
    tomorrow = f"{timezone.localdate() + timedelta(days=1):%d/%m/%Y}"
    assert EMPTY in words(search(desk, since=tomorrow))


def test_the_filters_stay_in_their_boxes_and_out_of_the_address(desk: Desk) -> None:
    answer = desk.post(LIST, {"full_name": "Trần Mẫu", "phone": "0913000111"})
    assert re.fullmatch(rf"{LIST}\?tim=[0-9a-f-]{{36}}", answer["Location"])
    page = desk.get(answer["Location"]).content.decode()
    assert 'value="Trần Mẫu"' in page and 'value="0913000111"' in page
    assert desk.post(LIST, {})["Location"] == LIST
    colleague = Desk(Power.OPEN_ACCOUNT)
    assert "Trần Mẫu" not in colleague.get(answer["Location"]).content.decode()
    SearchMemory.objects.update(at=timezone.now() - timedelta(hours=13))
    assert "Trần Mẫu" not in desk.get(answer["Location"]).content.decode()


def test_searches_are_kept_sealed_and_few(desk: Desk) -> None:
    for nth in range(14):
        remembered_search.remember(desk.authority, {"full_name": f"Trần Mẫu {nth}"})
    assert SearchMemory.objects.count() == 10
    assert not any("Mẫu".encode() in bytes(kept.sealed) for kept in SearchMemory.objects.all())


def test_a_filter_that_is_not_understood_is_said_beside_it(desk: Desk) -> None:
    for filters in (
        {"phone": "12"},
        {"number": "x"},
        {"since": "31/02/2022"},
        {"until": "2022-07-20"},
        {"since": "02/01/2026", "until": "01/01/2026"},
        {"unit": "so-khong-co"},
    ):
        answer = desk.post(LIST, filters)
        assert answer.status_code == 422
        assert "field__error" in answer.content.decode()


def test_the_list_never_crosses_units(desk: Desk) -> None:
    at.unit("truong-duoi", parent="so-mau")
    opened(desk, people.data(name="Người Cấp Dưới"), "truong-duoi")
    other = Desk(Power.OPEN_ACCOUNT, at="so-khac")
    account = opened(other, people.data(name="Người Nơi Khác"))
    assert names(desk.get(LIST)) == ["Người Cấp Dưới"]
    assert names(search(desk, unit="truong-duoi")) == ["Người Cấp Dưới"]
    assert desk.post(LIST, {"unit": "so-khac"}).status_code == 422
    assert desk.get(f"{LIST}{account.public_id}/").status_code == 404
    assert desk.post(f"{LIST}{account.public_id}/gui-lai-mat-khau/").status_code == 404


def test_pages_follow_each_other_in_both_orders(desk: Desk) -> None:
    made = [
        opened(desk, people.data(name=f"Người Thứ {chr(97 + nth)}")).person.full_name for nth in range(23)
    ]
    first = desk.get(LIST)
    assert names(first) == made[::-1][:20]
    after = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert after is not None
    second = desk.get(LIST + unescape(after[1]))
    assert names(second) == made[::-1][20:]
    assert numbers(first) == list(range(1, 21)) and numbers(second) == list(range(21, len(made) + 1))
    before = re.search(r'rel="prev" href="([^"]+)"', second.content.decode())
    assert before is not None
    back = desk.get(LIST + unescape(before[1]))
    assert names(back) == made[::-1][:20] and numbers(back) == list(range(1, 21))
    assert names(desk.get(LIST + "?xep=cu-nhat")) == made[:20]
    for odd in ("x", "1-", "9" * 30 + "-1", "1-" + "9" * 30, "٣-٣"):
        assert desk.get(f"{LIST}?sau={odd}").status_code == 200
    page = LIST + re.sub(r"&tu=[0-9]+", "", unescape(after[1]))
    for odd in ("x", "-5", "0", "9" * 30, "٣", "1e3", "%3Cb%3E"):
        assert numbers(desk.get(f"{page}&tu={odd}"))[0] == 1


def test_a_full_page_costs_as_many_queries_as_one_row(desk: Desk) -> None:
    opened(desk)
    desk.get(LIST)  # what is remembered for some seconds is remembered for both
    with CaptureQueriesContext(connection) as one:
        desk.get(LIST)
    for nth in range(19):
        colleague = desk if nth % 3 else Desk(Power.OPEN_ACCOUNT)
        opened(colleague)
    desk.get(LIST)
    with CaptureQueriesContext(connection) as twenty:
        assert len(names(desk.get(LIST))) == 20
    assert len(asked(twenty)) == len(asked(one))


def test_the_detail_shows_history_and_evidence_and_no_number(desk: Desk) -> None:
    person = people.data()
    application = desk.created(person)
    assert application.account is not None
    answer = desk.get(f"{LIST}{application.account.public_id}/")
    page = words(answer)
    for wanted in (application.request_number, "Đã đính kèm", "Lập yêu cầu tạo tài khoản", "Chờ kích hoạt"):
        assert wanted in page
    assert person.citizen_id.value not in page and person.phone.local not in page
    assert person.born_on.shown not in page
    paper = desk.get(f"{LIST}yeu-cau/{application.public_id}/giay-de-nghi.pdf")
    assert paper.content.startswith(b"%PDF")
    colleague = Desk(Power.OPEN_ACCOUNT)
    assert colleague.get(f"{LIST}yeu-cau/{application.public_id}/giay-de-nghi.pdf").status_code == 200


def test_a_new_one_time_password_is_sent_while_the_account_waits(desk: Desk) -> None:
    account = opened(desk)
    send = f"{LIST}{account.public_id}/gui-lai-mat-khau/"
    assert desk.post(send)["Location"] == f"{LIST}{account.public_id}/?da=mat-khau"
    assert Message.objects.filter(purpose="one_time_password").count() == 1
    assert desk.post(send).status_code == 429
    TempCredential.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "Mật khẩu một lần đã hết hạn" in words(desk.get(f"{LIST}{account.public_id}/"))
    Account.objects.filter(pk=account.pk).update(status="active", password="x")
    assert desk.post(send).status_code == 404


def test_the_list_leaves_the_house_with_a_reason_only(desk: Desk) -> None:
    person = people.data(name="Đặng Thị Hoà")
    opened(desk, person)
    assert desk.get(EXPORT).status_code == 403
    admin = Desk(Power.EXPORT)
    assert admin.get(LIST).status_code == 403
    assert admin.post(EXPORT, {}).status_code == 422
    answer = admin.post(EXPORT, {"full_name": "hoa", "reason": "Báo cáo quý IV"})
    assert answer["Content-Disposition"].startswith("attachment")
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1][1:4] == ["Đặng Thị Hoà", f"*********{person.citizen_id.last3}", person.phone.masked]
    assert person.citizen_id.value not in str(rows)
    kept = ListExport.objects.get()
    assert (kept.reason, kept.rows, kept.officer_subject) == ("Báo cáo quý IV", 1, admin.subject)
    assert Event.objects.filter(event="accounts.list.exported").count() == 1

    for _ in range(4):
        assert admin.post(EXPORT, {"reason": "Báo cáo quý IV"}).status_code == 200
    refused = admin.post(EXPORT, {"reason": "Báo cáo quý IV"})
    assert refused.status_code == 429 and "nhiều danh sách trong ngày" in words(refused)
    assert ListExport.objects.count() == 5


@pytest.mark.parametrize("run", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋"])
def test_no_cell_calculates(run: str) -> None:
    assert safe_cell(f"{run}1+1") == f"'{run}1+1"
    assert safe_cell("H'Hen Niê") == "H'Hen Niê"


@pytest.mark.parametrize(("reason", "rows"), [("", 1), ("Báo cáo quý IV", 1001)])
def test_the_database_keeps_no_export_without_reason_or_beyond_its_size(reason: str, rows: int) -> None:
    with pytest.raises(IntegrityError, match="list_export"):
        ListExport.objects.create(officer_subject="ab" * 16, unit_code="so-mau", reason=reason, rows=rows)
