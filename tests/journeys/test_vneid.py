"""From passwords to VNeID: two administrators agree on the days, citizens link, and the desk says who counts."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.journeys import citizens
from tests.journeys import townspeople as town_of
from tests.journeys.townspeople import Check, Person
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

LIST = "/quan-tri/nha-cung-cap-danh-tinh/"
WHY = "Nghị định 69/2024/NĐ-CP, điều 40"
LEADER = ("052076000204", "Ky.Duyet-Dung-Han-4")
ADMIN = ("052079000205", "Phan.Quyen-Hai-Nguoi-5")
DESK = ("052188000201", "Quay.So-1-Sang")
CREATOR = ("052082000202", "Giay.To-Ro-Rang-2")


@pytest.fixture
def days_undone(town: Town) -> Iterator[None]:
    """The town is for other journeys, too: afterwards passwords count again."""
    yield
    town.sql(
        "SET session_replication_role = replica;"
        " DELETE FROM accounts_providerperiod; DELETE FROM accounts_providerchange"
    )


def look(page: Page, axe: Check, name: str) -> None:
    town_of.fits(page)
    axe(page)
    shot(page, f"vneid-{name}")


def agreed(asking: Page, agreeing: Page, axe: Check, provider: str, **days: str) -> None:
    asking.goto(LIST)
    asking.get_by_role("link", name="Đề nghị mới").first.click()
    asking.get_by_label("Nhà cung cấp").select_option(label=provider)
    if "first" in days:
        asking.get_by_label("Dùng từ ngày").fill(days["first"])
    if "last" in days:
        asking.get_by_label("Dùng đến hết ngày").fill(days["last"])
    asking.get_by_label("Căn cứ").fill(WHY)
    asking.get_by_role("button", name="Xem trước").click()
    expect(asking.get_by_role("heading", name="Người dân sẽ thấy")).to_be_visible()
    look(asking, axe, f"xem-truoc-{'-'.join(days)}")
    asking.get_by_role("button", name="Gửi đề nghị").click()
    expect(
        asking.get_by_text("Đề nghị chờ quản trị viên khác có quyền “Cho hệ thống khác kết nối” duyệt.")
    ).to_be_visible()
    agreeing.goto(asking.url.partition("?")[0])
    look(agreeing, axe, f"de-nghi-{'-'.join(days)}")
    agreeing.get_by_role("button", name="Duyệt", exact=True).click()
    agreeing.get_by_role("dialog").get_by_role("button", name="Duyệt", exact=True).click()
    expect(agreeing.get_by_text("Đã duyệt", exact=True)).to_be_visible()


def days_come(town: Town, provider: str, column: str, days: int) -> None:
    """As if it had been agreed long ago; triggers forbid it to everybody else."""
    town.sql(
        "SET session_replication_role = replica; UPDATE accounts_providerperiod"
        f" SET {column} = (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - {days} WHERE provider = '{provider}'"
    )


def by_vneid(page: Page, axe: Check, person: Person, name: str) -> None:
    page.goto("/dang-nhap/")
    look(page, axe, f"dang-nhap-{name}")
    page.get_by_role("link", name="Đăng nhập bằng VNeID").click()
    page.get_by_label("Số định danh cá nhân").fill(person.number)
    page.get_by_role("button", name="Đồng ý đăng nhập").click()
    page.get_by_role("link", name="Quay lại Cổng Dịch vụ công").click()
    page.wait_for_url(re.compile(r"/ca-nhan/(?:ho-so/)?\Z"))  # back at the desk where that is elsewhere


def opens_one(town: Town, page: Page, axe: Check) -> None:
    """Whoever has no account sees whom VNeID named, opens one, and is told so."""
    newcomer = citizens.somebody(name="Ngô Thị Mai Mẫu")
    told = {"number": newcomer.number, "name": newcomer.name.upper(), "born_on": newcomer.born}
    httpx.put(f"{town.sim_url}/vneid/cong-dan", json=told, timeout=10).raise_for_status()
    page.goto("/dang-nhap/")
    page.get_by_role("link", name="Đăng nhập bằng VNeID").click()
    page.get_by_label("Số định danh cá nhân").fill(newcomer.number)
    page.get_by_role("button", name="Đồng ý đăng nhập").click()
    page.get_by_role("link", name="Quay lại Cổng Dịch vụ công").click()
    expect(page.get_by_text(newcomer.name, exact=True)).to_be_visible()
    look(page, axe, "mo-tai-khoan")
    page.get_by_role("button", name="Mở tài khoản").click()
    expect(page.get_by_role("heading", name="Đã mở tài khoản")).to_be_visible()
    look(page, axe, "da-mo-tai-khoan")
    page.get_by_role("link", name="Tiếp tục").click()
    page.wait_for_url(re.compile(r"/ca-nhan/(?:ho-so/)?\Z"))  # back at the desk where that is elsewhere
    page.goto("/ca-nhan/")
    expect(page.get_by_text("Tài khoản chưa có số điện thoại").first).to_be_visible()
    assert_quiet(page)


def asked(desk: Page, person: Person) -> None:
    desk.goto("/mot-cua/")
    desk.get_by_role("main").get_by_role("button", name="Tiếp nhận hồ sơ").click()
    expect(desk.get_by_label("CMND/CCCD")).to_be_focused()
    desk.keyboard.type(person.number)
    desk.keyboard.press("Enter")


def test_from_passwords_to_vneid(town: Town, new_page: NewPage, axe: Check, days_undone: None) -> None:
    linked, later = town_of.resident(town, "Hồ Thị Liên Kết Mẫu"), town_of.resident(town, "Võ Văn Sau Mẫu")
    asking, agreeing, citizen = new_page(), new_page(**PHONE), new_page(**PHONE)
    town_of.sign_in(asking, ADMIN)
    town_of.sign_in(agreeing, LEADER)
    asking.goto(LIST)
    look(asking, axe, "nha-cung-cap-truoc")

    agreed(asking, agreeing, axe, "VNeID", first=town_of.day(3))
    days_come(town, "VNEID", "valid_from", 10)
    by_vneid(citizen, axe, linked, "chuyen-tiep")
    town.next_text(linked.phone, after=0, containing="VNeID", patience=60)
    stranger = new_page(**PHONE)
    stranger.goto("/dang-ky/")
    look(stranger, axe, "dang-ky-chuyen-tiep")

    agreed(asking, agreeing, axe, "Tài khoản Cổng DVCQG", last=town_of.day(3))
    days_come(town, "DVCQG", "valid_to", 1)
    asking.goto(LIST)
    look(asking, axe, "nha-cung-cap-sau")

    stranger.goto("/dang-ky/")
    expect(stranger.get_by_role("heading", name="Hướng dẫn dùng VNeID")).to_be_visible()
    look(stranger, axe, "huong-dan")
    stranger.goto("/dang-nhap/")
    stranger.get_by_label("Số CMND/CCCD").fill(later.number)
    stranger.get_by_role("textbox", name="Mật khẩu").fill(town_of.PASSWORD)
    stranger.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(stranger.get_by_text("không đăng nhập bằng mật khẩu nữa").first).to_be_visible()
    look(stranger, axe, "mat-khau-het-han")

    desk = new_page()
    town_of.sign_in(desk, DESK)
    asked(desk, later)
    expect(desk.get_by_text("chưa xác thực").first).to_be_visible()
    look(desk, axe, "quay-chua-xac-thuc")
    by_vneid(stranger, axe, later, "sau-ngay")
    asked(desk, later)
    expect(desk.get_by_text("Kiểm tra tài khoản thành công").first).to_be_visible()

    opens_one(town, new_page(**PHONE), axe)

    creator = new_page()
    town_of.sign_in(creator, CREATOR)
    creator.goto("/quan-tri/lien-ket-vneid/")
    creator.get_by_label("Số CMND/CCCD của tài khoản").fill(later.number)
    creator.get_by_label("Lý do").fill("Đã xem thẻ căn cước, liên kết nhầm.")
    creator.get_by_role("button", name="Đề nghị gỡ liên kết").click()
    expect(creator.get_by_text("Chờ cán bộ khác duyệt.", exact=True)).to_be_visible()
    assert later.number not in creator.content()
    look(creator, axe, "go-lien-ket")
    for page in (asking, agreeing, citizen, stranger, desk, creator):
        assert_quiet(page)
