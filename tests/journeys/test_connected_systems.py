"""Hệ thống kết nối: asked for, compared and approved by somebody else, stopped; on a desk and on a phone."""

import re
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.journeys import townspeople as town_of
from tests.journeys.townspeople import Check
from tests.running_town import Town
from tests.signin.systems import jwk, key_set
from tests.visiting import PHONE, NewPage, assert_quiet, shot


def asked(page: Page) -> None:
    page.goto("/quan-tri/ket-noi/")
    page.get_by_role("link", name="Thêm hệ thống").first.click()
    page.get_by_role("button", name="Gửi đăng ký").click()
    expect(page.locator("error-summary")).to_be_focused()
    shot(page, "ket-noi-thieu")
    page.get_by_label("Tên hệ thống").fill("Một cửa điện tử tỉnh Mẫu")
    page.get_by_label("Mã hệ thống").fill("mot-cua-mau")
    page.get_by_label("Mục đích kết nối").fill("Kiểm tra tài khoản của chủ hồ sơ, Công văn số 12/STTTT.")
    page.get_by_label("Kiểm tra tài khoản của chủ hồ sơ").check()
    page.get_by_label("Khóa công khai (JWK Set)").fill(key_set(jwk("khoa-thang-11")))
    page.get_by_label("Địa chỉ mạng được gọi vào").fill("203.0.113.0/24")
    page.get_by_label("Đơn vị đầu mối").fill("Trung tâm Công nghệ thông tin")
    page.get_by_label("Email đầu mối").fill("truc@example.gov.vn")
    page.get_by_label("Hết hạn ngày").fill(f"{date.today() + timedelta(days=300):%d/%m/%Y}")


def test_a_system_is_connected_by_two_and_stopped_by_one(town: Town, new_page: NewPage, axe: Check) -> None:
    administrator, leader = new_page(), new_page(**PHONE)
    town_of.sign_in(administrator, town_of.ADMINISTRATOR)
    town_of.sign_in(leader, town_of.LEADER)
    asked(administrator)
    axe(administrator)
    shot(administrator, "ket-noi-them")
    administrator.get_by_role("button", name="Gửi đăng ký").click()
    expect(administrator.get_by_text("Chờ cán bộ khác duyệt.", exact=True)).to_be_visible()
    axe(administrator)
    shot(administrator, "ket-noi-cho-duyet")

    leader.goto("/quan-tri/ket-noi/")
    town_of.fits(leader)
    axe(leader)
    shot(leader, "ket-noi-danh-sach")
    leader.get_by_role("link", name="Một cửa điện tử tỉnh Mẫu").click()
    expect(leader.get_by_text("khoa-thang-11")).to_be_visible()
    town_of.fits(leader)
    axe(leader)
    leader.get_by_role("button", name="Duyệt", exact=True).click()
    expect(leader.get_by_text("Đã duyệt. Hệ thống được kết nối từ lúc này.")).to_be_visible()
    shot(leader, "ket-noi-dang-chay")

    administrator.reload()
    shot(administrator, "ket-noi-mot")
    administrator.locator("summary").filter(has_text="Ngừng ngay").click()
    administrator.get_by_label("Lý do ngừng").fill("Nghi lộ khóa bí mật")
    administrator.get_by_role("button", name="Ngừng ngay").click()
    expect(administrator.get_by_text(re.compile("Đã ngừng kết nối"))).to_be_visible()
    expect(administrator.get_by_text("Không kết nối").first).to_be_visible()
    axe(administrator)
    shot(administrator, "ket-noi-da-ngung")
    for each in (administrator, leader):
        assert_quiet(each)
