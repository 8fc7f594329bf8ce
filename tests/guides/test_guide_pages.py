"""The pages of the guides: found, searched with and without marks, in two languages, printed, without script."""

import re
from typing import Any

import pytest
import zxingcpp
from pypdfium2 import PdfDocument

from motcua.accounts import passcodes
from motcua.web.public import guide_books, guide_leaflets
from tests.guides.places import words_of
from tests.press.test_printing import conformance_of, text_of

pytestmark = pytest.mark.django_db
SLUGS = guide_books.SLUGS
LANGUAGES = sorted(guide_books.BOOKS)


def address(language: str, rest: str = "") -> str:
    return guide_books.BOOKS[language].address + rest


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", ["", *SLUGS])
def test_each_page_says_its_language_and_leads_to_the_other(client: Any, language: str, slug: str) -> None:
    rest = f"{slug}/" if slug else ""
    page = client.get(address(language, rest)).content.decode()
    other = "en" if language == "vi" else "vi"

    assert f'<html lang="{language}">' in page
    for each in LANGUAGES:
        assert re.search(rf'rel="alternate" hreflang="{each}" href="[^"]*{address(each, rest)}"', page)
    assert f'<a href="{address(other, rest)}" lang="{other}" hreflang="{other}">' in page
    assert page.count("<h1>") == 1
    assert "{" not in words_of(client.get(address(language, rest)))


def test_words_of_the_screen_are_said_in_vietnamese_on_an_english_page(client: Any) -> None:
    page = client.get(address("en", "cong-dan/")).content.decode()
    assert '<span class="guide__labels" lang="vi">“Đăng ký”</span>' in page


@pytest.mark.parametrize(
    ("typed", "slug", "mark"),
    [
        ("gửi lại OTP", "cong-dan", "buoc-3"),
        ("gui lai otp", "cong-dan", "buoc-3"),
        ("OTP GUI lai", "cong-dan", "buoc-3"),
        ("dinh kem", "tao-tai-khoan", "buoc-3"),
        ("nhap tu excel", "quan-tri", "buoc-1"),
    ],
)
def test_a_step_is_found_with_and_without_marks(client: Any, typed: str, slug: str, mark: str) -> None:
    page = client.get(address("vi"), {"q": typed}).content.decode()
    found = f"{address('vi', slug)}/#{mark}"
    assert f'href="{found}"' in page
    assert f'id="{mark}"' in client.get(found.partition("#")[0]).content.decode()


def test_nothing_found_is_said_with_a_way_on(client: Any) -> None:
    page = words_of(client.get(address("vi"), {"q": "máy bay trực thăng"}))
    assert "Không có mục nào phù hợp" in page and "Xem mọi hướng dẫn" in page
    assert "Nothing was found" in words_of(client.get(address("en"), {"q": "helicopter"}))


@pytest.mark.parametrize("typed", ["052190000011", "0913 000 101", "ông 052190000011"])
def test_what_may_be_somebodys_number_is_not_searched_for_and_leaves_the_address(
    client: Any, typed: str
) -> None:
    answer = client.get(address("vi"), {"q": typed})
    assert (answer.status_code, answer.headers["Location"]) == (302, address("vi"))


def test_what_is_typed_is_never_markup(client: Any) -> None:
    page = client.get(address("vi"), {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("name", sorted(guide_leaflets.SHEETS))
def test_every_sheet_is_accessible_and_its_code_leads_to_its_page(
    client: Any, settings: Any, language: str, slug: str, name: str
) -> None:
    settings.PUBLIC_URL = "https://cong.vi-du.vn"
    answer = client.get(address(language, f"{slug}/{name}.pdf"))
    pdf = answer.content
    guide = guide_books.BOOKS[language].guide(slug)

    assert answer.headers["Content-Type"] == "application/pdf"
    assert conformance_of(pdf) == (True, True)
    document = PdfDocument(pdf)
    assert len(document) <= 2, "a leaflet has two sides"
    assert (name != "ap-phich") or len(document) == 1
    codes = [code.text for page in document for code in zxingcpp.read_barcodes(page.render(scale=3).to_pil())]
    assert codes == ["https://cong.vi-du.vn" + address(language, f"{slug}/")]
    words = text_of(pdf)
    assert guide.title.upper() in words.upper()
    assert [label for step in guide.steps for label in step.labels if label not in words] == []


def test_an_unknown_guide_or_sheet_is_not_there(client: Any) -> None:
    for rest in ("khong-co/", "cong-dan/khong-co.pdf", "en/khong-co/"):
        assert client.get(f"/huong-dan/{rest}").status_code == 404


def test_old_bookmarks_of_the_one_page_still_lead_somewhere(client: Any) -> None:
    page = client.get(address("vi")).content.decode()
    assert all(f'id="phu-luc-{nth}"' in page for nth in (1, 2, 3))


def test_a_sheet_is_set_once_until_a_rule_or_the_day_changes(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    typeset = guide_leaflets.print_form
    monkeypatch.setattr(
        guide_leaflets, "print_form", lambda form, data: made.append(form) or typeset(form, data)
    )
    guide_leaflets._set.cache_clear()
    sheet = address("vi", "cong-dan/to-roi-a5.pdf")

    first = client.get(sheet).content
    assert client.get(sheet).content == first
    assert made == ["to-roi-a5"]
    monkeypatch.setattr(passcodes, "TRIES", 9)
    assert "tối đa 9 lần" in text_of(client.get(sheet).content)
    assert made == ["to-roi-a5", "to-roi-a5"]
