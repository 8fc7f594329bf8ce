"""What happens to an account after it was opened, clicked through in a browser, wide and narrow."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.citizens import (
    NEW_PASSWORD,
    PASSWORD,
    Person,
    begin,
    code_of,
    enter_code,
    let_budgets_recover,
    let_codes_age,
    phone_of_nobody,
    register,
    sign_in,
    somebody,
)
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot
from tests.web_office import scans

Check = Callable[[Page], None]
OFFICER = ("052082000202", "Giay.To-Ro-Rang-2")


def look(page: Page, axe: Check, name: str) -> None:
    """Every page that is passed: accessible, no wider than the screen, and kept as a picture."""
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} is too wide"
    shot(page, f"doi-tai-khoan-{name}")


def registered(new_page: NewPage, town: Town, **who: str) -> Person:
    person = somebody(town, **who)
    register(new_page(), town, person)
    let_budgets_recover(town)
    return person


def texts_on(town: Town, phone: str) -> int:
    return len(town.inbox(phone))


def link_in(text: str) -> str:
    """“Không phải tôi”: the address in a notice."""
    found = re.search(r"/k/[A-Za-z0-9_-]+", text)
    assert found, "the notice has no link"
    return found[0]


@pytest.mark.parametrize("screen", ["may-tinh", "dien-thoai"])
def test_a_forgotten_password_the_whole_way(new_page: NewPage, town: Town, axe: Check, screen: str) -> None:
    person = registered(new_page, town)
    elsewhere = new_page()
    sign_in(elsewhere, person)
    elsewhere.wait_for_url(re.compile("/ca-nhan/"))
    let_budgets_recover(town)

    page = new_page(**(PHONE if screen == "dien-thoai" else {}))
    page.goto("/dang-nhap/")
    page.get_by_role("link", name="Quên mật khẩu").click()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.locator("error-summary")).to_be_focused()
    look(page, axe, f"quen-mat-khau-trong-{screen}")
    before = texts_on(town, person.phone)
    page.get_by_label("Số CMND/CCCD").fill(person.number)
    page.get_by_label("Ngày sinh").fill(person.born)
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url(re.compile("/ma-otp/"))
    look(page, axe, f"quen-mat-khau-otp-{screen}")
    first = code_of(town, person, after=before)

    enter_code(page, f"{(int(first) + 1) % 10**6:06d}")
    expect(page.locator("error-summary")).to_contain_text("còn 4 lần nhập")
    look(page, axe, f"quen-mat-khau-otp-sai-{screen}")
    let_codes_age(town, 31)
    let_budgets_recover(town)
    page.reload()
    page.get_by_role("button", name="Gửi lại OTP").click()
    expect(page.locator("error-summary")).to_have_count(0)
    enter_code(page, code_of(town, person, after=before + 1))
    page.wait_for_url(re.compile("/mat-khau/"))
    page.get_by_label("Nhập mật khẩu").fill("Matkhau@123")
    page.get_by_label("Xác nhận mật khẩu").fill("Matkhau@123")
    page.get_by_role("button", name="Đổi mật khẩu").click()
    expect(page.locator("error-summary")).to_be_focused()
    look(page, axe, f"mat-khau-moi-loi-{screen}")
    page.get_by_label("Nhập mật khẩu").fill(NEW_PASSWORD)
    page.get_by_label("Xác nhận mật khẩu").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Đổi mật khẩu").click()
    expect(page.get_by_text("các phiên đăng nhập khác đã kết thúc")).to_be_visible()
    look(page, axe, f"mat-khau-da-doi-{screen}")

    elsewhere.goto("/ca-nhan/")
    expect(elsewhere).to_have_url(re.compile("/dang-nhap/"))
    sign_in(page, person, PASSWORD)
    expect(page.locator("error-summary")).to_contain_text("không đúng")
    sign_in(page, person, NEW_PASSWORD)
    page.wait_for_url(re.compile("/ca-nhan/"))
    assert any("Mat khau" in told["text"] for told in town.inbox(person.phone))
    assert_quiet(page)


@pytest.mark.parametrize("screen", ["may-tinh", "dien-thoai"])
def test_a_phone_is_changed_and_both_phones_hear_of_it(
    new_page: NewPage, town: Town, axe: Check, screen: str
) -> None:
    person = registered(new_page, town)
    newer = phone_of_nobody()
    page = new_page(**(PHONE if screen == "dien-thoai" else {}))
    sign_in(page, person)
    page.wait_for_url(re.compile("/ca-nhan/"))
    page.goto("/ca-nhan/")
    look(page, axe, f"tai-khoan-{screen}")
    page.get_by_role("link", name="Đổi số điện thoại").click()
    look(page, axe, f"doi-so-{screen}")
    page.get_by_label("Mật khẩu hiện tại").fill("Sai.Mat-Khau-1")
    page.get_by_label("Số điện thoại mới").fill(newer)
    page.get_by_role("button", name="Gửi mã OTP").click()
    expect(page.locator("error-summary")).to_be_focused()
    expect(page.get_by_label("Số điện thoại mới")).to_have_value(newer)
    look(page, axe, f"doi-so-sai-mat-khau-{screen}")
    assert texts_on(town, newer) == 0

    page.get_by_label("Mật khẩu hiện tại").fill(PASSWORD)
    page.get_by_role("button", name="Gửi mã OTP").click()
    expect(page.get_by_role("heading", name="Xác nhận số điện thoại mới")).to_be_visible()
    look(page, axe, f"doi-so-otp-{screen}")
    code = code_of(town, Person(person.number, person.name, newer))
    town.fault(operator="down")
    try:
        enter_code(page, code)
        expect(page.get_by_role("button", name="Hỏi lại nhà mạng")).to_be_visible()
        look(page, axe, f"doi-so-nha-mang-{screen}")
    finally:
        town.fault(operator="ok")
    let_budgets_recover(town)
    town.put_subscriber(
        newer, operator="Viettel", name=person.name, id_number=person.number, born_on=person.born
    )
    told = texts_on(town, person.phone)
    again = page.get_by_role("button", name="Hỏi lại nhà mạng")
    done = page.get_by_text("Số điện thoại cũ đã được báo tin về thay đổi này.")
    for _ in range(8):
        with page.expect_navigation():
            again.click()
        if done.count():
            break
        page.wait_for_timeout(2000)
    expect(done).to_be_visible()
    look(page, axe, f"doi-so-xong-{screen}")

    town.next_text(person.phone, after=told, containing="/k/")
    town.next_text(newer, after=1)
    page.get_by_role("link", name="Về thông tin tài khoản").click()
    expect(page.get_by_text(f"{newer[:2]}*****{newer[-3:]}")).to_be_visible()


def test_a_new_phone_of_somebody_else_is_refused_and_another_may_be_tried(
    new_page: NewPage, town: Town, axe: Check
) -> None:
    person, newer = registered(new_page, town), phone_of_nobody()
    town.put_subscriber(
        newer, operator="Mobifone", name="Lê Văn Khác", id_number="052070000998", born_on="01/01/1970"
    )
    page = new_page()
    sign_in(page, person)
    page.goto("/ca-nhan/so-dien-thoai/")
    page.get_by_label("Mật khẩu hiện tại").fill(PASSWORD)
    page.get_by_label("Số điện thoại mới").fill(newer)
    page.get_by_role("button", name="Gửi mã OTP").click()
    enter_code(page, code_of(town, Person(person.number, person.name, newer)))

    expect(page.get_by_role("alert")).to_contain_text(
        "không khớp với thông tin thuê bao tại nhà mạng Mobifone"
    )
    look(page, axe, "doi-so-khong-khop")
    expect(page.get_by_role("contentinfo")).to_contain_text("Tổng đài hỗ trợ: 1022")
    expect(page.get_by_role("link", name="Soạn tin TTTB gửi 1414")).to_be_visible()
    page.get_by_role("link", name="Dùng số điện thoại khác").click()
    expect(page).to_have_url(re.compile("/ca-nhan/so-dien-thoai/$"))


def test_a_registration_is_taken_up_in_a_new_browser_to_its_end(
    new_page: NewPage, town: Town, axe: Check
) -> None:
    person = somebody(town)
    first = new_page()
    begin(first, person)
    enter_code(first, code_of(town, person))
    first.wait_for_url(re.compile("/mat-khau/"))
    first.context.close()
    let_budgets_recover(town)

    page = new_page(**PHONE)
    page.goto("/dang-ky/tiep-tuc/")
    page.get_by_label("Số CMND/CCCD").fill(person.number)
    page.get_by_label("Số điện thoại").fill(person.phone)
    page.get_by_role("button", name="Gửi mã OTP").click()
    page.wait_for_url(re.compile("/ma-otp/"))
    enter_code(page, code_of(town, person, after=1))
    expect(page.get_by_text(person.name)).to_be_visible()
    look(page, axe, "tiep-tuc-xem-lai")
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url(re.compile("/mat-khau/"))
    look(page, axe, "tiep-tuc-mat-khau")
    page.get_by_label("Nhập mật khẩu").fill(PASSWORD)
    page.get_by_label("Xác nhận mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng ký").click()
    page.wait_for_url(re.compile("/thanh-cong/"))
    look(page, axe, "tiep-tuc-thanh-cong")


def test_who_did_not_sign_in_locks_the_account_from_the_notice(
    new_page: NewPage, town: Town, axe: Check
) -> None:
    person = registered(new_page, town)
    before = texts_on(town, person.phone)
    stranger = new_page()
    sign_in(stranger, person)
    stranger.wait_for_url(re.compile("/ca-nhan/"))
    link = link_in(town.next_text(person.phone, after=before, containing="/k/"))

    page = new_page(**PHONE)
    page.goto(link)
    expect(page.get_by_role("heading", name="Không phải ông/bà thực hiện?")).to_be_visible()
    look(page, axe, "khong-phai-toi")
    stranger.goto("/ca-nhan/")
    expect(stranger.get_by_text(person.number)).to_be_visible()
    page.get_by_role("button", name="Không phải tôi, khóa tài khoản").click()
    expect(page.get_by_role("heading", name="Đã khóa tài khoản")).to_be_visible()
    look(page, axe, "khong-phai-toi-da-khoa")

    stranger.goto("/ca-nhan/")
    expect(stranger).to_have_url(re.compile("/dang-nhap/"))
    sign_in(stranger, person)
    look(stranger, axe, "dang-nhap-bi-khoa")
    assert "/ca-nhan/" not in stranger.url
    page.goto(link)
    look(page, axe, "khong-phai-toi-lan-hai")

    let_budgets_recover(town)
    page.goto("/quen-mat-khau/")
    texts = texts_on(town, person.phone)
    page.get_by_label("Số CMND/CCCD").fill(person.number)
    page.get_by_label("Ngày sinh").fill(person.born)
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url(re.compile("/ma-otp/"))
    enter_code(page, code_of(town, person, after=texts))
    page.get_by_label("Nhập mật khẩu").fill(NEW_PASSWORD)
    page.get_by_label("Xác nhận mật khẩu").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Đổi mật khẩu").click()
    expect(page.get_by_text("Mật khẩu đã được đổi")).to_be_visible()
    sign_in(page, person, NEW_PASSWORD)
    page.wait_for_url(re.compile("/ca-nhan/"))


def test_one_session_is_ended_then_all_others(new_page: NewPage, town: Town, axe: Check) -> None:
    person, opened = somebody(town), new_page()
    register(opened, town, person)
    others = [opened, new_page(), new_page(**PHONE)]
    here = new_page()
    for page in (*others[1:], here):
        sign_in(page, person)
        page.wait_for_url(re.compile("/ca-nhan/"))
    here.goto("/ca-nhan/phien-dang-nhap/")
    look(here, axe, "phien")
    lines = here.get_by_role("row").count()
    here.get_by_role("button", name="Kết thúc", exact=True).first.click()
    expect(here.get_by_role("row")).to_have_count(lines - 1)
    expect(here.get_by_role("status").filter(has_text="Phiên đăng nhập đã kết thúc.")).to_be_visible()
    look(here, axe, "phien-da-ket-thuc-mot")

    def signed_in() -> int:
        for page in others:
            page.goto("/ca-nhan/")
        return sum("/dang-nhap/" not in page.url for page in others)

    assert signed_in() == 2
    here.get_by_role("button", name="Kết thúc mọi phiên khác").click()
    expect(here.get_by_text("Thiết bị này", exact=True)).to_be_visible()
    expect(here.get_by_role("button", name="Kết thúc", exact=True)).to_have_count(0)
    look(here, axe, "phien-con-mot")
    assert signed_in() == 0
    here.goto("/ca-nhan/")
    assert "/dang-nhap/" not in here.url
    phone = new_page(**PHONE)
    sign_in(phone, person)
    phone.goto("/ca-nhan/phien-dang-nhap/")
    look(phone, axe, "phien-dien-thoai")


def test_a_lost_phone_is_replaced_at_the_desk_and_the_citizen_signs_in_with_it(
    new_page: NewPage, town: Town, axe: Check, tmp_path: Path
) -> None:
    person = registered(new_page, town)
    newer = phone_of_nobody()
    at_home = new_page()
    sign_in(at_home, person)
    at_home.wait_for_url(re.compile("/ca-nhan/"))
    let_budgets_recover(town)
    card = tmp_path / "CCCD.pdf"
    card.write_bytes(scans.pdf().read())

    desk = new_page()
    sign_in(desk, Person(OFFICER[0], "", ""), OFFICER[1])
    desk.wait_for_url(re.compile("/mot-cua/|/quan-tri/"))
    desk.goto(f"{town.portal_url}/quan-tri/")
    desk.get_by_role("link", name="Đổi số điện thoại cho công dân").click()
    look(desk, axe, "quay-doi-so")
    who = desk.get_by_role("group", name="Thông tin công dân")
    who.get_by_label("Số CMND/CCCD").fill(person.number)
    who.get_by_label("Họ và tên").fill(person.name)
    who.get_by_label("Ngày sinh").fill(person.born)
    who.get_by_role("textbox", name="Số điện thoại").fill(newer)
    who.get_by_label("Đính kèm CCCD/CMND").set_input_files(card)
    desk.get_by_label("Lý do đổi số điện thoại").select_option(label="Mất điện thoại hoặc mất SIM")
    with desk.expect_download():
        desk.get_by_role("button", name="Tải xuống", exact=True).click()
    desk.get_by_role("button", name="Gửi mã OTP", exact=True).click()
    code = code_of(town, Person(person.number, person.name, newer))
    told = texts_on(town, person.phone)
    desk.get_by_label("Nhập OTP").fill(code)
    desk.get_by_role("button", name="Đổi số điện thoại", exact=True).click()
    expect(desk.get_by_role("heading", name="Đổi số điện thoại thành công")).to_be_visible()
    look(desk, axe, "quay-doi-so-xong")
    town.next_text(person.phone, after=told, containing="/k/")

    page = new_page(**PHONE)
    sign_in(page, person)
    page.wait_for_url(re.compile("/ca-nhan/"))
    page.goto("/ca-nhan/")
    expect(page.get_by_text(f"{newer[:2]}*****{newer[-3:]}")).to_be_visible()
    look(page, axe, "quay-doi-so-cong-dan-thay")


@pytest.mark.parametrize("screen", ["may-tinh", "dien-thoai"])
def test_a_mismatch_leads_to_the_nearest_desk(new_page: NewPage, town: Town, axe: Check, screen: str) -> None:
    person = somebody()
    town.put_subscriber(
        person.phone, operator="Vinaphone", name="Lê Văn Khác", id_number="052070000997", born_on="01/01/1970"
    )
    page = new_page(**(PHONE if screen == "dien-thoai" else {}))
    page.goto("/")
    page.get_by_role("button", name="Đăng ký").focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("/dang-ky/$"))
    begin(page, person)
    enter_code(page, code_of(town, person))
    page.wait_for_url(re.compile("/khong-khop/"))
    look(page, axe, f"khong-khop-{screen}")
    box = page.get_by_label("Ông/bà ở huyện, thị xã, thành phố nào?")
    district = box.locator("option").nth(1).inner_text()
    box.select_option(index=1)
    page.get_by_role("button", name="Xem quầy gần nhất").click()
    expect(page.get_by_role("status").filter(has_text=f"quầy ở {district}")).to_be_visible()
    look(page, axe, f"khong-khop-huyen-{screen}")
    page.get_by_role("link", name="Xem tất cả").click()
    expect(page.get_by_text("Tất cả")).to_be_visible()
    assert page.evaluate(
        "[...document.querySelectorAll('a[href^=tel]')].every(a => !/\\s/.test(a.getAttribute('href')))"
    )


@pytest.mark.parametrize("screen", ["may-tinh", "dien-thoai"])
def test_silent_operators_are_said_on_a_page_like_any_other(
    new_page: NewPage, town: Town, axe: Check, screen: str
) -> None:
    person = somebody(town)
    page = new_page(**(PHONE if screen == "dien-thoai" else {}))
    begin(page, person)
    code = code_of(town, person)
    town.fault(operator="down")
    try:
        with page.expect_response(
            lambda answer: "/ma-otp/" in answer.url and answer.request.method == "POST"
        ) as sent:
            enter_code(page, code)
        assert sent.value.status == 200
        expect(page.get_by_text("Nhà mạng chưa trả lời", exact=True)).to_be_visible()
        look(page, axe, f"nha-mang-{screen}")
    finally:
        town.fault(operator="ok")


def test_two_tabs_of_one_citizen_agree_about_who_is_signed_in(
    new_page: NewPage, town: Town, axe: Check
) -> None:
    person, other = registered(new_page, town), registered(new_page, town, name="Trần Thị Hai")
    left = new_page()
    sign_in(left, person)
    left.wait_for_url(re.compile("/ca-nhan/"))
    right = left.context.new_page()
    right.goto("/ca-nhan/mat-khau/")

    left.locator("summary", has_text=person.name).click()
    left.get_by_role("button", name="Đăng xuất").click()
    left.wait_for_url(re.compile(r"/$"))
    right.get_by_label("Mật khẩu hiện tại").fill(PASSWORD)
    right.get_by_label("Nhập mật khẩu").fill(NEW_PASSWORD)
    right.get_by_label("Xác nhận mật khẩu").fill(NEW_PASSWORD)
    right.get_by_role("button", name="Đổi mật khẩu").click()
    right.wait_for_load_state()
    look(right, axe, "hai-the-da-dang-xuat")

    sign_in(left, other)
    left.wait_for_url(re.compile("/ca-nhan/"))
    right.goto("/ca-nhan/")
    expect(right.get_by_text(other.number)).to_be_visible()
    assert person.number not in right.content()
    sign_in(new_page(), person)
