"""A school officer in a browser: 200 rows uploaded, watched, filtered, printed, asked again; an owner who sees it."""

import re
from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect

from tests.accounts.class_files import workbook
from tests.journeys.townspeople import (
    Person,
    appoint,
    dismiss,
    fits,
    let_budgets_recover,
    resident,
    sign_in,
    words_of,
)
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

Check = Callable[[Page], None]
SCHOOL = "binhdinh-thpt-trung-vuong"
LIST = "/quan-tri/danh-sach-lop/"
LATE = "Võ Thị Muộn Mẫu"
LATE_NUMBER = f"052192{998_001:06d}"


def file_of(found: Person, other: Person) -> FilePayload:
    """200 rows: one with an account, one under another name, one malformed, one twice; all others are nobody's."""
    rows: list[tuple[object, ...]] = [
        (1, found.number, found.name, "01/02/1992", "12A1"),
        (2, other.number, "Phan Thị Lạc Tên", "01/02/1992", "12A1"),
        (3, "12345", "Lê Sai Mẫu", "01/02/1992", "12A1"),
        (4, found.number, found.name, "01/02/1992", "12A2"),
        (5, LATE_NUMBER, LATE, "01/02/1992", "12A2"),
    ]
    rows += [
        (
            nth,
            f"052192997{nth:03d}",
            f"Trương Mẫu {'ABCDEFGHIK'[nth % 10]}",
            "01/02/1992",
            f"12A{nth % 8 + 1}",
        )
        for nth in range(6, 201)
    ]
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "khoi-12.xlsx", "mimeType": mime, "buffer": workbook(rows)}


def seen_on_a_phone(phone: Page, address: str, name: str, axe: Check) -> None:
    phone.goto(address)
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    fits(phone)
    axe(phone)
    shot(phone, name)


def test_a_school_finds_out_who_has_an_account_and_invites_the_others(
    new_page: NewPage, town: Town, axe: Check
) -> None:
    found, other = resident(town, "Hà Thị Sẵn Mẫu"), resident(town, "Đinh Thị Khác Mẫu")
    clerk = resident(town, "Lương Thị Giáo Vụ")
    appoint(town, clerk, SCHOOL, "RECEIVE_DOSSIER", "OPEN_ACCOUNT")
    let_budgets_recover(town)
    desk, phone = new_page(), new_page(**PHONE)
    for page in (desk, phone):
        sign_in(page, clerk.sign_in)

    desk.goto(LIST)
    expect(desk.get_by_text("chưa tải danh sách nào")).to_be_visible()
    axe(desk)
    desk.get_by_role("link", name="Tải danh sách lên").first.click()
    axe(desk)
    shot(desk, "danh-sach-lop-tai-len")
    desk.get_by_label("Tên danh sách").fill("Khối 12, năm học 2026-2027")
    desk.get_by_label("Mục đích kiểm tra").select_option("EXAM")
    desk.get_by_label("Tệp Excel").set_input_files(file_of(found, other))
    desk.get_by_role("button", name="Tải lên và kiểm tra").click()
    desk.wait_for_url(re.compile(LIST + r"[0-9a-f-]{36}/\Z"))
    address = desk.url

    # The worker goes on by itself, and the page with it; nothing is pressed.
    expect(desk.get_by_role("button", name="Kiểm tra lại 197 học sinh")).to_be_visible()
    expect(desk.locator("#tien-do")).to_have_count(0)
    axe(desk)
    shot(desk, "danh-sach-lop-xong")
    seen_on_a_phone(phone, address, "danh-sach-lop-xong-dien-thoai", axe)

    filtered(desk, axe)
    printed(desk)
    asked_again(desk, town, axe)
    seen_on_a_phone(phone, f"{LIST}ty-le/{SCHOOL}/", "danh-sach-lop-ty-le-dien-thoai", axe)
    created(desk, address, axe)
    told(new_page(**PHONE), found, axe)
    assert_quiet(desk)
    dismiss(town, SCHOOL)


