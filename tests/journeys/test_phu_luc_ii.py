"""Phụ lục II in a browser: the officer checks the owner's account, then receives; and everything in the way."""

import re
import time
from collections.abc import Callable, Iterator
from io import BytesIO

import httpx
import pikepdf
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

Check = Callable[[Page], None]
OFFICER = ("052188000201", "Quay.So-1-Sang")
LEADER = ("052076000204", "Ky.Duyet-Dung-Han-4")
CITIZEN = ("052185000101", "Hoa.Cuc-Vang-85")
NO_ACCOUNT = (
    "Công dân chưa có tài khoản trên Cổng DVCQG. "
    "Bạn có muốn chuyển đến Cổng Dịch Vụ Công Quốc Gia để tạo tài khoản ?"
)
CODE = re.compile(r"000\.00\.08\.H08-[0-9]{6}-[0-9]{4}")


def sign_in(page: Page, who: tuple[str, str]) -> None:
    page.goto("/dang-nhap/")
    page.get_by_label("Số CMND/CCCD").fill(who[0])
    page.get_by_role("textbox", name="Mật khẩu").fill(who[1])
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(re.compile("/mot-cua/|/ca-nhan/"))


def check(page: Page, typed: str) -> None:
    """As at the desk: one button, typing, Enter."""
    page.goto("/mot-cua/")
    page.get_by_role("main").get_by_role("button", name="Tiếp nhận hồ sơ").click()
    expect(page.get_by_label("CMND/CCCD")).to_be_focused()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")


def choose(page: Page) -> None:
    """The procedure with two processes; the second list follows the first without a new page."""
    page.get_by_label("Thủ tục").select_option("2.001914")
    page.get_by_label("Quy trình").select_option("Quy trình tại Sở Giáo dục và Đào tạo")
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url(re.compile("/ho-so/"))


def on_paper(page: Page, *, left: int = 0) -> None:
    """Every component on paper (the last ``left`` are left alone), whatever the owner's vault offers."""
    expect(page.locator("fieldset.component select").first).to_be_visible()  # all() waits for nothing
    for way in page.locator("fieldset.component select").all()[: -left or None]:
        way.select_option("PAPER")


def scan(name: str) -> FilePayload:
    paper, written = pikepdf.new(), BytesIO()
    paper.add_blank_page(page_size=(595, 842))
    paper.save(written)
    return {"name": name, "mimeType": "application/pdf", "buffer": written.getvalue()}


def number_shown(page: Page) -> str:
    return page.locator(".found__name").inner_text().strip()


def eventually(page: Page, words: str | re.Pattern[str], *, patience: float = 90.0) -> None:
    """The page says so once the worker has been there."""
    until = time.monotonic() + patience
    while page.get_by_text(words).count() == 0:
        assert time.monotonic() < until, f"the page never said {words}"
        page.wait_for_timeout(1000)
        page.reload()


@pytest.fixture
def officer(page: Page) -> Page:
    sign_in(page, OFFICER)
    return page


@pytest.fixture
def silent_portal(town: Town) -> Iterator[Callable[[str], None]]:
    def turn(how: str) -> None:
        httpx.post(f"{town.sim_url}/su-co.json", json={"portal": how}, timeout=10).raise_for_status()
        time.sleep(1.2)  # as long as the desk believes what it last heard of the line

    yield turn
    turn("ok")


def test_found_then_received_with_a_slip_and_the_owner_has_dossier_and_paper(
    officer: Page, new_page: NewPage, axe: Check, assert_no_external: Check
) -> None:
    axe(officer)
    shot(officer, "mot-cua")
    check(officer, "052185000101|212345678|Trần Thị Hoa Mẫu|12051985|Nữ|Quy Nhơn, Bình Định|01012021")
    expect(officer.get_by_text("Kiểm tra tài khoản thành công")).to_be_visible()
    expect(officer.get_by_text("Trần T** H** Mẫu")).to_be_visible()
    expect(officer.get_by_label("Thủ tục")).to_be_focused()
    assert "052185000101" not in officer.url
    axe(officer)
    shot(officer, "kiem-tra-thanh-cong")
    choose(officer)
    axe(officer)
    on_paper(officer, left=1)
    officer.get_by_label("Bản quét").last.set_input_files(scan("giay-to-chung-minh.pdf"))
    shot(officer, "tiep-nhan")
    officer.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(officer.get_by_role("heading", name="Tiếp nhận hồ sơ thành công")).to_be_visible()
    code = number_shown(officer)
    assert CODE.fullmatch(code)
    axe(officer)
    shot(officer, "da-tiep-nhan")
    slip = officer.get_by_role("link", name="In giấy tiếp nhận")
    pdf = officer.request.get(str(slip.get_attribute("href")))
    assert pdf.ok and pdf.body().startswith(b"%PDF-")
    assert_no_external(officer)
    assert_quiet(officer)

    owner = new_page()
    sign_in(owner, CITIZEN)
    owner.goto("/ca-nhan/ho-so/")
    expect(owner.get_by_text(code)).to_be_visible()
    owner.goto("/ca-nhan/kho-du-lieu/")
    eventually(owner, re.compile("Giấy tờ chứng minh"))

    officer.get_by_role("link", name="Tiếp nhận thêm hồ sơ cho người này").click()
    choose(officer)
    expect(officer.get_by_text("Kho dữ liệu: đã có, hợp lệ").first).to_be_visible()
    expect(officer.get_by_text("Nộp mới mỗi lần").first).to_be_visible()  # the request, and the original
    on_paper(officer, left=1)
    last = officer.locator("fieldset.component select").last
    last.select_option(last.locator("option[value^='VAULT:']").first.get_attribute("value"))
    officer.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(officer.get_by_text("sự đồng ý của chủ hồ sơ").first).to_be_visible()
    axe(officer)
    officer.get_by_label("Chủ hồ sơ đồng ý").check()
    officer.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(officer.get_by_role("heading", name="Tiếp nhận hồ sơ thành công")).to_be_visible()
    assert number_shown(officer) != code


