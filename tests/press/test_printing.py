"""Every word that goes into a form can be read on the paper, and nothing in it is taken for an instruction."""

import logging
import threading
import time
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from motcua import press
from motcua.press import glyphs, printing
from motcua.press.forms import FORMS
from tests.press import samples

NAMES = sorted(samples.FORMS)
TRICKY = [
    '#eval("1+1")',
    "$x^2$",
    "*đậm* _nghiêng_",
    "<script>alert(1)</script>",
    "\\u{41} @a #link",
    "a;b//c",
]
PANGRAM = (
    "Ắc Ằn Ẳm Ẵn Ặt Ấn Ầm Ẩn Ẫn Ận Ếch Ềm Ểm Ễnh Ệch Ốc Ồn Ổi Ỗ Ộp Ớt Ờn Ở Ỡ Ợ Ứng Ừ Ử Ữ Ựa Ỳ Ỵ Ỷ Ỹ Đường"
)


def text_of(pdf: bytes) -> str:
    """What a reader can select and copy, with any space as one space."""
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def pages_of(pdf: bytes) -> int:
    return len(pypdfium2.PdfDocument(pdf))


def conformance_of(pdf: bytes) -> tuple[bool, bool]:
    """Whether the paper says that it is PDF/A-2a and PDF/UA-1."""
    with pikepdf.open(BytesIO(pdf)) as document, document.open_metadata() as metadata:
        archival = (metadata.get("pdfaid:part"), metadata.get("pdfaid:conformance")) == ("2", "A")
        return archival, metadata.get("pdfuaid:part") == "1"


def words_of(value: object) -> Iterator[str]:
    match value:
        case str():
            yield from value.split()
        case bool() | None:
            return
        case int():
            yield str(value)
        case Mapping():
            for item in value.values():
                yield from words_of(item)
        case Sequence():
            for item in value:
                yield from words_of(item)


@pytest.mark.parametrize("form", NAMES)
def test_every_field_of_a_form_has_a_sample_here(form: str) -> None:
    assert samples.FORMS[form].keys() == FORMS[form].fields.__annotations__.keys()


@pytest.mark.parametrize("form", NAMES)
def test_every_word_can_be_read_on_the_paper(form: str) -> None:
    codes = set(words_of(samples.FORMS[form]["qr"]))

    text = text_of(press.render(form, samples.FORMS[form]))

    words = [word for word in words_of(samples.FORMS[form]) if word not in codes]
    # A long address is broken at the end of a line.
    whole = "".join(text.split())
    lost = [word for word in words if word not in whole and word.upper() not in whole]
    assert lost == []
    assert unicodedata.is_normalized("NFC", text)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text


@pytest.mark.parametrize("form", NAMES)
def test_every_form_is_archival_tagged_and_accessible(form: str) -> None:
    pdf = press.render(form, samples.FORMS[form])

    assert conformance_of(pdf) == (True, True)
    with pikepdf.open(BytesIO(pdf)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang).lower().startswith("vi")


@pytest.mark.parametrize("form", NAMES)
def test_every_font_is_inside_the_file(form: str) -> None:
    with pikepdf.open(BytesIO(press.render(form, samples.FORMS[form]))) as document:
        fonts = [item for item in document.objects if _is(item, "/FontDescriptor")]
        names = {str(font.FontName) for font in fonts}

    assert names
    assert all("Tinos" in name for name in names)
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


@pytest.mark.parametrize("form", NAMES)
def test_the_code_on_the_paper_is_read_back_by_a_scanner(form: str) -> None:
    page = pypdfium2.PdfDocument(press.render(form, samples.FORMS[form]))[0]

    found = zxingcpp.read_barcodes(page.render(scale=3).to_pil())

    assert [code.text for code in found] == [samples.FORMS[form]["qr"]]


# An invented card is never filled in by hand.
@pytest.mark.parametrize("form", [name for name in NAMES if name != "giay-to-mau"])
def test_an_empty_form_prints_lines_to_write_on(form: str) -> None:
    pdf = press.render(form, {})

    assert conformance_of(pdf) == (True, True)
    assert "........" in text_of(pdf)
    assert "none" not in text_of(pdf)


@pytest.mark.parametrize("form", NAMES)
@pytest.mark.parametrize("text", TRICKY)
def test_what_looks_like_an_instruction_is_printed_as_it_is(form: str, text: str) -> None:
    known = samples.FORMS[form]
    free = (
        "reason",
        "owner_name",
        "payer_name",
        "desk",
        "label",
        "full_name",
        "controller",
        "course",
        "lines",
    )
    field = next(name for name in free if name in known)

    written: object = [text] if isinstance(known[field], list) else text
    assert text in text_of(press.render(form, {**known, field: written}))


def test_all_vietnamese_letters_are_printed_composed_or_not() -> None:
    for written in (PANGRAM, unicodedata.normalize("NFD", PANGRAM)):
        pdf = press.render("giay-tiep-nhan", {"owner_name": written})
        assert PANGRAM in text_of(pdf)
        assert conformance_of(pdf) == (True, True)


@pytest.mark.parametrize(
    "name", ["Lý 李 Mẫu", "Mẫu 😀", "Mẫu \u202enguoc", "Mẫu\u0007", "Mẫu \u200b", "\U00020bb7"]
)
def test_a_letter_without_a_picture_leaves_a_mark_and_a_line_in_the_log(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="motcua.press"):
        pdf = press.render("giay-tiep-nhan", {"owner_name": name})

    assert glyphs.MARK in text_of(pdf)
    assert conformance_of(pdf) == (True, True)
    assert [record.getMessage() for record in caplog.records] == ["press.glyph.replaced"]
    assert "Mẫu" not in str(caplog.records[0].__dict__)


