"""A dossier filed online, in two browsers: drafted, sent, accepted, asked for more, supplemented, withdrawn."""

import re
from collections.abc import Callable
from io import BytesIO

import pikepdf
from playwright.sync_api import FilePayload, Page, expect

from tests.visiting import PHONE, NewPage, assert_quiet, shot

Check = Callable[[Page], None]
OFFICER = ("052188000201", "Quay.So-1-Sang")
CITIZEN = ("052090000102", "Song.Kon-Xanh-90")
PROCEDURE = "Chuyển trường đối với học sinh trung học phổ thông"
CODE = re.compile(r"000\.00\.08\.H08-[0-9]{6}-[0-9]{4}")


def sign_in(page: Page, who: tuple[str, str]) -> None:
    page.goto("/dang-nhap/")
    page.get_by_label("Số CMND/CCCD").fill(who[0])
    page.get_by_role("textbox", name="Mật khẩu").fill(who[1])
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(re.compile("/mot-cua/|/ca-nhan/"))


def scan(name: str) -> FilePayload:
    paper, written = pikepdf.new(), BytesIO()
    paper.add_blank_page(page_size=(595, 842))
    paper.save(written)
    return {"name": name, "mimeType": "application/pdf", "buffer": written.getvalue()}


def drafted(page: Page) -> None:
    """From the search to an open form, with the keyboard where a person would use it."""
    page.goto("/ca-nhan/ho-so/")
    page.get_by_role("main").get_by_role("link", name="Nộp hồ sơ trực tuyến").click()
    page.get_by_label("Tên thủ tục").fill("chuyen truong")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=PROCEDURE).click()
    expect(page.get_by_text("02 ngày làm việc")).to_be_visible()
    page.get_by_role("button", name="Lập hồ sơ").click()
    page.wait_for_url(re.compile("/ca-nhan/nop-ho-so/[0-9a-f-]{36}/"))


def filled(page: Page) -> None:
    """A file for the first paper, the others to be shown."""
    boxes = page.locator("fieldset.filed")
    expect(boxes.first).to_be_visible()  # count() waits for nothing
    for nth in range(boxes.count()):
        ways = boxes.nth(nth).get_by_label("Cách nộp")
        if nth == 0:
            boxes.nth(nth).locator("input[type=file]").set_input_files([scan("don-xin-chuyen-truong.pdf")])
        else:
            ways.select_option("SHOWN")


def test_a_citizen_files_online_and_supplements_and_withdraws(new_page: NewPage, axe: Check) -> None:
    page, desk = new_page(**PHONE), new_page()
    sign_in(page, CITIZEN)
    drafted(page)
    shot(page, "nop-nhap-trong")
    axe(page)

    filled(page)
    page.get_by_label("Nội dung đề nghị, ghi chú").fill("Chuyển về học gần nhà.")
    page.get_by_role("button", name="Lưu bản nháp", exact=True).last.click()
    expect(page.get_by_text("Đã lưu bản nháp")).to_be_visible()
    expect(page.get_by_role("link", name="don-xin-chuyen-truong.pdf")).to_be_visible()
    page.goto("/ca-nhan/nop-ho-so/")
    axe(page)
    shot(page, "nop-danh-sach")
    page.get_by_role("link", name=re.compile("Điền tiếp")).click()
    page.get_by_role("button", name="Gửi hồ sơ").click()
    expect(page.get_by_role("alert")).to_contain_text("đánh dấu vào ô này")
    shot(page, "nop-nhap-thieu")
    axe(page)
    expect(page.get_by_label("Nội dung đề nghị, ghi chú")).to_have_value("Chuyển về học gần nhà.")
    page.get_by_label(re.compile("Tôi cam đoan")).check()
    page.get_by_role("button", name="Gửi hồ sơ").click()
    expect(page.get_by_text("Đã gửi hồ sơ.")).to_be_visible()
    axe(page)
    shot(page, "nop-da-gui")
    address = page.url.partition("?")[0]

    sign_in(desk, OFFICER)
    desk.goto("/mot-cua/truc-tuyen/")
    axe(desk)
    shot(desk, "truc-tuyen")
    desk.get_by_role("link", name=re.compile("Xem và tiếp nhận")).last.click()
    expect(desk.get_by_text("Chuyển về học gần nhà.")).to_be_visible()
    axe(desk)
    shot(desk, "truc-tuyen-mot")
    desk.get_by_role("button", name="Tiếp nhận").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text(CODE)
    desk.get_by_role("link", name="Yêu cầu bổ sung", exact=False).first.click()
    desk.get_by_label(re.compile("Đơn")).first.fill("Thiếu chữ ký của phụ huynh")
    desk.get_by_label("Lý do").fill("Đơn chưa có chữ ký của phụ huynh.")
    desk.get_by_role("button", name="Ban hành phiếu").click()
    expect(desk.get_by_text("Yêu cầu bổ sung giấy tờ").first).to_be_visible()

    page.goto(address)
    expect(page.get_by_text("Thiếu chữ ký của phụ huynh").first).to_be_visible()
    axe(page)
    shot(page, "ho-so-bo-sung")
    page.get_by_role("link", name="Gửi giấy tờ bổ sung").click()
    page.get_by_role("button", name="Gửi giấy tờ bổ sung").click()
    expect(page.get_by_role("alert").first).to_contain_text("Đề nghị ông/bà chọn tệp")
    axe(page)
    page.locator("input[type=file]").set_input_files([scan("don-co-chu-ky.pdf")])
    page.get_by_role("button", name="Gửi giấy tờ bổ sung").click()
    expect(page.get_by_text("Đã gửi giấy tờ bổ sung.")).to_be_visible()
    expect(page.get_by_text("Đang xử lý").first).to_be_visible()

    page.get_by_role("link", name="Rút hồ sơ").click()
    axe(page)
    shot(page, "rut-ho-so")
    page.get_by_label("Lý do rút hồ sơ").fill("Gia đình không chuyển nữa.")
    page.get_by_role("button", name="Rút hồ sơ").click()
    expect(page.get_by_text("Đã rút hồ sơ.")).to_be_visible()
    expect(page.get_by_text("Gia đình không chuyển nữa.").first).to_be_visible()
    shot(page, "da-rut")
    assert_quiet(page)
    assert_quiet(desk)