def test_not_found_registers_in_the_new_tab_while_the_desk_waits(
    officer: Page, town: Town, axe: Check
) -> None:
    number, name, phone = "052093000902", "Phan Thị Quầy Mẫu", "0900000092"
    town.put_subscriber(phone, operator="VinaPhone", name=name, id_number=number, born_on="03/04/1993")
    check(officer, number)
    dialog = officer.get_by_role("dialog")
    expect(dialog.get_by_text(NO_ACCOUNT, exact=True)).to_be_visible()
    axe(officer)
    shot(officer, "chua-co-tai-khoan")
    with officer.context.expect_page() as opened:
        dialog.get_by_role("button", name="OK").click()
    tab = opened.value
    tab.wait_for_url(re.compile("/dang-ky/"))
    expect(dialog).to_be_hidden()
    expect(officer.get_by_label("CMND/CCCD")).to_have_value(number)

    tab.get_by_label("Họ và tên").fill(name)
    tab.get_by_label("Ngày sinh").fill("03/04/1993")
    tab.get_by_label("Số CMND/CCCD").fill(number)
    tab.get_by_label("Số điện thoại").fill(phone)
    tab.get_by_role("button", name="Tiếp tục").click()
    tab.wait_for_url(re.compile("/ma-otp/"))
    otp = re.search(r"\b[0-9]{6}\b", town.next_text(phone, after=0, containing="OTP"))
    assert otp
    tab.get_by_label("Nhập OTP").fill(otp[0])
    tab.get_by_role("button", name="Tiếp tục").click()
    tab.wait_for_url(re.compile("/mat-khau/"))
    for box in ("Nhập mật khẩu", "Xác nhận mật khẩu"):
        tab.get_by_label(box).fill("Muon.Trung-Song-94!")
    tab.get_by_role("button", name="Đăng ký").click()
    expect(tab.get_by_text("Đề nghị đóng trang này")).to_be_visible()
    tab.close()

    expect(officer.get_by_role("button", name="Kiểm tra tài khoản")).to_be_focused()
    officer.keyboard.press("Enter")
    expect(officer.get_by_text("Kiểm tra tài khoản thành công")).to_be_visible()
    expect(officer.get_by_text("Lê Thị Thu Mẫu")).to_be_visible()  # the officer's session is untouched


def test_huy_lets_the_number_be_corrected(officer: Page) -> None:
    check(officer, "052093000999")
    officer.get_by_role("dialog").get_by_role("button", name="Hủy").click()
    expect(officer.get_by_role("dialog")).to_be_hidden()
    expect(officer.get_by_label("CMND/CCCD")).to_be_focused()
    officer.keyboard.type("052185000101")  # what was selected is typed over
    officer.keyboard.press("Enter")
    expect(officer.get_by_text("Kiểm tra tài khoản thành công")).to_be_visible()


def test_without_script_the_dialog_is_a_part_of_the_page(town: Town, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, OFFICER)
    page.goto("/mot-cua/tiep-nhan/")
    page.get_by_label("CMND/CCCD").fill("052093000998")
    page.get_by_role("button", name="Kiểm tra tài khoản").click()
    expect(page.get_by_text(NO_ACCOUNT, exact=True)).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="OK").click()
    opened.value.wait_for_url(re.compile(r"/dang-ky/\?tu=mot-cua"))
    page.get_by_label("CMND/CCCD").fill("052185000101")
    page.get_by_role("button", name="Kiểm tra tài khoản").click()
    page.get_by_label("Thủ tục").select_option("2.001914")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("Đề nghị ông/bà chọn quy trình.").first).to_be_visible()
    page.get_by_label("Quy trình").select_option("Quy trình tại Sở Giáo dục và Đào tạo")
    page.get_by_role("button", name="Tiếp tục").click()
    on_paper(page)
    page.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(page.get_by_role("heading", name="Tiếp nhận hồ sơ thành công")).to_be_visible()


