"""“Danh sách lớp”: uploaded, watched, filtered, printed, taken out, asked about again; of the own unit only."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from motcua.accounts import class_checking, class_files, class_lists
from motcua.accounts.models import ClassList, ClassRow, ListExport, LookUp
from motcua.accounts.sealed_data import PersonData
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.outbox import errands
from tests.accounts import people
from tests.accounts.class_files import Typed, row, workbook
from tests.web_office.desk import ADD, Desk, words

WHY = "Gửi giáo viên chủ nhiệm mời phụ huynh."
LIST = "/quan-tri/danh-sach-lop/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clerk() -> Desk:
    return Desk(Power.RECEIVE_DOSSIER, Power.OPEN_ACCOUNT)


def worked() -> None:
    while errands.run_due({class_lists.CHECK: class_checking.check}):
        pass


def sent(desk: Desk, *rows: Typed, label: str = "Khối 9", **more: Any) -> Any:
    file = SimpleUploadedFile("khoi-9.xlsx", more.pop("data", None) or workbook(rows))
    return desk.post(LIST + "tai-len/", {"label": label, "purpose": "EXAM", "file": file, **more})


def uploaded(desk: Desk, *rows: Typed, **more: Any) -> str:
    answer = sent(desk, *rows, **more)
    assert answer.status_code == 302, words(answer)
    return str(answer["Location"])


@pytest.fixture
def pupils() -> dict[str, PersonData]:
    """By name; of four pupils two have accounts, and one of them under another name."""
    named = {
        name: people.data(name=name)
        for name in ("Lê Văn Có", "Trần Thị Lệch Mẫu", "Phạm Bá Chưa", "Đỗ Thị Ảnh")
    }
    people.account(named["Lê Văn Có"])
    people.account(named["Trần Thị Lệch Mẫu"])
    return named


def rows_of(pupils: dict[str, PersonData]) -> list[Typed]:
    found, other, missing, last = pupils.values()
    return [
        row(found, "9A1"),
        row(other, "9A1", name="Trần Văn Lệch Mẫu"),
        row(missing, "9A2"),
        row(last, "9A2"),
        ("5", "123", "Lê Sai Mẫu", "01/02/2012", "9A2"),
    ]


def test_a_list_is_uploaded_watched_and_read(clerk: Desk, pupils: dict[str, PersonData]) -> None:
    address = uploaded(clerk, *rows_of(pupils))
    waiting = words(clerk.get(address))
    assert "Đang kiểm tra" in waiting and "1/5 dòng đã có kết quả" in waiting
    assert "Tải Excel" not in waiting
    part = clerk.get(address + "tien-do/")
    assert "HX-Refresh" not in part.headers and "1/5" in words(part)

    worked()
    assert clerk.get(address + "tien-do/").headers["HX-Refresh"] == "true"
    page = words(clerk.get(address))
    assert "Có tài khoản 1" in page and "Không tìm thấy 2" in page and "Tên không khớp 1" in page
    assert "Số CMND/CCCD không đúng" in page and "Kiểm tra lại 3 học sinh" in page
    overview = words(clerk.get(LIST))
    assert "Khối 9" in overview and "Đã kiểm tra" in overview and "Phạm Văn Cán" in overview


def test_no_page_says_more_than_the_list_did(clerk: Desk, pupils: dict[str, PersonData]) -> None:
    """No whole number, no birth date, no phone; and of the account with another name nothing at all."""
    address = uploaded(clerk, *rows_of(pupils))
    worked()
    pages = [clerk.get(address), clerk.get(LIST), clerk.get(LIST + "ty-le/"), clerk.get(address + "tien-do/")]
    for answer in pages:
        text = answer.content.decode()
        for person in pupils.values():
            assert person.citizen_id.value not in text and person.born_on.shown not in text
            assert person.phone.local not in text and person.phone.masked not in text
        assert "Thị Lệch" not in text
    assert f"•••{pupils['Lê Văn Có'].citizen_id.last3}" in pages[0].content.decode()


def test_rows_are_filtered_and_searched_and_no_name_stands_in_the_address(
    clerk: Desk, pupils: dict[str, PersonData]
) -> None:
    address = uploaded(clerk, *rows_of(pupils))
    worked()
    there = clerk.post(address, {"q": "đỗ thị", "kq": "NOT_FOUND", "lop": "9A2"})["Location"]
    assert re.fullmatch(re.escape(address) + r"\?kq=NOT_FOUND&lop=9A2&tim=[0-9a-f-]{36}", there)
    page = words(clerk.get(there))
    assert "Đỗ Thị Ảnh" in page and "Phạm Bá Chưa" not in page and "1 dòng." in page
    assert "Không có dòng nào phù hợp" in words(clerk.get(clerk.post(address, {"q": "zzz"})["Location"]))
    by_name = words(clerk.get(address + "?xep=name"))
    assert by_name.index("Đỗ Thị Ảnh") < by_name.index("Phạm Bá Chưa")
    assert clerk.get(address + "?xep=lạ&kq=lạ&lop=không-có&trang=99").status_code == 200
    wrong = clerk.post(address, {"kq": "lạ"})
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"not a workbook", "Tệp không đọc được hoặc thiếu cột"),
        (workbook([], heads=("a", "b")), "Tệp không đọc được hoặc thiếu cột"),
        (workbook([]), "chưa có học sinh nào"),
        (workbook([("", "1", "A", "1990", "9A")] * 5_001), "Tệp có 5001 học sinh"),
    ],
    ids=["no workbook", "other columns", "empty", "too long"],
)
def test_a_file_that_cannot_be_taken_is_said_beside_its_box(clerk: Desk, data: bytes, said: str) -> None:
    answer = sent(clerk, data=data)
    assert answer.status_code == 422 and said in words(answer)
    assert not ClassList.objects.exists()


def test_what_is_missing_is_said(clerk: Desk) -> None:
    answer = clerk.post(LIST + "tai-len/", {})
    assert answer.status_code == 422 and "chọn mục đích kiểm tra" in words(answer)


def test_formulas_hidden_letters_and_wrong_columns_are_malformed_rows(clerk: Desk) -> None:
    person = people.data()
    address = uploaded(
        clerk,
        ("", "=1+1", "Lê Văn Mẫu", "01/02/1990", "9A1"),
        ("", person.citizen_id.value, '=HYPERLINK("http://x","y")', "01/02/1990", "9A1"),
        ("", person.citizen_id.value, "Lê\u202eVăn", "01/02/1990", "9A1"),
        ("", person.citizen_id.value, "Lê Văn Mẫu", "30/02/1990", "9A1"),
        ("", person.citizen_id.value, "Lê Văn Mẫu", "01/02/1990", "Lê Văn Mẫu"),
        ("", person.citizen_id.value, "Lê Văn Mẫu", "01/02/1990", person.citizen_id.value),
        ("", "０７９０９０００１２３４", "Lê Văn Mẫu", "01/02/1990", "9A1"),
        ("", True, 12, None, 3.5),
    )
    worked()
    assert set(ClassRow.objects.values_list("answer", flat=True)) == {"MALFORMED"}
    assert "Lê Văn Mẫu" not in ClassRow.objects.values_list("class_label", flat=True)
    assert not LookUp.objects.exists() and clerk.get(address).status_code == 200


def test_numbers_and_days_of_a_spreadsheet_are_understood(clerk: Desk) -> None:
    from datetime import datetime

    person = people.data()
    people.account(person)
    address = uploaded(clerk, ("", int(person.citizen_id.value), "Nguyễn Văn Mẫu", datetime(1990, 2, 1), 9.0))
    worked()
    page = words(clerk.get(address))
    assert "Có tài khoản 1" in page and " 9 " in page


def test_headings_may_stand_below_the_schools_name_and_in_another_order(clerk: Desk) -> None:
    person = people.data()
    people.account(person)
    typed = [
        ("TRƯỜNG THCS MẪU",), (),
        ("Lớp", "HỌ VÀ TÊN", "Ngày sinh", "Số CCCD", "Điện thoại"),
        ("9A1", person.full_name.value, person.born_on.shown, person.citizen_id.value, person.phone.local),
    ]  # fmt: skip
    address = uploaded(clerk, data=workbook(typed[1:], heads=typed[0]))
    worked()
    assert "Có tài khoản 1" in words(clerk.get(address))
    assert ClassRow.objects.get().nth == 4


def test_the_sample_file_is_one_that_is_read(clerk: Desk) -> None:
    answer = clerk.get(LIST + "mau/")
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    assert tuple(cell.value for cell in sheet[1]) == class_files.COLUMNS


def test_the_same_list_again_leads_to_the_first_and_says_so(
    clerk: Desk, pupils: dict[str, PersonData]
) -> None:
    address = uploaded(clerk, *rows_of(pupils))
    worked()
    again = uploaded(clerk, *rows_of(pupils), label="Lại lần nữa")
    assert again == address + "?da=co-roi"
    assert "đúng danh sách này trong 7 ngày qua" in words(clerk.get(again))
    assert ClassList.objects.count() == 1 and LookUp.objects.count() == 4


def text_of(pdf: bytes) -> str:
    pages = PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def test_slips_are_printed_for_those_who_were_not_found(
    clerk: Desk, pupils: dict[str, PersonData], settings: Any
) -> None:
    settings.PUBLIC_URL = "https://cong.vi-du.vn"
    address = uploaded(clerk, *rows_of(pupils))
    worked()
    for kind, pages in (("", 1), ("?kho=a5", 2)):
        answer = clerk.get(f"{address}phieu-moi.pdf{kind}")
        assert answer["Content-Type"] == "application/pdf"
        text = text_of(answer.content)
        assert len(PdfDocument(answer.content)) == pages
        assert "Phạm Bá Chưa" in text and "Đỗ Thị Ảnh" in text and "cong.vi-du.vn/dang-ky/" in text
        assert "Lê Văn Có" not in text and "Lệch" not in text
        assert not any(person.citizen_id.last3 in text for person in pupils.values())
    printed = Event.objects.filter(event="accounts.class_list.printed")
    assert [line.facts["count"] for line in printed] == [2, 2]
    nobody = clerk.get(f"{address}phieu-moi.pdf?lop=9A1")
    assert nobody.status_code == 409 and "Không có học sinh nào" in words(nobody)


def test_too_many_slips_are_asked_for_class_by_class(clerk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motcua.accounts.class_slips.MOST_SLIPS", 1)
    address = uploaded(clerk, row(people.data(), "9A1"), row(people.data(), "9A2"))
    worked()
    answer = clerk.get(f"{address}phieu-moi.pdf")
    assert answer.status_code == 422 and "chọn từng lớp" in words(answer)
    assert clerk.get(f"{address}phieu-moi.pdf?lop=9A2").status_code == 200


def test_the_file_that_leaves_calculates_nothing_and_holds_no_number(clerk: Desk) -> None:
    person = people.data()
    address = uploaded(
        clerk, row(person, "+9A1"), ("", person.citizen_id.value, "-2+3", "1990", "9A1"), label="=1+1"
    )
    worked()
    asked = clerk.get(address + "ket-xuat/?kq=NOT_FOUND")
    assert "Lý do kết xuất" in words(asked) and "1.000 dòng" in words(asked)
    assert 'action="' + address + 'ket-xuat/?kq=NOT_FOUND"' in asked.content.decode()
    assert not Event.objects.filter(event="accounts.class_list.exported").exists(), (
        "nothing leaves by looking"
    )
    answer = clerk.post(address + "ket-xuat/", {"reason": WHY})
    cells = [cell for line in load_workbook(BytesIO(answer.content)).active.iter_rows() for cell in line]
    assert "f" not in {cell.data_type for cell in cells}
    told = [str(cell.value) for cell in cells]
    assert "'=1+1" in told and "'-2+3" in told and "'+9A1" in told
    assert person.citizen_id.value not in told and person.born_on.shown not in told
    only = clerk.post(address + "ket-xuat/?kq=NOT_FOUND", {"reason": WHY})
    assert load_workbook(BytesIO(only.content)).active.max_row == 3
    assert [line.facts["rows"] for line in Event.objects.filter(event="accounts.class_list.exported")] == [
        2,
        1,
    ]


def test_a_file_wants_a_reason_that_is_kept_and_leaves_five_times_a_day_with_so_many_rows(
    clerk: Desk, pupils: dict[str, PersonData], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = uploaded(clerk, *rows_of(pupils))
    worked()
    for reason in ("", "vì"):
        refused = clerk.post(address + "ket-xuat/", {"reason": reason})
        assert refused.status_code == 422 and "lý do" in words(refused)
    assert not ListExport.objects.exists()

    monkeypatch.setattr("motcua.accounts.list_exports.MOST", 3)
    for _ in range(5):
        answer = clerk.post(address + "ket-xuat/", {"reason": f"  {WHY} "})
        assert load_workbook(BytesIO(answer.content)).active.max_row == 2 + 3
    refused = clerk.post(address + "ket-xuat/", {"reason": WHY})
    assert refused.status_code == 429 and "nhiều danh sách trong ngày" in words(refused)
    kept = ListExport.objects.values_list("officer_subject", "unit_code", "reason", "rows")
    assert list(kept) == [(clerk.subject, clerk.unit_code, WHY, 3)] * 5


def test_an_export_wants_the_second_factor_again(clerk: Desk) -> None:
    from motcua.web.office import class_lists as views

    assert views.export.__wrapped__.steps_up  # type: ignore[attr-defined]


def test_a_pupil_goes_on_to_the_form_of_an_account_with_nothing_in_the_address(
    clerk: Desk, pupils: dict[str, PersonData]
) -> None:
    address = uploaded(clerk, *rows_of(pupils))
    worked()
    missing = pupils["Phạm Bá Chưa"]
    page = clerk.post(f"{address}dong/4/tao-tai-khoan/")
    text = page.content.decode()
    assert page.status_code == 200 and f'action="{ADD}"' in text
    assert (
        missing.citizen_id.value in text and 'value="Phạm Bá Chưa"' in text and missing.born_on.shown in text
    )
    taken = clerk.post(f"{address}dong/2/tao-tai-khoan/")
    assert taken.status_code == 409 and "tải lại trang" in words(taken)
    assert clerk.get(f"{address}dong/4/tao-tai-khoan/").status_code == 405
    receiver = Desk(Power.RECEIVE_DOSSIER)
    assert receiver.post(f"{address}dong/4/tao-tai-khoan/").status_code == 403
    assert "Tạo tài khoản tại trường" not in words(receiver.get(address))


def test_a_class_with_accounts_goes_on_to_be_received(clerk: Desk, pupils: dict[str, PersonData]) -> None:
    address = uploaded(clerk, *rows_of(pupils))
    worked()
    offered = clerk.get(address + "?kq=FOUND&lop=9A1")
    assert "Tiếp nhận theo lớp 9A1" in words(offered)
    page = clerk.post(address + "tiep-nhan/", {"lop": "9A1"})
    text = page.content.decode()
    found = pupils["Lê Văn Có"]
    assert page.status_code == 200 and 'action="/mot-cua/lop/"' in text
    assert f"{found.citizen_id.value}; Lê Văn Có; {found.born_on.shown}" in text and "Lệch" not in text
    assert 'value="Lớp 9A1, Khối 9"' in text
    nobody = clerk.post(address + "tiep-nhan/", {"lop": "9A2"})
    assert nobody.status_code == 422 and "từ 1 đến 60 học sinh" in words(nobody)


def test_a_list_is_asked_about_again_and_its_share_grows(clerk: Desk, pupils: dict[str, PersonData]) -> None:
    address = uploaded(clerk, *rows_of(pupils))
    soon = clerk.post(address + "kiem-tra-lai/")
    assert soon.status_code == 409 and "đang được kiểm tra" in words(soon)
    worked()
    people.account(pupils["Phạm Bá Chưa"])
    assert clerk.post(address + "kiem-tra-lai/")["Location"] == address + "?da=lai"
    worked()
    shares = words(clerk.get(f"{LIST}ty-le/so-mau/"))
    assert "9A1 2 1 50% 50%" in shares and "9A2 2 1 50% 0%" in shares
    schools = words(clerk.get(LIST + "ty-le/"))
    assert "Sở Giáo dục so-mau 4 2 50% 25%" in schools
    assert "9A2" not in words(clerk.get(f"{LIST}ty-le/so-mau/?q=9a1"))
    for sort in ("ten", "-ten", "hoc-sinh", "-ty-le", "luc", "lạ"):
        assert clerk.get(f"{LIST}ty-le/so-mau/?xep={sort}").status_code == 200
    assert clerk.get(f"{LIST}ty-le/khong-co/").status_code == 404


def test_a_list_is_thrown_away(clerk: Desk, pupils: dict[str, PersonData]) -> None:
    address = uploaded(clerk, *rows_of(pupils))
    worked()
    assert clerk.post(address + "xoa/")["Location"] == LIST + "?da=xoa"
    assert "Đã xóa các dòng" in words(clerk.get(LIST + "?da=xoa"))
    assert clerk.get(address).status_code == 404 and not ClassRow.objects.exists()


def test_no_list_opens_for_another_unit_or_another_right(clerk: Desk, pupils: dict[str, PersonData]) -> None:
    address = uploaded(clerk, *rows_of(pupils))
    worked()
    stranger = Desk(*Power, at="truong-khac")
    for path in ("", "tien-do/", "phieu-moi.pdf", "ket-xuat/"):
        assert stranger.get(address + path).status_code == 404, path
    for path in ("", "kiem-tra-lai/", "xoa/", "tiep-nhan/", "dong/4/tao-tai-khoan/"):
        assert stranger.post(address + path).status_code == 404, path
    assert "Khối 9" not in words(stranger.get(LIST))
    assert stranger.get(f"{LIST}ty-le/so-mau/").status_code == 404
    inspector = Desk(Power.INSPECT)
    for path in (LIST, LIST + "tai-len/", LIST + "ty-le/", address):
        assert inspector.get(path).status_code == 403


def test_lists_are_searched_by_name_and_paged(clerk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motcua.web.office.class_lists._PAGE", 2)
    assert "chưa tải danh sách nào" in words(clerk.get(LIST))
    for nth in (6, 7, 8):
        uploaded(clerk, row(people.data()), label=f"Khối {nth}")
    first = words(clerk.get(LIST))
    assert "Khối 8" in first and "Khối 6" not in first and "Trang 1" in first
    assert "Khối 6" in words(clerk.get(LIST + "?trang=2"))
    assert "Khối 6" in words(clerk.get(LIST + "?xep=cu-nhat"))
    there = clerk.post(LIST, {"q": "khối 7"})["Location"]
    assert re.fullmatch(re.escape(LIST) + r"\?tim=[0-9a-f-]{36}", there)
    assert "Khối 7" in words(clerk.get(there)) and "Khối 8" not in words(clerk.get(there))
    assert "Không có danh sách nào có tên" in words(clerk.get(clerk.post(LIST, {"q": "zzz"})["Location"]))


def test_a_budget_that_is_spent_is_said_and_nothing_is_kept(clerk: Desk) -> None:
    room = Quota.CLASS_ROWS_BY_UNIT.rule.windows[0].times
    spending.spend_times(room, (Quota.CLASS_ROWS_BY_UNIT, clerk.unit_code))
    answer = sent(clerk, row(people.data()))
    assert answer.status_code == 429 and "quá nhiều dòng danh sách lớp" in words(answer)
    assert not ClassList.objects.exists()


def test_whoever_was_on_the_list_reads_it_in_their_own_history(
    clerk: Desk, pupils: dict[str, PersonData]
) -> None:
    uploaded(clerk, *rows_of(pupils))
    worked()
    from django.test import Client

    own = Client()
    owner = pupils["Lê Văn Có"]
    own.post("/dang-nhap/", {"number": owner.citizen_id.value, "password": people.STRONG})
    page = words(own.get("/ca-nhan/nhat-ky/"))
    assert "Nhà trường kiểm tra danh sách lớp" in page and "Sở so-mau" in page
