"""The first pages anybody sees, on a desk and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet

OPEN_PAGES = ["/", "/dang-ky/", "/dang-nhap/", "/quen-mat-khau/", "/kich-hoat/", "/tra-cuu/", "/huong-dan/"]


@pytest.mark.parametrize("wide", ["desk", "phone"])
@pytest.mark.parametrize("address", OPEN_PAGES)
def test_an_open_page_is_readable_by_everybody_and_asks_no_other_machine(
    address: str,
    wide: str,
    new_page: NewPage,
    axe: Callable[[Page], None],
    assert_no_external: Callable[[Page], None],
) -> None:
    page = new_page(**PHONE) if wide == "phone" else new_page()

    answer = page.goto(address)

    assert answer is not None
    assert answer.status == 200
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert page.evaluate("document.documentElement.lang") == "vi"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    axe(page)
    assert_quiet(page)
    assert_no_external(page)


def test_a_simulated_phone_shows_what_was_texted(town: Town, page: Page, axe: Callable[[Page], None]) -> None:
    page.goto(f"{town.sim_url}/dien-thoai/0900000098")
    axe(page)
    assert town.inbox("0900000098") == []