def test_a_silent_portal_is_no_answer_and_the_worker_asks_again(
    officer: Page, silent_portal: Callable[[str], None], axe: Check
) -> None:
    silent_portal("down")
    check(officer, "052090000102")
    expect(officer.get_by_text("chưa phải là chưa có tài khoản")).to_be_visible()
    expect(officer.get_by_role("dialog")).to_have_count(0)
    expect(officer.get_by_role("button", name="Kiểm tra lại")).to_be_visible()
    axe(officer)
    shot(officer, "cong-khong-tra-loi")
    officer.get_by_role("link", name="Tiếp nhận tạm").click()
    choose(officer)
    officer.get_by_label("Họ và tên chủ hồ sơ").fill("Nguyễn Văn Bình Mẫu")
    officer.get_by_label("Số điện thoại").fill("0900000002")
    on_paper(officer)
    officer.get_by_role("button", name="Tiếp nhận tạm").click()
    expect(officer.get_by_role("heading", name="Đã tiếp nhận tạm")).to_be_visible()
    provisional = number_shown(officer)
    assert provisional.startswith("TN-")
    axe(officer)
    slip = officer.get_by_role("link", name="In phiếu tiếp nhận tạm").get_attribute("href")
    assert officer.request.get(str(slip)).body().startswith(b"%PDF-")
    officer.goto("/mot-cua/no-xac-thuc/")
    expect(officer.get_by_text(provisional)).to_be_visible()
    axe(officer)
    shot(officer, "no-xac-thuc")
    officer.get_by_role("link", name=provisional).click()
    silent_portal("ok")
    eventually(officer, "In giấy tiếp nhận")  # that of a dossier with a code
    expect(officer.get_by_text(re.compile("tiếp nhận chính thức")).first).to_be_visible()
    assert CODE.search(officer.get_by_role("heading", level=1).inner_text())
    axe(officer)


def test_an_exception_needs_a_leaders_word(officer: Page, new_page: NewPage, axe: Check) -> None:
    officer.goto("/mot-cua/ngoai-le/them-moi/")
    officer.get_by_label("Họ và tên chủ hồ sơ").fill("Anna Mẫu")
    officer.get_by_label("Người nước ngoài").check()
    officer.get_by_label("Lý do cụ thể").fill("Người nước ngoài chỉ có hộ chiếu.")
    axe(officer)
    officer.get_by_role("button", name="Gửi đề nghị").click()
    leader = new_page()
    sign_in(leader, LEADER)
    leader.goto("/mot-cua/ngoai-le/")
    axe(leader)
    leader.get_by_role("button", name="Duyệt", exact=True).first.click()
    officer.goto("/mot-cua/ngoai-le/")
    officer.get_by_role("link", name="Đã duyệt, tiếp nhận hồ sơ").first.click()
    choose(officer)
    on_paper(officer)
    officer.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(officer.get_by_role("heading", name="Tiếp nhận hồ sơ thành công")).to_be_visible()


def test_a_usual_reception_is_two_presses_of_a_key(officer: Page) -> None:
    check(officer, "052090000102")
    choose(officer)
    button = officer.get_by_role("button", name="Đánh dấu tất cả: nộp bản giấy theo danh mục")
    expect(button).to_be_focused()
    ways = officer.locator("fieldset.component select")
    expect(ways.first).to_have_value(re.compile("^$|^VAULT:"))
    officer.keyboard.press("Enter")
    for way in ways.all():
        expect(way).not_to_have_value("")
    # What another journey left in this vault needs a consent that is not asked for here.
    for way in ways.all():
        if way.input_value().startswith("VAULT:"):
            way.select_option("PAPER")
    expect(officer.get_by_label("Bản chính").first).to_have_value("1")
    officer.get_by_role("button", name="Tiếp nhận", exact=True).focus()
    officer.keyboard.press("Enter")
    expect(officer.get_by_role("heading", name="Tiếp nhận hồ sơ thành công")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_on_a_phone_the_functions_are_folded_with_and_without_script(new_page: NewPage, script: bool) -> None:
    page = new_page(**PHONE, java_script_enabled=script)
    sign_in(page, OFFICER)
    page.goto("/mot-cua/")
    nav = page.get_by_role("navigation", name="Một cửa")
    expect(nav.get_by_role("link", name="Hồ sơ", exact=True)).to_be_hidden()
    nav.get_by_text("Chức năng").click()
    nav.get_by_role("link", name="Hồ sơ", exact=True).click()
    page.wait_for_url(re.compile("/mot-cua/ho-so/"))


@pytest.mark.parametrize("address", ["", "tiep-nhan/", "ho-so/", "no-xac-thuc/", "ngoai-le/"])
def test_the_desks_pages_fit_a_phone(new_page: NewPage, axe: Check, address: str) -> None:
    page = new_page(**PHONE)
    sign_in(page, OFFICER)
    page.goto(f"/mot-cua/{address}")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    axe(page)
    assert_quiet(page)