def filtered(desk: Page, axe: Check) -> None:
    """By answer, by class, by name; the name stands in no address."""
    table = desk.get_by_role("table")
    desk.get_by_label("Kết quả", exact=True).select_option("NOT_FOUND")
    desk.get_by_label("Lớp", exact=True).select_option("12A2")
    desk.get_by_label("Họ và tên", exact=True).fill("muon")
    desk.get_by_role("button", name="Tìm kiếm").click()
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table).to_contain_text(LATE)
    assert "mu" not in desk.url.partition("?")[2].partition("tim=")[0]
    axe(desk)
    desk.get_by_role("link", name="Bỏ bộ lọc").click()
    desk.get_by_role("link", name="Họ và tên").click()
    expect(table.get_by_role("columnheader", name="Họ và tên")).to_have_attribute("aria-sort", "ascending")
    desk.get_by_role("link", name="Sau").click()
    expect(desk.get_by_text("Trang 2/8")).to_be_visible()
    desk.get_by_role("link", name="Sai mẫu").click()
    expect(table).to_contain_text("Số CMND/CCCD không đúng")
    desk.get_by_role("link", name="Bỏ bộ lọc").click()


def printed(desk: Page) -> None:
    """Slips of one class; no number of anybody on them."""
    desk.get_by_label("Lớp", exact=True).select_option("12A2")
    desk.get_by_role("button", name="Tìm kiếm").click()
    for name in ("In phiếu mời (A4, 4 phiếu)", "In phiếu mời (A5)"):
        address = str(desk.get_by_role("link", name=name).get_attribute("href"))
        slips = desk.request.get(address).body()
        assert slips.startswith(b"%PDF-")
        words = words_of(slips)
        assert LATE in words and "/dang-ky/" in words and LATE_NUMBER not in words
    desk.get_by_role("link", name="Tải Excel").click()
    desk.get_by_label("Lý do kết xuất").fill("Gửi giáo viên chủ nhiệm mời phụ huynh.")
    with desk.expect_download() as excel:
        desk.get_by_role("button", name="Kết xuất Excel").click()
    assert excel.value.path().read_bytes().startswith(b"PK")
    desk.go_back()
    desk.get_by_role("link", name="Bỏ bộ lọc").click()


def asked_again(desk: Page, town: Town, axe: Check) -> None:
    """A pupil made an account meanwhile: the next round finds it, and the share grows."""
    from tests.journeys import backstage
    from tests.journeys.townspeople import PASSWORD

    backstage.settle(
        town, number=LATE_NUMBER, name=LATE, born="01/02/1992", phone=f"0961{777:06d}", password=PASSWORD
    )
    desk.get_by_role("button", name="Kiểm tra lại 197 học sinh").click()
    expect(desk.get_by_role("button", name="Kiểm tra lại 196 học sinh")).to_be_visible()
    desk.get_by_role("link", name="Tỷ lệ theo lớp").click()
    desk.get_by_role("link", name="Trường THPT Trưng Vương").click()
    row = desk.get_by_role("row", name=re.compile("12A2"))
    expect(row).to_contain_text(re.compile(r"4%\s*0%"))
    axe(desk)
    shot(desk, "danh-sach-lop-ty-le")


def created(desk: Page, address: str, axe: Check) -> None:
    """From a row to the form of Phụ lục III, filled from the list; the address says nothing."""
    desk.goto(f"{address}?kq=NOT_FOUND&xep=name")
    desk.get_by_role("button", name=re.compile("Tạo tài khoản tại trường")).first.click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Tạo tài khoản công dân")
    expect(desk.get_by_role("group", name="Thông tin công dân").get_by_label("Họ và tên")).to_have_value(
        re.compile("Trương Mẫu")
    )
    assert not re.search(r"[0-9]{12}", desk.url)
    axe(desk)


def told(page: Page, owner: Person, axe: Check) -> None:
    """Whoever was on the list reads that the school asked."""
    sign_in(page, owner.sign_in)
    page.goto("/ca-nhan/nhat-ky/")
    expect(page.get_by_role("main")).to_contain_text("Nhà trường kiểm tra danh sách lớp")
    fits(page)
    axe(page)
