"""Phụ lục I in a browser: a citizen registers, and everything that can get in the way."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.citizens import (
    NEW_PASSWORD,
    PASSWORD,
    begin,
    code_of,
    enter_code,
    fill_in,
    let_budgets_recover,
    let_codes_age,
    register,
    set_password,
    sign_in,
    somebody,
)
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

Check = Callable[[Page], None]


def test_a_citizen_registers_from_the_home_page(
    page: Page, town: Town, axe: Check, assert_no_external: Check
) -> None:
    person = somebody(town)
    page.goto("/")
    axe(page)
    shot(page, "trang-chu")
    page.get_by_role("button", name="Đăng ký").click()

    axe(page)
    shot(page, "dang-ky")
    fill_in(page, person)
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url(re.compile("/ma-otp/"))
    expect(page.get_by_label("Nhập OTP")).to_be_visible()
    expect(page.get_by_role("button", name="Gửi lại OTP")).to_be_visible()
    expect(page.get_by_text("Nguyễn Văn Mẫu")).to_have_count(0)
    axe(page)
    shot(page, "dang-ky-otp")
    enter_code(page, code_of(town, person))

    page.wait_for_url(re.compile("/mat-khau/"))
    axe(page)
    page.get_by_label("Nhập mật khẩu").fill("Muon.Trung")
    expect(page.locator("[data-rule=digit]")).not_to_have_class(re.compile("met"))
    page.get_by_label("Nhập mật khẩu").fill(PASSWORD)
    expect(page.locator("li.met")).to_have_count(5)
    page.get_by_role("button", name="Hiện mật khẩu").first.click()
    expect(page.get_by_label("Nhập mật khẩu")).to_have_attribute("type", "text")
    shot(page, "dang-ky-mat-khau")
    page.get_by_label("Xác nhận mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng ký").click()

    expect(page.get_by_text("ông/bà đã đăng ký tài khoản thành công")).to_be_visible()
    axe(page)
    shot(page, "dang-ky-thanh-cong")
    page.get_by_role("link", name="Xem tài khoản của tôi").click()
    expect(page.get_by_text(person.number)).to_be_visible()
    axe(page)
    assert_no_external(page)
    assert_quiet(page)


def test_a_phone_of_somebody_else_gets_the_sentence_and_a_slip_for_the_desk(
    page: Page, town: Town, axe: Check, tmp_path: Path
) -> None:
    person = somebody()
    town.put_subscriber(
        person.phone, operator="Vinaphone", name="Lê Văn Khác", id_number="052070000999", born_on="01/01/1970"
    )
    begin(page, person)
    enter_code(page, code_of(town, person))

    page.wait_for_url(re.compile("/khong-khop/"))
    expect(
        page.get_by_text(
            "Thông tin đăng ký không khớp với thông tin thuê bao tại nhà mạng Vinaphone, "
            "vui lòng kiểm tra/ đăng ký lại với nhà mạng!"
        )
    ).to_be_visible()
    expect(page.get_by_role("link", name="Soạn tin TTTB gửi 1414")).to_have_attribute(
        "href", "sms:1414?body=TTTB"
    )
    expect(page.locator("a[href^='tel:']").first).to_be_visible()
    axe(page)
    shot(page, "khong-khop")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Tải phiếu").click()
    slip = tmp_path / "phieu.pdf"
    coming.value.save_as(slip)
    assert slip.read_bytes().startswith(b"%PDF")


def test_an_operator_that_is_down_is_asked_again(page: Page, town: Town, axe: Check) -> None:
    person = somebody(town)
    begin(page, person)
    code = code_of(town, person)
    town.fault(operator="down")
    try:
        enter_code(page, code)
        expect(page.get_by_text("Nhà mạng chưa trả lời", exact=True)).to_be_visible()
        axe(page)
        shot(page, "nha-mang")
    finally:
        town.fault(operator="ok")
    again = page.get_by_role("button", name="Thử lại")
    for _ in range(8):
        again.click()
        page.wait_for_load_state()
        if "/mat-khau/" in page.url:
            break
        page.wait_for_timeout(2000)

    expect(page.get_by_label("Xác nhận mật khẩu")).to_be_visible()


def test_codes_that_are_wrong_expired_superseded_or_used_up(page: Page, town: Town, axe: Check) -> None:
    person = somebody(town)
    begin(page, person)
    first = code_of(town, person)
    enter_code(page, f"{(int(first) + 1) % 10**6:06d}")
    expect(page.locator("error-summary")).to_be_focused()
    expect(page.locator("error-summary")).to_contain_text("Mã OTP không đúng. Ông/bà còn 4 lần nhập.")
    axe(page)
    shot(page, "otp-sai")

    let_codes_age(town, 121)
    enter_code(page, first)
    expect(page.locator("error-summary")).to_contain_text("Mã OTP đã hết hiệu lực")

    let_budgets_recover(town)
    page.reload()
    page.get_by_role("button", name="Gửi lại OTP").click()
    page.wait_for_load_state()
    second = code_of(town, person, after=1)
    enter_code(page, first)
    expect(page.locator("error-summary")).to_contain_text("Đã có mã OTP mới hơn")
    for _ in range(4):
        enter_code(page, f"{(int(second) + 7) % 10**6:06d}")
        page.wait_for_load_state()
    enter_code(page, second)
    expect(page.locator("error-summary")).to_contain_text("nhập sai 5 lần")

    let_budgets_recover(town)
    let_codes_age(town, 31)
    page.goto(page.url)
    page.get_by_role("button", name="Gửi lại OTP").click()
    page.wait_for_load_state()
    enter_code(page, code_of(town, person, after=2))
    page.wait_for_url(re.compile("/mat-khau/"))


def test_a_second_registration_is_sent_to_signing_in(new_page: NewPage, town: Town, axe: Check) -> None:
    person = somebody(town)
    register(new_page(), town, person)
    let_budgets_recover(town)
    page = new_page()
    begin(page, person)
    enter_code(page, code_of(town, person, after=len(town.inbox(person.phone)) - 1))

    page.wait_for_url(re.compile("/da-co-tai-khoan/"))
    axe(page)
    shot(page, "da-co-tai-khoan")
    page.get_by_role("button", name="Đăng nhập").click()
    sign_in(page, person)
    page.wait_for_url(re.compile("/ca-nhan/"))


def test_a_registration_goes_on_on_another_device_with_a_fresh_code(
    new_page: NewPage, town: Town, axe: Check
) -> None:
    person = somebody(town)
    begin(new_page(), person)
    code_of(town, person)
    let_budgets_recover(town)
    phone = new_page(**PHONE)
    phone.goto("/dang-ky/")
    phone.get_by_role("link", name="Tiếp tục đăng ký").click()
    axe(phone)
    shot(phone, "tiep-tuc-dien-thoai")
    phone.get_by_label("Số CMND/CCCD").fill(person.number)
    phone.get_by_label("Số điện thoại").fill(person.phone)
    phone.get_by_role("button", name="Gửi mã OTP").click()

    phone.wait_for_url(re.compile("/ma-otp/"))
    for typed in (person.name, person.number, person.phone):
        assert typed not in phone.content()
    shot(phone, "otp-dien-thoai")
    enter_code(phone, code_of(town, person, after=1))
    phone.wait_for_url(re.compile("/nha-mang/"))
    assert person.name in phone.content()
    axe(phone)
    phone.get_by_role("button", name="Tiếp tục").click()
    phone.wait_for_url(re.compile("/mat-khau/"))


def test_two_tabs_with_two_people_do_not_mix(new_page: NewPage, town: Town) -> None:
    one, other = somebody(town, name="Trần Văn Một"), somebody(town, name="Lê Văn Hai")
    left = new_page()
    right = left.context.new_page()
    begin(left, one)
    begin(right, other)

    enter_code(right, code_of(town, other))
    enter_code(left, code_of(town, one))
    for page in (left, right):
        page.wait_for_url(re.compile("/mat-khau/"))
        set_password(page)
        page.wait_for_url(re.compile("/thanh-cong/"))

    for person in (one, other):
        page = new_page()
        sign_in(page, person)
        page.wait_for_url(re.compile("/ca-nhan/"))
        page.goto("/ca-nhan/")
        expect(page.get_by_role("definition").filter(has_text=person.name)).to_be_visible()


def test_start_over_asks_and_leaves_nothing(page: Page, town: Town) -> None:
    begin(page, somebody(town))
    address = page.url
    page.get_by_role("button", name="Xóa và bắt đầu lại").click()
    page.get_by_role("dialog").get_by_role("button", name="Xóa", exact=True).click()

    page.wait_for_url(re.compile(r"/dang-ky/$"))
    expect(page.get_by_label("Họ và tên")).to_have_value("")
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Không tìm thấy")


def test_errors_take_the_focus_and_nothing_typed_is_lost(page: Page, axe: Check) -> None:
    page.goto("/dang-ky/")
    page.get_by_label("Họ và tên").fill("Nguyễn Văn Mẫu")
    page.get_by_label("Số CMND/CCCD").fill("123")
    page.get_by_role("button", name="Tiếp tục").click()

    expect(page.locator("error-summary")).to_be_focused()
    expect(page.get_by_label("Họ và tên")).to_have_value("Nguyễn Văn Mẫu")
    expect(page.get_by_label("Số CMND/CCCD")).to_have_value("123")
    axe(page)
    shot(page, "dang-ky-loi")


def test_a_scanned_card_fills_the_form(page: Page) -> None:
    page.goto("/dang-ky/")
    box = page.get_by_label("Số CMND/CCCD")
    box.fill("052090000799|052000799|Nguyễn Văn Quét|01021990|Nam|Quy Nhơn, Bình Định|01012022")
    box.press("Enter")

    expect(box).to_have_value("052090000799")
    expect(page.get_by_label("Họ và tên")).to_have_value("Nguyễn Văn Quét")
    expect(page.get_by_label("Ngày sinh")).to_have_value("01/02/1990")


def test_signing_out_leaves_nothing_behind_the_back_button(page: Page, town: Town, axe: Check) -> None:
    person = somebody(town)
    register(page, town, person)
    page.goto("/ca-nhan/")
    shot(page, "tai-khoan")
    for address in (
        "/ca-nhan/ho-so/",
        "/ca-nhan/kho-du-lieu/",
        "/ca-nhan/nhat-ky/",
        "/ca-nhan/phien-dang-nhap/",
        "/ca-nhan/mat-khau/",
        "/ca-nhan/so-dien-thoai/",
    ):
        page.goto(address)
        axe(page)
        shot(page, address.strip("/").replace("/", "-"))
    page.goto("/ca-nhan/")
    page.locator("summary", has_text=person.name).click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(re.compile(r"/$"))
    page.go_back()

    page.wait_for_url(re.compile("/dang-nhap/"))
    assert person.number not in page.content()


def test_a_wrong_password_is_refused_and_a_forgotten_one_set_anew(
    new_page: NewPage, town: Town, axe: Check
) -> None:
    person = somebody(town)
    register(new_page(), town, person)
    page = new_page()
    page.goto("/dang-nhap/")
    axe(page)
    shot(page, "dang-nhap")
    sign_in(page, person, "Sai.Mat-Khau-1")
    expect(page.locator("error-summary")).to_contain_text("Số CMND/CCCD hoặc mật khẩu không đúng")
    shot(page, "dang-nhap-sai")
    page.get_by_role("link", name="Quên mật khẩu").click()
    axe(page)
    shot(page, "quen-mat-khau")
    let_budgets_recover(town)
    texts = len(town.inbox(person.phone))
    page.get_by_label("Số CMND/CCCD").fill(person.number)
    page.get_by_label("Ngày sinh").fill(person.born)
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url(re.compile("/ma-otp/"))
    axe(page)
    shot(page, "quen-mat-khau-otp")
    enter_code(page, code_of(town, person, after=texts))
    page.wait_for_url(re.compile("/mat-khau/"))
    axe(page)
    shot(page, "mat-khau-moi")
    page.get_by_label("Nhập mật khẩu").fill(NEW_PASSWORD)
    page.get_by_label("Xác nhận mật khẩu").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Đổi mật khẩu").click()
    expect(page.get_by_text("Mật khẩu đã được đổi")).to_be_visible()

    sign_in(page, person, NEW_PASSWORD)
    page.wait_for_url(re.compile("/ca-nhan/"))


def test_the_page_opened_from_the_desk_signs_nobody_in(page: Page, town: Town) -> None:
    register(page, town, somebody(town), "/dang-ky/?tu=mot-cua")

    expect(page.get_by_text("Đề nghị đóng trang này")).to_be_visible()
    shot(page, "dong-trang")
    page.goto("/ca-nhan/")
    assert "/dang-nhap/" in page.url


PUBLIC = (
    "/",
    "/dang-ky/",
    "/dang-ky/tiep-tuc/",
    "/dang-nhap/",
    "/quen-mat-khau/",
    "/kich-hoat/",
    "/tra-cuu/",
    "/huong-dan/",
    "/p/ABCDEFGH23",
    "/yc/YC-0000001/0A1B2C3D4E",
    "/khong-co-trang-nay/",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_every_public_page_is_accessible_wide_and_narrow_and_calls_nobody(
    new_page: NewPage, axe: Check, assert_no_external: Check, address: str
) -> None:
    for options, name in (({}, ""), (PHONE, "-dien-thoai")):
        page = new_page(**options)
        page.goto(address)
        axe(page)
        assert_no_external(page)
        assert_quiet(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shot(page, f"cong-khai{address.replace('/', '-').rstrip('-')}{name}")


def test_the_qr_of_a_receipt_fills_the_boxes_and_leaves_the_address(page: Page) -> None:
    page.goto("/tra-cuu/#000.00.17.H08-261123-0001.ABC234")

    expect(page.get_by_label("Mã hồ sơ")).to_have_value("000.00.17.H08-261123-0001")
    expect(page.get_by_label("Mã tra cứu")).to_have_value("ABC234")
    assert "#" not in page.url
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.locator("error-summary")).to_contain_text("Không tìm thấy hồ sơ")
