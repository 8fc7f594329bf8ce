"""One person with two accounts: one officer asks, another compares, either number opens the one that stays."""

import re

from playwright.sync_api import expect

from tests.journeys import townspeople as town_of
from tests.journeys.townspeople import Check
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

UNIT = "binhdinh-sgddt"


def test_two_officers_join_two_accounts_of_one_person(town: Town, new_page: NewPage, axe: Check) -> None:
    older = town_of.resident(town, "Huỳnh Thị Hai Số")
    newer = town_of.resident(town, "Huỳnh Thị Hai Số")
    first = town_of.resident(town, "Đoàn Văn Đề Nghị")
    second = town_of.resident(town, "Tạ Thị So Sánh")
    for officer in (first, second):
        town_of.appoint(town, officer, UNIT, "OPEN_ACCOUNT")
    one, other, owner = new_page(), new_page(), new_page(**PHONE)

    town_of.sign_in(one, first.sign_in)
    one.goto("/quan-tri/gop-tai-khoan/")
    axe(one)
    shot(one, "gop-danh-sach-trong")
    one.get_by_role("link", name="Đề nghị mới").first.click()
    one.get_by_role("button", name="Gửi đề nghị").click()
    expect(one.locator("error-summary")).to_be_focused()
    axe(one)
    shot(one, "gop-de-nghi-thieu")
    one.get_by_label("Số CMND/CCCD của tài khoản còn lại").fill(newer.number)
    one.get_by_label("Số CMND/CCCD của tài khoản thôi dùng").fill(older.number)
    one.get_by_label("Bản quét giấy tờ").set_input_files([town_of.scan("hai-so.pdf")])
    one.get_by_label("Lý do").fill("Đã xem thẻ CCCD có số cũ trong mã QR.")
    one.get_by_role("button", name="Gửi đề nghị").click()
    expect(one.get_by_text("Chờ cán bộ khác so sánh và duyệt.")).to_be_visible()
    axe(one)
    shot(one, "gop-cho-duyet")
    address = one.url.partition("?")[0]

    town_of.sign_in(other, second.sign_in)
    other.goto(address)
    expect(other.get_by_role("columnheader", name="Tài khoản thôi dùng")).to_be_visible()
    expect(other.get_by_text(older.number)).to_have_count(0)
    axe(other)
    shot(other, "gop-so-sanh")
    other.get_by_role("button", name="Duyệt", exact=True).click()
    expect(other.get_by_text("Thực hiện từ")).to_be_visible()
    axe(other)
    shot(other, "gop-da-duyet")
    assert any("se duoc gop" in told["text"] for told in town.inbox(older.phone) + town.inbox(newer.phone))

    town.sql(
        "SET session_replication_role = replica;"
        " UPDATE accounts_merge SET due_at = due_at - interval '4 days' WHERE state = 'AGREED'"
    )
    town_of.let_budgets_recover(town)
    done = other.get_by_text("Tách lại")
    for _ in range(60):
        other.reload()
        if done.count():
            break
        other.wait_for_timeout(3000)
    expect(done).to_be_visible()
    axe(other)
    shot(other, "gop-xong")

    town_of.sign_in(owner, older.sign_in)
    owner.goto("/ca-nhan/")
    expect(owner.get_by_text(newer.number)).to_be_visible()
    expect(owner.get_by_text(older.number)).to_be_visible()
    town_of.fits(owner)
    axe(owner)
    shot(owner, "gop-chu-tai-khoan")

    other.set_viewport_size({"width": 390, "height": 844})
    places = ("", "them-moi/", "nghi-trung/")
    for place in (*(f"/quan-tri/gop-tai-khoan/{each}" for each in places), address, f"{address}xem-day-du/"):
        other.goto(place)
        town_of.fits(other)
        shot(other, f"gop-hep-{re.sub('[^a-z]', '', place[-12:])}")
    assert_quiet(owner)
