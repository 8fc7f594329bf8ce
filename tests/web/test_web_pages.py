"""The style page in Chromium: every part, every shell, wide and narrow."""

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from motcua.web.styleguide import SHELLS

pytestmark = pytest.mark.journey
CARD = "052090000123|052000123|Nguyễn Thị Mẫu|05091990|Nữ|Quy Nhơn, Bình Định|01012022"


def violations(page: Page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


def test_every_shell_is_accessible_narrow_and_wide_and_calls_nobody(page: Page, server: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda call: None if call.url.startswith((server, "data:")) else complaints.append(call.url),
    )

    for shell in SHELLS:
        for width in (1280, 390, 360):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"/kieu-dang/{shell}/")
            assert violations(page) == [], (shell, width)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (shell, width)

    assert complaints == []


def test_errors_take_the_focus_and_lead_to_their_fields(page: Page) -> None:
    page.goto("/kieu-dang/")

    page.get_by_role("button", name="Tiếp tục").click()

    expect(page.locator("error-summary")).to_be_focused()
    assert page.title().startswith("Cần sửa: ")
    assert violations(page) == []
    page.locator("error-summary").get_by_text("nhập họ và tên").click()
    expect(page.get_by_label("Họ và tên")).to_be_focused()


def test_a_dialog_holds_the_focus_until_escape(page: Page) -> None:
    page.goto("/kieu-dang/")

    page.get_by_role("button", name="Mở hộp thoại").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Mở hộp thoại")).to_be_focused()


def test_a_confirmation_keeps_the_button_that_was_pressed(page: Page) -> None:
    page.goto("/kieu-dang/")

    page.get_by_role("button", name="Xóa và bắt đầu lại").click()
    page.get_by_role("dialog").get_by_role("button", name="Hủy").click()
    assert "xoa" not in page.url
    page.get_by_role("button", name="Xóa và bắt đầu lại").click()
    page.get_by_role("dialog").get_by_role("button", name="Xóa", exact=True).click()

    page.wait_for_url(re.compile("xoa=1"))


def test_a_dialog_opened_by_the_server_is_a_box_on_the_page_without_script(page: Page, server: str) -> None:
    context = page.context.browser.new_context(base_url=server, java_script_enabled=False)  # type: ignore[union-attr]
    plain = context.new_page()
    plain.goto("/kieu-dang/office/?hoi=1")

    expect(plain.get_by_text("Công dân chưa có tài khoản trên Cổng DVCQG.")).to_be_visible()
    expect(plain.get_by_role("link", name="Tạo tài khoản công dân")).to_be_visible()
    context.close()


def test_a_scanned_card_fills_the_boxes(page: Page) -> None:
    page.goto("/kieu-dang/")

    page.get_by_label("Số CMND/CCCD").fill(CARD)
    page.get_by_label("Số CMND/CCCD").press("Enter")

    expect(page.get_by_label("Số CMND/CCCD")).to_have_value("052090000123")
    expect(page.get_by_label("Họ và tên")).to_have_value("Nguyễn Thị Mẫu")
    expect(page.get_by_label("Ngày sinh")).to_have_value("05/09/1990")
    assert page.locator("#id_card_qr").input_value() == CARD


def test_the_password_rule_is_ticked_while_typing(page: Page) -> None:
    page.goto("/kieu-dang/")
    box = page.get_by_label("Nhập mật khẩu")

    box.fill("Ấa1")
    expect(page.locator(".checklist .met")).to_have_count(3)
    box.fill("Ấa1!xxxx")
    expect(page.locator(".checklist .met")).to_have_count(5)

    page.get_by_role("button", name="Hiện mật khẩu").click()
    expect(box).to_have_attribute("type", "text")
    assert violations(page) == []


def test_a_file_too_big_is_refused_before_it_is_sent(page: Page) -> None:
    page.goto("/kieu-dang/")
    box = page.get_by_label("Đính kèm CCCD/CMND")

    box.set_input_files({"name": "CCCD.pdf", "mimeType": "application/pdf", "buffer": b"x" * 5_242_881})
    expect(page.get_by_text("vượt quá 5,0 MB")).to_be_visible()
    assert box.evaluate("box => box.files.length") == 0
    box.set_input_files({"name": "CCCD.pdf", "mimeType": "application/pdf", "buffer": b"x" * 2_000_000})

    expect(page.get_by_text("CCCD.pdf (1,9 MB)")).to_be_visible()
    expect(page.get_by_text("vượt quá 5,0 MB")).to_be_hidden()


def test_a_form_with_a_file_shows_the_answer_without_asking_twice(page: Page) -> None:
    page.goto("/kieu-dang/")
    sent: list[str] = []
    page.on("request", lambda call: sent.append(call.method) if "kieu-dang" in call.url else None)
    page.get_by_label("Đính kèm CCCD/CMND").set_input_files(
        {"name": "CCCD.pdf", "mimeType": "application/pdf", "buffer": b"x" * 2_000_000}
    )

    page.get_by_role("button", name="Tiếp tục").click()

    expect(page.locator("error-summary")).to_be_focused()
    expect(page.locator("#id_full_name_error")).to_contain_text("Đề nghị ông/bà nhập họ và tên.")
    assert sent == ["POST"]


def test_another_code_can_be_asked_for_after_the_wait(page: Page) -> None:
    page.clock.install()
    page.goto("/kieu-dang/")
    button = page.get_by_role("button", name="Gửi lại OTP")

    expect(button).to_be_disabled()
    expect(page.get_by_text("Mã còn hiệu lực 1:5")).to_be_visible()
    page.clock.run_for(31_000)
    expect(button).to_be_enabled()
    page.clock.run_for(90_000)

    expect(page.locator("code-clock [aria-hidden]")).to_contain_text("Mã đã hết hiệu lực")


@pytest.mark.django_db(transaction=True)
def test_the_page_solves_the_task_that_the_server_gave(page: Page, settings: Any) -> None:
    page.goto("/co-canh/")
    page.get_by_label("Họ và tên").fill("Nguyễn Thị Mẫu")

    page.get_by_role("button", name="Tiếp tục").click()

    expect(page.get_by_text("Đã nhận.")).to_be_visible()


def test_on_a_phone_the_list_of_functions_folds(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/kieu-dang/office/")
    entry = page.get_by_role("link", name="Tạo tài khoản công dân")

    expect(entry).to_be_hidden()
    page.get_by_role("button", name="Danh mục chức năng").click()

    expect(entry).to_be_visible()


def test_every_part_is_described_for_those_who_build_pages() -> None:
    root = Path(__file__).parents[2]
    described = set(re.findall(r"[a-z_]+", (root / "docs" / "design.md").read_text()))
    parts = {part.stem for part in (root / "src/motcua/web/templates/parts").glob("*.html")}

    assert parts - described == set()
