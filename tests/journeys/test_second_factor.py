"""Xác thực hai bước: an officer enrols, signs in with the app, then with a passkey of this device."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from motcua.ops.sign_ins import known, sample_secret
from tests.journeys import townspeople as town_of
from tests.journeys.townspeople import Check
from tests.running_town import Town, town_in
from tests.visiting import DESKTOP, PHONE, assert_quiet, listen, shot


@pytest.fixture(scope="module")
def strict_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """As `make run OFFICER_SECOND_FACTOR=on`. Browsers keep passkeys for names, so it is called localhost."""
    strict = {"OFFICER_SECOND_FACTOR": "on", "PROOF_OF_WORK_COST": "2000"}
    begun = town_in(tmp_path_factory.mktemp("strict"), **strict)
    running = replace(begun, extra={**strict, "PUBLIC_URL": f"http://localhost:{begun.port}"})
    running.start()
    yield running
    running.stop()


def code_at(town: Town, number: str) -> str:
    """What the simulated app shows."""
    address = f"{town.sim_url}/ung-dung-xac-thuc/{sample_secret(number)}.json"
    return str(httpx.get(address, timeout=10).json()["code"])


def opened(browser: Browser, town: Town, **options: Any) -> Page:
    context = browser.new_context(
        **{**DESKTOP, "locale": "vi-VN", "base_url": f"http://localhost:{town.port}", **options}
    )
    context.set_default_timeout(30_000)
    context.on("page", listen)
    return context.new_page()


def with_a_key(page: Page) -> None:
    """The device has a built-in key that verifies its user (CDP virtual authenticator)."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def type_password(page: Page, number: str, password: str) -> None:
    page.goto("/dang-nhap/")
    page.locator("input[name=number]").fill(number)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def test_an_officer_adds_a_passkey_and_signs_in_with_it(
    strict_town: Town, browser: Browser, axe: Check
) -> None:
    officer = next(each for each in known() if each.secret)
    page = opened(browser, strict_town)
    with_a_key(page)

    type_password(page, officer.number, officer.password)
    expect(page.get_by_role("heading", name="Xác thực hai bước")).to_be_visible()
    axe(page)
    shot(page, "buoc-hai")
    page.get_by_label("Mã xác thực").fill("000000")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.locator("error-summary")).to_be_focused()
    axe(page)
    shot(page, "buoc-hai-sai")
    page.get_by_label("Mã xác thực").fill(code_at(strict_town, officer.number))
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page).to_have_url(f"http://localhost:{strict_town.port}/mot-cua/")

    page.goto("/ca-nhan/xac-thuc-hai-buoc/")
    axe(page)
    shot(page, "xac-thuc-hai-buoc")
    page.get_by_role("button", name="Tạo khóa truy cập").click()
    expect(page.get_by_text("Khóa truy cập đã được đăng ký.")).to_be_visible()
    shot(page, "xac-thuc-hai-buoc-khoa")
    page.get_by_role("button", name="Tạo mười mã dự phòng mới").click()
    expect(page.get_by_role("heading", name="Mã dự phòng của ông/bà")).to_be_visible()
    axe(page)
    shot(page, "ma-du-phong")

    page.goto("/mot-cua/")
    page.context.clear_cookies()
    type_password(page, officer.number, officer.password)
    page.get_by_role("button", name="Dùng khóa truy cập").click()
    expect(page).to_have_url(f"http://localhost:{strict_town.port}/mot-cua/")
    page.goto("/ca-nhan/lich-su-dang-nhap/")
    expect(page.get_by_role("cell", name="Khóa truy cập").first).to_be_visible()
    axe(page)
    shot(page, "lich-su-dang-nhap")
    assert_quiet(page)


def test_the_pages_fit_a_phone_and_an_administrator_sees_the_sign_ins(
    strict_town: Town, browser: Browser, axe: Check
) -> None:
    page = opened(browser, strict_town, **PHONE)
    number, password = town_of.ADMINISTRATOR
    type_password(page, number, password)
    expect(page.get_by_label("Mã xác thực")).to_be_visible()
    town_of.fits(page)
    shot(page, "buoc-hai-dien-thoai")
    page.get_by_label("Mã xác thực").fill(code_at(strict_town, number))
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page).to_have_url(f"http://localhost:{strict_town.port}/mot-cua/")
    for address, name in (
        ("/quan-tri/dang-nhap-can-bo/", "dang-nhap-can-bo"),
        ("/quan-tri/dat-lai-xac-thuc/", "dat-lai-xac-thuc"),
        ("/ca-nhan/xac-thuc-hai-buoc/", "xac-thuc-hai-buoc-dien-thoai"),
        ("/ca-nhan/lich-su-dang-nhap/", "lich-su-dien-thoai"),
    ):
        page.goto(address)
        town_of.fits(page)
        axe(page)
        shot(page, name)
    assert_quiet(page)