def test_when_the_archival_form_cannot_be_made_a_plain_one_is(caplog: pytest.LogCaptureFixture) -> None:
    without_its_day = '{"qr": "", "written_on": {"hour": 1, "minute": 1, "second": 1}, "owner_name": "Mẫu"}'

    pdf = printing._typeset("giay-tiep-nhan", "receipt.typ", without_its_day)

    assert "Mẫu" in text_of(pdf)
    assert conformance_of(pdf) == (False, False)
    assert [record.getMessage() for record in caplog.records] == ["press.archival.failed"]


@pytest.mark.parametrize("rows", [1, 2, 10, 40])
def test_any_number_of_papers_is_printed_over_as_many_pages_as_needed(rows: int) -> None:
    papers = [{"name": f"Giấy tờ thứ {place}", "originals": place} for place in range(1, rows + 1)]

    pdf = press.render("giay-tiep-nhan", {**samples.FORMS["giay-tiep-nhan"], "components": papers})

    text = text_of(pdf)
    assert all(paper["name"] in text for paper in papers)
    assert (pages_of(pdf) > 1) == (rows >= 10)
    assert conformance_of(pdf) == (True, True)
    assert "NGƯỜI TIẾP NHẬN HỒ SƠ" in text


def test_a_receipt_of_papers_from_the_vault_alone_stays_on_one_sheet_and_says_so() -> None:
    spared = [{"name": f"Đơn đề nghị chỉnh sửa nội dung văn bằng, chứng chỉ số {nth}"} for nth in range(1, 4)]
    whole = samples.FORMS["giay-tiep-nhan"]

    pdf = press.render("giay-tiep-nhan", {**whole, "components": [], "not_asked": spared})

    assert "Không phải nộp giấy tờ nào." in text_of(pdf)
    assert pages_of(pdf) == 1
    assert conformance_of(pdf) == (True, True)


def test_a_very_long_value_is_wrapped_and_not_lost() -> None:
    words = [f"chữ{place}" for place in range(400)]

    text = text_of(press.render("giay-tiep-nhan", {"request": " ".join(words)}))

    assert [word for word in words if word not in text] == []


def test_without_a_deadline_the_office_says_so() -> None:
    text = text_of(press.render("giay-tiep-nhan", {**samples.FORMS["giay-tiep-nhan"], "due_at": None}))

    assert "Hẹn trả kết quả lúc: Theo thông báo của cơ quan" in text


def test_moments_are_printed_in_vietnams_time() -> None:
    midnight = datetime(2026, 12, 31, 17, 5, tzinfo=UTC)

    text = text_of(press.render("giay-tiep-nhan", {"received_at": midnight}))

    assert "00 giờ 05 phút, ngày 01 tháng 01 năm 2027" in text


def test_the_same_data_make_the_same_words_from_many_threads() -> None:
    papers: list[tuple[str, bytes]] = []

    def work() -> None:
        papers.extend((form, press.render(form, samples.FORMS[form])) for form in NAMES)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    made = [
        (form, text_of(paper)) for form, paper in papers
    ]  # the reader of these tests is for one thread only
    assert len(made) == 4 * len(NAMES)
    assert len(set(made)) == len(NAMES)


def test_unknown_forms_fields_and_kinds_are_bugs_of_the_caller() -> None:
    with pytest.raises(KeyError):
        press.render("../../secret", {})
    with pytest.raises(ValueError, match="no field owner"):
        press.render("giay-tiep-nhan", {"owner": "x"})
    with pytest.raises(ValueError, match="cannot print float"):
        press.render("giay-tiep-nhan", {"fee": 1.5})


def test_a_phone_reads_each_of_many_codes_of_the_size_that_slips_have() -> None:
    links = [f"https://vi-du.vn/tra-cuu/#000.00.01.H08-261123-{n:04}.AB{n % 8}3CD" for n in range(1, 61)]
    lines = [{"code": link[-26:-7], "qr": link} for link in links]

    document = pypdfium2.PdfDocument(press.render("giay-tiep-nhan-nhieu-ho-so", {"dossiers": lines}))

    read = {
        code.text
        for page in document
        for code in zxingcpp.read_barcodes(
            page.render(scale=4).to_pil(), formats=zxingcpp.BarcodeFormat.QRCode
        )
    }
    assert read == set(links)


def test_a_qr_drawing_is_svg_with_a_quiet_zone() -> None:
    drawing = press.qr_svg("sms:1414?body=TTTB")

    assert drawing.startswith("<svg")
    assert "viewBox" in drawing


# The impact assessment has nine chapters: it is a file, and no form to be filled in.
@pytest.mark.parametrize("form", [name for name in NAMES if name != "danh-gia-tac-dong"])
def test_an_ordinary_form_fits_on_one_page_and_says_how_long_it_took(form: str) -> None:
    press.render(form, samples.FORMS[form])
    began = time.perf_counter()
    pdf = press.render(form, samples.FORMS[form])
    print(f"{form}: {(time.perf_counter() - began) * 1000:.1f} ms, {len(pdf)} bytes")

    assert pages_of(pdf) == 1


def _is(item: object, kind: str) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/Type") == kind


def test_each_dossier_of_a_joint_receipt_has_a_code_of_its_own() -> None:
    known = samples.FORMS["giay-tiep-nhan-nhieu-ho-so"]
    rows = [{"code": f"000.00.06.H08-261123-000{n}", "qr": f"https://vi-du.vn/#{n}"} for n in range(3)]

    page = pypdfium2.PdfDocument(
        press.render("giay-tiep-nhan-nhieu-ho-so", {**known, "qr": "", "dossiers": rows})
    )[0]

    found = zxingcpp.read_barcodes(page.render(scale=4).to_pil())
    assert sorted(code.text for code in found) == [row["qr"] for row in rows]
