"""The pictures of the guides are taken here, from the running system, and must still show what the guides say.

GUIDE_PICTURES=write puts them where the pages find them (ADR 0024); without it they are only compared.
"""

import json
import os
import re
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from motcua.web.public import guide_books, guide_pictures, guide_shape
from tests.journeys.citizens import PASSWORD, code_of, enter_code, fill_in, somebody
from tests.journeys.townspeople import ADMINISTRATOR, RECEIVER, sign_in
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, shot

CITIZEN = "052185000101"
CREATOR = ("052082000202", "Giay.To-Ro-Rang-2")
#: Wide enough to read, small enough to keep.
_WIDE, _NARROW, _TALLEST = 760, 390, 900
_OFFICE = {"viewport": {"width": 1120, "height": 800}}
Check = Callable[[Page], None]


class Album:
    """Takes pictures and says what is to be read on them."""

    def __init__(self) -> None:
        self.taken: dict[str, dict[str, object]] = {}
        self.files: dict[str, bytes] = {}

    def take(self, page: Page, name: str, *, narrow: bool = False) -> None:
        """The top of the page, as its reader sees it first."""
        shown = page.locator("body").inner_text().casefold()
        named = page.evaluate(
            "() => [...document.querySelectorAll('[title],[aria-label]')]"
            ".map(e => (e.title || '') + ' ' + (e.getAttribute('aria-label') || '')).join(' ')"
        ).casefold()
        said = sorted({word for step in _steps(name) for word in step.labels})
        lacking = [word for word in said if word.casefold() not in shown + named]
        assert lacking == [], f"the picture {name} does not show {lacking}"
        size, picture = _small(page.screenshot(full_page=True), _NARROW if narrow else _WIDE)
        heading = page.get_by_role("heading", level=1).first.inner_text()
        self.taken[name] = {"height": size[1], "title": heading, "width": size[0], "words": said}
        self.files[name] = picture


def _steps(name: str) -> list[guide_shape.Step]:
    return [
        step
        for book in guide_books.BOOKS.values()
        for guide in book.guides
        for _, step in guide_shape.marked(guide)
        if step.picture == name
    ]


def _small(png: bytes, width: int) -> tuple[tuple[int, int], bytes]:
    seen = Image.open(BytesIO(png)).convert("RGB")
    height = round(seen.height * width / seen.width)
    small = seen.resize((width, height), Image.Resampling.LANCZOS).crop((0, 0, width, min(height, _TALLEST)))
    kept = BytesIO()
    small.save(kept, "WEBP", quality=55, method=6)
    return small.size, kept.getvalue()


def test_the_pictures_of_the_guides_show_what_the_guides_say(new_page: NewPage, town: Town) -> None:
    album = Album()
    _of_a_citizen(album, new_page(**PHONE), town)
    _of_an_officer(album, new_page(**_OFFICE))
    _of_a_creator(album, new_page(**_OFFICE))
    _of_an_administrator(album, new_page(**_OFFICE))

    wanted = {step.picture for book in guide_books.BOOKS.values() for g in book.guides for step in g.steps}
    assert set(album.taken) == wanted - {""}
    if os.environ.get("GUIDE_PICTURES") == "write":
        _keep(album)
    listed = json.loads((guide_pictures.FOLDER / "pictures.json").read_text(encoding="utf-8"))
    read = {name: (seen["title"], seen["words"]) for name, seen in listed.items()}
    assert read == {name: (seen["title"], seen["words"]) for name, seen in album.taken.items()}, (
        "the screens have other words now: take the pictures again with GUIDE_PICTURES=write"
    )


def _keep(album: Album) -> None:
    for old in guide_pictures.FOLDER.glob("*.webp"):
        old.unlink()
    for name, picture in album.files.items():
        (guide_pictures.FOLDER / f"{name}.webp").write_bytes(picture)
    words = json.dumps(album.taken, ensure_ascii=False, indent=1, sort_keys=True)
    (guide_pictures.FOLDER / "pictures.json").write_text(words + "\n", encoding="utf-8")


