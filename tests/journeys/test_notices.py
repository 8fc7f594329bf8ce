"""An owner proves an e-mail and hears of a dossier there and by text, in words just changed by an administrator."""

import re
from collections.abc import Callable
from datetime import date

from playwright.sync_api import Page, expect

from tests.journeys.citizens import PASSWORD, register, somebody
from tests.journeys.test_online_filing import drafted, filled
from tests.journeys.test_online_filing import sign_in as sign_in_as
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

Check = Callable[[Page], None]
ADMINISTRATOR = ("052079000205", "Phan.Quyen-Hai-Nguoi-5")


def _changed(desk: Page, axe: Check, mark: str) -> None:
    """The administrator looks, is refused, previews and saves."""
    desk.goto("/quan-tri/mau-thong-bao/")
    axe(desk)
    shot(desk, "mau-thong-bao")
    desk.goto("/quan-tri/mau-thong-bao/filing_sent/sms/")
    axe(desk)
    shot(desk, "mau-thong-bao-sms")
    box = desk.get_by_label("Nội dung")
    box.fill("Xem tai lua-dao.example.com")
    desk.get_by_role("button", name="Xem trước").click()
    expect(desk.get_by_role("alert")).to_contain_text("không được có địa chỉ trang web")
    axe(desk)
    shot(desk, "mau-thong-bao-sai")
    box.fill(f"{mark}: da gui ho so truc tuyen, cho tiep nhan. Xem {{trang_ca_nhan}}")
    desk.get_by_role("button", name="Xem trước").click()
    expect(desk.get_by_text("trên 160 ký tự")).to_be_visible()
    desk.get_by_label("Lý do sửa").fill("Theo góp ý của người dân")
    desk.get_by_role("button", name="Lưu mẫu").click()
    expect(desk.get_by_text("Đã ghi mẫu thông báo.")).to_be_visible()
    axe(desk)
    shot(desk, "mau-thong-bao-da-luu")


def test_an_owner_hears_by_email_and_text_in_the_words_of_today(
    new_page: NewPage, town: Town, axe: Check
) -> None:
    page, desk = new_page(**PHONE), new_page()
    person = somebody(town)
    address = f"nguoi.mau.{person.number[-3:]}@example.vn"
    register(page, town, person)  # which signs in as well
    page.goto("/ca-nhan/thong-bao/")
    axe(page)
    shot(page, "kenh-thong-bao-chua-co-email")
    page.get_by_role("link", name="Thêm email").click()
    page.get_by_label("Mật khẩu hiện tại").fill(PASSWORD)
    page.get_by_label("Email nhận thông báo").fill(address)
    axe(page)
    shot(page, "email-them")
    page.get_by_role("button", name="Gửi mã xác nhận").click()
    letter = town.next_letter(address, after=0, containing="Mã xác nhận email")
    found = re.search(r"là: ([0-9]{6})", letter)
    assert found
    page.get_by_label("Mã xác nhận").fill(found[1])
    axe(page)
    shot(page, "email-ma")
    page.get_by_role("button", name="Xác nhận email").click()
    expect(page.get_by_text("Đã xác nhận email.")).to_be_visible()
    town.next_text(person.phone, after=0, containing="vua dat email nhan thong bao")
    page.get_by_label("Cả tin nhắn SMS và email").check()
    page.get_by_role("button", name="Lưu lựa chọn").click()
    expect(page.get_by_text("Đã ghi kênh nhận thông báo")).to_be_visible()
    axe(page)
    shot(page, "kenh-thong-bao")

    mark = f"Tin {date.today():%d} cua {person.number[-3:]}"
    sign_in_as(desk, ADMINISTRATOR)
    _changed(desk, axe, mark)

    texts = len(town.inbox(person.phone))
    drafted(page)
    filled(page)
    page.get_by_label(re.compile("Tôi cam đoan")).check()
    page.get_by_role("button", name="Gửi hồ sơ").click()
    expect(page.get_by_text("Đã gửi hồ sơ.")).to_be_visible()

    assert mark in town.next_text(person.phone, after=texts)
    letter = town.next_letter(address, after=1, containing="đang chờ tiếp nhận")
    assert person.name not in letter
    desk.goto(f"{town.sim_url}/hop-thu/{address}")
    expect(desk.get_by_text("Đã gửi hồ sơ trực tuyến")).to_be_visible()
    shot(desk, "hop-thu-mo-phong")

    desk.goto("/quan-tri/mau-thong-bao/filing_sent/sms/mac-dinh/")
    desk.get_by_label("Lý do").fill("Thử xong")
    desk.get_by_role("button", name="Dùng mẫu mặc định").click()
    expect(desk.get_by_text("Thông báo đã trở về mẫu mặc định.")).to_be_visible()
    assert_quiet(page)
    assert_quiet(desk)
