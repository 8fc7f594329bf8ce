"""“Đơn vị”: the tree, one unit, founding, renaming, closing, merging, splitting, the import; own units only."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook

from motcua.kernel.authority import Power
from motcua.units.importing import COLUMNS
from motcua.units.models import Unit, UnitChange
from tests.web_office.desk import Desk, unit, words

LIST = "/quan-tri/don-vi/"
WHY = "Quyết định 1234/QĐ-UBND"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin() -> Desk:
    desk = Desk(Power.GRANT)
    unit("phong-a", "so-mau")
    unit("phong-b", "so-mau")
    return desk


def page_of(code: str, act: str = "") -> str:
    return f"{LIST}ma/{code}/{act}"


def last_day() -> str:
    return f"{timezone.localdate() + timedelta(days=20):%d/%m/%Y}"


def test_the_tree_is_seen_and_searched(admin: Desk) -> None:
    tree = words(admin.get(LIST))
    assert "Sở Giáo dục phong-a" in tree and "Sở Giáo dục so-mau (1)" in tree.replace(" )", ")")
    found = words(admin.get(LIST + "?q=phong+a"))
    assert "1 đơn vị phù hợp" in found and "phong-b" not in found
    assert "Không có đơn vị nào phù hợp" in words(admin.get(LIST + "?q=zzz"))


def test_the_page_of_many_units_costs_as_much_as_of_few(admin: Desk) -> None:
    with CaptureQueriesContext(connection) as few:
        admin.get(LIST)
    for number in range(12):
        unit(f"truong-{number}", "phong-a")
    with CaptureQueriesContext(connection) as many:
        admin.get(LIST)
    assert len(few) == len(many)


def founded(**more: str) -> dict[str, str]:
    return {
        "name": "Trường THPT Mẫu",
        "short_name": "THPT Mẫu",
        "code": "thpt-mau",
        "kind": "THPT",
        "parent": "phong-a",
        "valid_from": "01/09/2026",
        "reason": WHY,
        **more,
    }


def test_a_unit_is_founded_renamed_and_closed_with_its_story(admin: Desk) -> None:
    assert admin.post(LIST + "them-moi/", founded())["Location"] == page_of("thpt-mau") + "?da=don-vi-them"
    renaming = {"name": "Trường THPT Kiểu Mẫu", "short_name": "THPT KM", "reason": WHY}
    assert admin.post(page_of("thpt-mau", "doi-ten/"), renaming).status_code == 302
    closing = {"last_day": last_day(), "successor": "phong-b", "reason": WHY}
    assert admin.post(page_of("thpt-mau", "ket-thuc/"), closing).status_code == 302

    page = words(admin.get(page_of("thpt-mau")))
    assert "“Trường THPT Mẫu” thành “Trường THPT Kiểu Mẫu”" in page and "Kế thừa: Sở phong-b" in page
    assert "Phạm Văn Cán" in page and "Đổi tên</a>" not in page
    again = admin.post(page_of("thpt-mau", "ket-thuc/"), closing)
    assert again.status_code == 409 and "tải lại trang" in words(again)


@pytest.mark.parametrize(("more", "said"), [
    ({"code": "THPT Mẫu"}, "chữ thường không dấu"),
    ({"code": "phong-a"}, "Mã đơn vị này đã có"),
    ({"parent": "so-khac"}, "Đơn vị cấp trên"),
    ({"valid_from": "hôm nay"}, "dd/mm/yyyy"),
    ({"reason": "ngắn"}, "ít nhất 10 ký tự"),
    ({"name": "a\u202eb"}, "ký tự ẩn"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_founded(admin: Desk, more: dict[str, str], said: str) -> None:
    answer = admin.post(LIST + "them-moi/", founded(**more))
    assert answer.status_code == 422 and said in words(answer)
    assert not UnitChange.objects.exists()


def test_units_are_merged_and_split(admin: Desk) -> None:
    unit("phong-c", "so-mau")
    merging = {"codes": ["phong-a", "phong-b"], "into": "phong-c", "last_day": last_day(), "reason": WHY}
    assert admin.post(LIST + "sap-nhap/", merging).status_code == 200, "first what they leave is shown"
    merging["seen"] = "phong-a,phong-b"
    assert admin.post(LIST + "sap-nhap/", merging)["Location"] == LIST + "?da=don-vi-nhap"
    assert Unit.objects.filter(successor__code="phong-c").count() == 2
    for code in ("phong-d", "phong-e"):
        unit(code, "so-mau")
    splitting = {"main": "phong-d", "others": ["phong-e"], "last_day": last_day(), "reason": WHY}
    too_soon = admin.post(page_of("phong-c", "chia-tach/"), splitting)
    assert too_soon.status_code == 409 and "chọn ngày hoạt động cuối cùng muộn hơn" in words(too_soon)
    splitting["last_day"] = f"{timezone.localdate() + timedelta(days=40):%d/%m/%Y}"
    assert admin.post(page_of("phong-c", "chia-tach/"), splitting).status_code == 302
    past = {**splitting, "last_day": "01/01/2020"}
    answer = admin.post(page_of("phong-d", "chia-tach/"), {**past, "main": "phong-e", "others": ["so-mau"]})
    assert answer.status_code == 422 and "từ hôm nay trở đi" in words(answer)


def test_no_page_opens_for_another_unit_or_another_right(admin: Desk) -> None:
    stranger = Desk(Power.GRANT, at="so-khac")
    for act in ("", "doi-ten/", "ket-thuc/", "chia-tach/"):
        assert stranger.get(page_of("phong-a", act)).status_code == 404
    assert "phong-a" not in words(stranger.get(LIST)) + words(stranger.get(LIST + "?q=phong-a"))
    clerk = Desk(Power.INSPECT)
    for address in (LIST, LIST + "them-moi/", LIST + "sap-nhap/", LIST + "nhap-tep/", page_of("phong-a")):
        assert clerk.get(address).status_code == 403


def workbook(*rows: tuple[Any, ...], heads: tuple[str, ...] = COLUMNS) -> SimpleUploadedFile:
    book, kept = Workbook(), BytesIO()
    book.active.append(heads)
    for row in rows:
        book.active.append(row)
    book.save(kept)
    return SimpleUploadedFile("don-vi.xlsx", kept.getvalue())


def row(code: str, above: str = "so-mau", **more: str) -> tuple[str, ...]:
    return (
        code, more.get("name", f"Trường {code}"), "", more.get("kind", "Trường trung học phổ thông"), above,
        more.get("since", "01/09/2026"),
    )  # fmt: skip


def test_a_file_is_tried_reported_and_then_saved(admin: Desk) -> None:
    address = LIST + "nhap-tep/"
    good = workbook(row("thpt-1"), row("thpt-1-co-so-2", above="thpt-1"))
    tried = admin.post(address, {"file": good, "reason": WHY})
    assert tried.status_code == 200 and "Mọi dòng đều đúng" in words(tried)
    assert not Unit.objects.filter(code="thpt-1").exists() and not UnitChange.objects.exists()

    kept = tried.context["kept"]
    assert admin.post(address, {"act": "save", "kept": kept})["Location"] == LIST + "?da=don-vi-nhap-tep"
    assert Unit.objects.get(code="thpt-1-co-so-2").parent == Unit.objects.get(code="thpt-1")
    twice = admin.post(address, {"act": "save", "kept": kept})
    assert twice.status_code == 409 and "chưa lưu gì" in words(twice)
    assert UnitChange.objects.count() == 2


def test_each_wrong_row_is_named_and_no_row_is_saved(admin: Desk) -> None:
    bad = workbook(
        row("thpt-1"), row("thpt-1"), row("thpt-2", above="so-khac"), row("thpt-3", kind="Quán"),
        row("thpt-4", since="32/01/2026"), row("X Y"), row("thpt-5", name=""),
    )  # fmt: skip
    page = words(admin.post(LIST + "nhap-tep/", {"file": bad, "reason": WHY}))
    assert "6 dòng cần sửa" in page and "“Quán” không có trong danh mục" in page
    assert "Không có đơn vị cấp trên này" in page and "dd/mm/yyyy" in page and "Mã đơn vị này đã có" in page
    assert "Lưu 7 đơn vị" not in page and not Unit.objects.filter(code="thpt-1").exists()


def test_a_file_that_is_none_is_said(admin: Desk) -> None:
    for file in (SimpleUploadedFile("x.xlsx", b"nothing"), workbook(heads=("a", "b")), workbook()):
        answer = admin.post(LIST + "nhap-tep/", {"file": file, "reason": WHY})
        assert answer.status_code == 422 and "Tệp không đọc được hoặc thiếu cột" in words(answer)
    assert admin.get(LIST + "nhap-tep/mau/").status_code == 200