def _of_a_citizen(album: Album, page: Page, town: Town) -> None:
    person = somebody(town)
    page.goto("/")
    album.take(page, "trang-chu", narrow=True)
    page.get_by_role("button", name="Đăng ký").click()
    album.take(page, "dang-ky", narrow=True)
    fill_in(page, person)
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url(re.compile("/ma-otp/"))
    album.take(page, "nhap-otp", narrow=True)
    enter_code(page, code_of(town, person))
    page.wait_for_url(re.compile("/mat-khau/"))
    album.take(page, "mat-khau", narrow=True)
    page.get_by_label("Nhập mật khẩu").fill(PASSWORD)
    page.goto("/kich-hoat/")
    album.take(page, "kich-hoat", narrow=True)


def _of_an_officer(album: Album, page: Page) -> None:
    sign_in(page, RECEIVER)
    page.goto("/mot-cua/")
    album.take(page, "mot-cua")
    page.goto("/mot-cua/tiep-nhan/")
    album.take(page, "kiem-tra")
    page.get_by_label("CMND/CCCD").fill(CITIZEN)
    page.get_by_role("button", name="Kiểm tra tài khoản").click()
    expect(page.get_by_text("Kiểm tra tài khoản thành công")).to_be_visible()
    page.get_by_label("Thủ tục").select_option("2.001914")
    expect(page.get_by_label("Quy trình")).to_be_visible()
    album.take(page, "kiem-tra-duoc")
    page.goto("/mot-cua/tiep-nhan/")
    page.get_by_label("CMND/CCCD").fill("052190009999")
    page.get_by_role("button", name="Kiểm tra tài khoản").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    album.take(page, "chua-co")


def _of_a_creator(album: Album, page: Page) -> None:
    sign_in(page, CREATOR)
    page.goto("/quan-tri/tai-khoan-cong-dan/")
    album.take(page, "danh-sach-tai-khoan")
    page.goto("/quan-tri/tai-khoan-cong-dan/them-moi/")
    album.take(page, "tao-tai-khoan")


def _of_an_administrator(album: Album, page: Page) -> None:
    sign_in(page, ADMINISTRATOR)
    for address, name in (
        ("/quan-tri/don-vi/", "don-vi"),
        ("/quan-tri/can-bo/them-moi/", "them-can-bo"),
        ("/quan-tri/san-sang/", "san-sang"),
    ):
        page.goto(address)
        album.take(page, name)


@pytest.mark.parametrize("options", [{}, PHONE], ids=["wide", "phone"])
def test_an_administrator_sees_which_desks_are_ready_wide_and_narrow(
    new_page: NewPage, axe: Check, options: dict[str, object]
) -> None:
    page = new_page(**options)
    sign_in(page, ADMINISTRATOR)
    for address, name in (
        ("", "san-sang"),
        ("?q=khong-co-don-vi-nay", "san-sang-khong-co"),
        ("de-nghi/", "san-sang-de-nghi"),
        ("doi-ngay/", "san-sang-doi"),
    ):
        page.goto(f"/quan-tri/san-sang/{address}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shot(page, f"{name}{'-dien-thoai' if options else ''}")


ADDRESSES = [
    f"{book.address}{rest}"
    for book in guide_books.BOOKS.values()
    for rest in ("", "?q=ma+otp", "?q=zzz", *(f"{slug}/" for slug in guide_books.SLUGS))
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_guide_is_accessible_wide_narrow_and_without_script(
    new_page: NewPage, axe: Check, assert_no_external: Check, address: str
) -> None:
    for options, name in (({}, ""), (PHONE, "-dien-thoai")):
        page = new_page(**options)
        page.goto(address)
        axe(page)
        assert_no_external(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shot(page, f"huong-dan{re.sub('[^a-z]+', '-', address[10:]).rstrip('-')}{name}")
    plain = new_page(java_script_enabled=False)
    plain.goto(address)
    expect(plain.get_by_role("heading", level=1)).to_be_visible()


def test_a_guide_is_found_without_script_and_by_keyboard(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/huong-dan/")
    page.get_by_role("textbox", name="Tìm trong hướng dẫn").fill("gui lai otp")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Phụ lục I.").first.click()
    expect(page.locator("#buoc-3")).to_contain_text("Gửi lại OTP")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Appendix I. Register a citizen account")
