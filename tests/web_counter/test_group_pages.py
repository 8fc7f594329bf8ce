"""Tiếp nhận theo lớp, as an officer's browser sees it: without a script, in pieces, and on paper."""

import re
from io import BytesIO
from typing import Any

import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from motcua.desk.models import Dossier, GroupRow
from tests.web_counter.conftest import ONE_WAY, Desk, owner, text_of

LIST = "/mot-cua/lop/"
MOTHER = "052190000041"
PROOF = "12/2011;06/03/2011"


def typed(*more: str) -> str:
    return "\n".join([f";Lê Văn Học;05/03/2011;{MOTHER};mẹ;{PROOF}", *more])


def begun(desk: Desk, text: str, **more: object) -> Any:
    form = {"label": "Lớp 9A1", "procedure": ONE_WAY, "pasted": text, **more}
    return desk.client.post(LIST, form)


def test_a_list_sent_twice_from_one_page_is_one_list(desk: Desk) -> None:
    page = desk.client.get(LIST).content.decode()
    key = re.search(r'name="key" value="([0-9a-f-]{36})"', page)
    assert key is not None
    first = begun(desk, typed(), key=key.group(1))
    again = begun(desk, typed(), key=key.group(1))
    assert first.status_code == again.status_code == 302
    assert first.headers["Location"] == again.headers["Location"] == f"{LIST}{key.group(1)}/"
    assert begun(desk, typed(), key="khong-phai").status_code == 422


def address_of(desk: Desk, text: str) -> str:
    answer = begun(desk, text)
    assert answer.status_code == 302, text_of(answer)
    return str(answer.headers["Location"])


def settled(desk: Desk, address: str) -> Any:
    papers = {"how_1": "PAPER", "originals_1": "1", "how_2": "SHOWN", "result_wanted": "AT_DESK"}
    return desk.client.post(f"{address}thanh-phan/", papers)


def pdf_text(data: bytes) -> tuple[int, str]:
    document = pypdfium2.PdfDocument(BytesIO(data))
    return len(document), " ".join(page.get_textpage().get_text_bounded() for page in document)


def test_a_class_is_entered_checked_settled_and_received_without_a_script(desk: Desk) -> None:
    owner(MOTHER, "Trần Thị Mẹ")
    address = address_of(desk, typed(f";Lê Thị Em;07/08/2013;{MOTHER};mẹ;{PROOF}"))

    page = desk.client.get(address)
    assert "Kiểm tra 2 tài khoản" in text_of(page)
    assert desk.client.post(f"{address}kiem-tra/").status_code == 302
    page = desk.client.get(address)
    assert "Chọn cách nộp" in text_of(page)
    assert "Tiếp nhận 2 hồ sơ" not in text_of(page)
    assert re.search(r'value="AT_DESK"[^>]* checked', page.content.decode())
    assert settled(desk, address).status_code == 302
    page = desk.client.get(address)
    assert "Tiếp nhận 2 hồ sơ" in text_of(page)
    assert MOTHER not in page.content.decode()
    assert desk.client.post(f"{address}tiep-nhan/").status_code == 302

    words = text_of(desk.client.get(address))
    codes = list(Dossier.objects.values_list("code", flat=True))
    assert len(codes) == 2
    assert all(str(code) in words for code in codes)
    assert set(Dossier.objects.values_list("person_name", flat=True)) == {"Lê Văn Học", "Lê Thị Em"}

    pages, printed = pdf_text(desk.client.get(f"{address}giay-tiep-nhan.pdf").content)
    assert pages == 2
    assert all(str(code) in printed for code in codes)


def test_a_second_press_of_the_button_makes_nothing_more(desk: Desk) -> None:
    owner(MOTHER)
    address = address_of(desk, typed())
    desk.client.post(f"{address}kiem-tra/")
    settled(desk, address)
    for _ in range(2):
        assert desk.client.post(f"{address}tiep-nhan/").status_code == 302
    assert Dossier.objects.count() == 1


