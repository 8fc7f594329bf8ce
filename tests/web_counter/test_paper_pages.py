"""Printed papers, the register and corrections, as an officer's browser asks for them."""

from io import BytesIO
from typing import Any

import openpyxl
import pypdfium2
import pytest
from django.utils import timezone

from motcua.desk.dossiers import READERS
from motcua.desk.models import AccountCheck, Dossier, ReceptionCorrection, RegisterExport
from motcua.kernel.authority import Power
from motcua.web.counter import registering
from tests.web_counter.conftest import ONE_WAY, Desk, a_unit, text_of

REASON = "Báo cáo quý theo yêu cầu của Sở"


def words_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.content[:200]
    document = pypdfium2.PdfDocument(BytesIO(answer.content))
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def test_papers_open_beside_the_page_and_run_nothing(desk: Desk) -> None:
    desk.received()
    dossier = Dossier.objects.get()
    visit = AccountCheck.objects.get(dossier=dossier).visit
    answer = desk.client.get(f"/mot-cua/ho-so/{dossier.public_id}/phieu-kiem-soat.pdf")
    assert "PHIẾU KIỂM SOÁT" in words_of(answer)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert "no-store" in answer["Cache-Control"] and answer["X-Content-Type-Options"] == "nosniff"
    assert str(dossier.code) in words_of(desk.client.get(f"/mot-cua/luot/{visit}/giay-tiep-nhan.pdf"))


@pytest.mark.parametrize(
    "address",
    ["bien-nhan-tra-ket-qua.pdf", "bien-lai/{0}.pdf", "phieu/{0}.pdf"],
)
def test_a_paper_that_was_not_made_is_not_there(desk: Desk, address: str) -> None:
    desk.received()
    dossier = Dossier.objects.get()
    there = f"/mot-cua/ho-so/{dossier.public_id}/{address.format(dossier.public_id)}"
    assert desk.client.get(there).status_code == 404


def test_another_units_officer_opens_none_of_them(desk: Desk) -> None:
    desk.received()
    dossier = Dossier.objects.get()
    visit = AccountCheck.objects.get(dossier=dossier).visit
    elsewhere = desk.officer(unit=a_unit("phong-gddt", "000.05.31.H08"))
    for address in (f"ho-so/{dossier.public_id}/phieu-kiem-soat.pdf", f"luot/{visit}/giay-tiep-nhan.pdf"):
        assert elsewhere.get(f"/mot-cua/{address}").status_code == 404
    assert elsewhere.get(f"/mot-cua/ho-so/{dossier.public_id}/dinh-chinh/").status_code == 404


def test_the_register_is_read_by_readers_and_taken_out_by_exporters(desk: Desk) -> None:
    desk.received()
    dossier = Dossier.objects.get()
    page = desk.client.get("/mot-cua/so-theo-doi/")
    assert str(dossier.code) in text_of(page) and "Tải tệp Excel" not in text_of(page)
    assert desk.client.post("/mot-cua/so-theo-doi/", {"tep": "xlsx", "reason": REASON}).status_code == 403
    assert desk.client.post("/mot-cua/so-theo-doi/", {"since": "32/01/2026"}).status_code == 422
    may = desk.officer(Power.RECEIVE_DOSSIER, Power.EXPORT)
    without = may.post("/mot-cua/so-theo-doi/", {"tep": "xlsx"})
    assert without.status_code == 422 and 'id="id_reason_error"' in without.content.decode()
    assert not RegisterExport.objects.exists()


def test_the_excel_file_holds_the_rows_and_no_formula(desk: Desk) -> None:
    desk.received(filer_name="", address="=1+1", result_wanted="AT_DESK")
    may = desk.officer(Power.RECEIVE_DOSSIER, Power.EXPORT)
    answer = may.post("/mot-cua/so-theo-doi/", {"tep": "xlsx", "reason": REASON})
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert f"{timezone.localdate():%Y%m%d}.xlsx" in answer["Content-Disposition"]
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert sheet is not None
    heading, line = sheet.iter_rows()
    assert [cell.value for cell in heading][:3] == ["STT", "Mã hồ sơ", "Tên thủ tục hành chính"]
    assert line[1].value == Dossier.objects.get().code
    assert (line[5].value, line[5].data_type) == ("'=1+1", "s")
    printed = may.post("/mot-cua/so-theo-doi/", {"tep": "pdf", "reason": REASON})
    assert "SỔ THEO DÕI HỒ SƠ" in words_of(printed)
    assert RegisterExport.objects.count() == 2


@pytest.mark.parametrize("besides", sorted(set(Power) - READERS))
def test_an_exporter_with_another_right_that_reads_nothing_is_shown_the_page(
    desk: Desk, besides: Power
) -> None:
    page = desk.officer(Power.EXPORT, besides).get("/mot-cua/so-theo-doi/")

    assert page.status_code == 200 and "Ông/bà được kết xuất sổ" in page.content.decode()


def test_an_exporter_who_reads_no_dossier_still_takes_the_register_out(desk: Desk) -> None:
    desk.received()
    only = desk.officer(Power.EXPORT)
    page = only.get("/mot-cua/so-theo-doi/")
    assert page.status_code == 200 and str(Dossier.objects.get().code) not in text_of(page)
    assert only.post("/mot-cua/so-theo-doi/", {"tep": "xlsx", "reason": REASON}).status_code == 200


def test_a_file_is_written_line_by_line(desk: Desk) -> None:
    desk.received()
    kept = registering.workbook(iter(()))
    assert kept.read(2) == b"PK"
    kept.close()


def test_a_wrong_phone_is_put_right_and_the_receipt_says_so(desk: Desk) -> None:
    desk.received(ONE_WAY, phone="0900000098")
    dossier = Dossier.objects.get()
    address = f"/mot-cua/ho-so/{dossier.public_id}/dinh-chinh/"
    page = desk.client.get(address)
    assert 'value="0900000098"' in page.content.decode()
    typed = {"phone": "0900000099", "result_wanted": "AT_DESK"}
    without = desk.client.post(address, typed)
    assert without.status_code == 422 and "id_reason_error" in without.content.decode()
    same = desk.client.post(address, {**typed, "phone": "0900000098", "reason": "Nhập nhầm số"})
    assert same.status_code == 422 and "Chưa có nội dung nào khác" in text_of(same)
    done = desk.client.post(address, {**typed, "reason": "Nhập nhầm số điện thoại"})
    assert done.status_code == 302 and ReceptionCorrection.objects.get().fields == ["contact"]
    slip = words_of(desk.client.get(f"/mot-cua/ho-so/{dossier.public_id}/giay-tiep-nhan.pdf"))
    assert "In lại lần 1, ngày" in slip and "0900000099" in slip


def test_half_a_filer_or_a_post_without_address_is_said_beside_the_box(desk: Desk) -> None:
    desk.received()
    address = f"/mot-cua/ho-so/{Dossier.objects.get().public_id}/dinh-chinh/"
    half = {"filer_name": "Lê Văn Thử", "result_wanted": "POST", "reason": "Thiếu người nộp"}
    body = desk.client.post(address, half).content.decode()
    assert "id_filer_name_error" in body and "id_address_error" in body
