"""The QR of an identity card is read from its scan when it can be, within a budget, and never insisted upon."""

import io
import time

import pytest
import segno
from PIL import Image, ImageFilter
from tests.files.making import papers, scans

from motcua.files import card_scan

CARD = "000090000123|012345678|Nguyễn Thị Mẫu|01011990|Nữ|Tổ 1, Phường Mẫu, Quy Nhơn|01012022"


def _page(
    text: str = CARD, *, millimetres: int = 18, dpi: int = 200, turn: float = 0, blur: float = 0
) -> Image.Image:
    out = io.BytesIO()
    segno.make_qr(text, error="l", encoding="utf-8").save(out, kind="png", scale=10, border=4)
    edge = round(millimetres / 25.4 * dpi)
    code = Image.open(out).convert("L").resize((edge, edge), Image.Resampling.LANCZOS)
    page = Image.new("L", (round(8.27 * dpi), round(11.69 * dpi)), 250)
    page.paste(code, (3 * dpi, 4 * dpi))
    page = page.rotate(turn, fillcolor=250, resample=Image.Resampling.BICUBIC)
    return page.filter(ImageFilter.GaussianBlur(blur)) if blur else page


def _pdf(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.save(out, "PDF", resolution=200)
    return out.getvalue()


def _docx(page: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    page.save(out, kind)
    return papers.zipped(papers.parts({f"word/media/image1.{kind.lower()}": out.getvalue()}))


@pytest.mark.parametrize("turn", [0, 4, 17, 90, 180])
def test_a_card_is_read_however_it_lay_on_the_scanner(turn: float) -> None:
    assert card_scan.read_card_qr(_pdf(_page(turn=turn)), "pdf") == CARD


def test_a_blurred_card_is_read_on_a_later_try() -> None:
    assert card_scan.read_card_qr(_pdf(_page(blur=0.8)), "pdf") == CARD


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF"])
def test_a_card_pasted_into_a_document_is_read(kind: str) -> None:
    photo = _page().crop((500, 700, 900, 1100))

    assert card_scan.read_card_qr(_docx(photo, kind), "docx") == CARD


def test_a_card_drawn_on_the_page_is_read_too() -> None:
    """No picture to take out: the page is rendered."""
    out = io.BytesIO()
    segno.make_qr(CARD, error="l", encoding="utf-8").save(out, kind="pdf", scale=2)

    assert card_scan.read_card_qr(out.getvalue(), "pdf") == CARD


def test_another_qr_is_not_a_card() -> None:
    assert card_scan.read_card_qr(_pdf(_page("https://dichvucong.example/tra-cuu")), "pdf") is None


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (scans.by_hand("1.4"), "pdf"),
        (papers.zipped(papers.parts()), "docx"),
        (b"garbage", "pdf"),
        (b"garbage", "docx"),
        (b"", "pdf"),
        (papers.zipped(papers.parts({"word/media/image1.png": b"\x89PNG\r\n\x1a\n"})), "docx"),
        (b"anything", "doc"),
    ],
)
def test_no_card_or_no_file_is_simply_none(data: bytes, kind: str) -> None:
    assert card_scan.read_card_qr(data, kind) is None


def test_a_page_without_a_card_does_not_keep_the_officer_waiting() -> None:
    noise = Image.effect_noise((2480, 3508), 90)
    data = _pdf(noise)

    started = time.monotonic()
    assert card_scan.read_card_qr(data, "pdf") is None
    assert time.monotonic() - started < 30


def test_a_bomb_meant_for_the_renderer_is_none_and_hurts_nobody() -> None:
    bomb = next(sample for sample in scans.bad() if sample.label == "pdf bomb in a bomb")

    assert card_scan.read_card_qr(bomb.data, "pdf") is None