def test_who_is_not_found_is_invited_on_paper_without_a_whole_number(desk: Desk) -> None:
    address = address_of(desk, typed())
    desk.client.post(f"{address}kiem-tra/")

    assert "Chưa có tài khoản" in text_of(desk.client.get(address))
    _, printed = pdf_text(desk.client.get(f"{address}danh-sach-moi.pdf").content)
    assert "Lê Văn Học" in printed
    assert "041" in printed
    assert not re.search(r"[0-9]{9}", printed)


def test_a_workbook_is_read_like_a_pasted_list(desk: Desk) -> None:
    owner(MOTHER)
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["TT", "Số định danh", "Họ và tên", "Ngày sinh", "Số của mẹ", "Quan hệ", "Giấy", "Ngày"])
    sheet.append([1, None, "Lê Văn Học", "05/03/2011", int(MOTHER), "Mẹ", "12/2011", "06/03/2011"])
    file = BytesIO()
    book.save(file)

    answer = begun(desk, "", file=SimpleUploadedFile("lop.xlsx", file.getvalue()))

    assert answer.status_code == 302, text_of(answer)
    assert GroupRow.objects.get().answer == "WAITING"
    desk.client.post(f"{answer.headers['Location']}kiem-tra/")
    assert GroupRow.objects.get().answer == "FOUND"


def test_what_is_wrong_with_a_list_is_said_beside_its_box(desk: Desk) -> None:
    for text, said in (
        ("", "Danh sách chưa có học sinh nào"),
        ("\n".join(f"052211{n:06d};Lê Văn Học;05/03/2011" for n in range(61)), "tối đa 60 học sinh"),
    ):
        answer = begun(desk, text)
        assert answer.status_code == 422
        assert said in text_of(answer)
    answer = begun(desk, "", file=SimpleUploadedFile("lop.xlsx", b"PK nothing"))
    assert answer.status_code == 422
    assert "Tệp danh sách không đọc được" in text_of(answer)


def test_a_line_is_put_right_left_out_and_given_papers_of_its_own(desk: Desk) -> None:
    owner(MOTHER)
    address = address_of(desk, typed(f"999;Lê Thị Em;07/08/2013;{MOTHER};mẹ;{PROOF}"))
    row = f"{address}dong/2/"
    assert "Không đúng mẫu" in text_of(desk.client.get(row))

    line = {"name": "Lê Thị Em", "born": "07/08/2013", "parent": MOTHER, "relation": "mẹ"}
    proof = {"proof_number": "12", "proof_on": "06/03/2011"}
    assert desk.client.post(row, {"viec": "sua", **line, **proof}).status_code == 302
    desk.client.post(f"{address}kiem-tra/")
    settled(desk, address)
    own = {"viec": "thanh-phan", "how_1": "PAPER", "originals_1": "3", "how_2": "PAPER", "copies_2": "1"}
    assert desk.client.post(row, own).status_code == 302
    assert desk.client.post(f"{address}dong/1/", {"viec": "bo-ra"}).status_code == 302
    desk.client.post(f"{address}tiep-nhan/")

    made = Dossier.objects.get()
    assert made.person_name == "Lê Thị Em"
    assert made.components.get(order=1).originals == 3


def test_a_class_is_not_there_for_another_officer(desk: Desk) -> None:
    owner(MOTHER)
    address = address_of(desk, typed())
    other = desk.officer()

    for path in ("", "dong/1/", "giay-tiep-nhan.pdf", "danh-sach-moi.pdf"):
        assert other.get(f"{address}{path}").status_code == 404
    for path in ("kiem-tra/", "kiem-tra-lai/", "thanh-phan/", "tiep-nhan/"):
        assert other.post(f"{address}{path}", {"how_1": "PAPER", "how_2": "PAPER"}).status_code == 404


def test_a_component_is_chosen_before_anything_is_saved(desk: Desk) -> None:
    owner(MOTHER)
    address = address_of(desk, typed())
    desk.client.post(f"{address}kiem-tra/")

    answer = desk.client.post(f"{address}thanh-phan/", {"how_1": "", "how_2": "", "result_wanted": "AT_DESK"})

    assert answer.status_code == 422
    assert "Đề nghị ông/bà chọn cách nộp của thành phần 1." in text_of(answer)
