"""Phụ lục III as an officer with a browser and a citizen with a phone live it."""

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.running_town import Town
from tests.visiting import NewPage, assert_quiet
from tests.web_office import scans

ADD = "/quan-tri/tai-khoan-cong-dan/them-moi/"
_serial = itertools.count(1)


class Citizen:
    """Somebody invented who stands at the desk with card and phone."""

    def __init__(self) -> None:
        nth = next(_serial)
        self.number = f"052090777{nth:03d}"
        self.phone = f"0900777{nth:03d}"
        self.name, self.born = f"Ngô Thị Thử {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[nth % 26]}", "01/02/1990"


class Creator:
    """The officer at the one screen of Phụ lục III."""

    def __init__(self, page: Page, town: Town) -> None:
        self.page, self.town = page, town

    def sign_in(self) -> None:
        self.page.goto("/dang-nhap/")
        self.page.get_by_label("Số CMND/CCCD").fill("052082000202")
        self.page.locator("#id_password").fill("Giay.To-Ro-Rang-2")
        self.page.get_by_role("button", name="Đăng nhập").click()
        self.page.wait_for_url(re.compile("/mot-cua/|/quan-tri/"))

    def box(self, label: str) -> Locator:
        return self.page.get_by_role("group", name="Thông tin công dân").get_by_label(label)

    def fill(self, citizen: Citizen) -> None:
        self.box("Số CMND/CCCD").fill(citizen.number)
        self.box("Họ và tên").fill(citizen.name)
        self.box("Ngày sinh").fill(citizen.born)
        self.box("Số điện thoại").fill(citizen.phone)
        self.box("Lý do hỗ trợ tạo").select_option(index=1)

    @property
    def news(self) -> Locator:
        """What the page says of the newest code."""
        return self.page.locator("#ma-otp")

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def ready(self, citizen: Citizen, scan: Path) -> str:
        """Everything filled in, paper printed, code sent; the code."""
        self.page.goto(ADD)
        self.fill(citizen)
        self.box("Đính kèm CCCD/CMND").set_input_files(scan)
        with self.page.expect_download():
            self.press("Tải xuống")
        self.press("Gửi mã OTP")
        expect(self.news).to_contain_text("đã được gửi tới 09*****", timeout=20_000)
        return self.code(citizen)

    def code(self, citizen: Citizen, after: int = 0) -> str:
        found = re.search(r"[0-9]{6}", self.town.next_text(citizen.phone, after=after, containing="OTP"))
        assert found
        return found[0]

    def try_code(self, code: str) -> None:
        self.page.get_by_label("Nhập OTP").fill(code)
        self.press("Tạo tài khoản")

    def expect_wrong(self, words: str) -> None:
        expect(self.page.locator("#id_code_error")).to_contain_text(words)


@pytest.fixture
def creator(page: Page, town: Town) -> Creator:
    found = Creator(page, town)
    found.sign_in()
    return found


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "CCCD.pdf"
    path.write_bytes(scans.pdf().read())
    return path


def test_the_officer_creates_the_account_and_the_citizen_activates_it(
    creator: Creator, town: Town, scan: Path, new_page: NewPage, axe: Callable[[Page], None]
) -> None:
    page, citizen = creator.page, Citizen()
    page.goto(f"{town.portal_url}/quan-tri/")
    page.get_by_role("link", name="Tạo tài khoản công dân").click()
    axe(page)
    page.get_by_role("button", name="THÊM MỚI").click()
    expect(page).to_have_url(re.compile(ADD + "$"))
    expect(creator.box("Số CMND/CCCD")).to_be_focused()
    page.keyboard.type(citizen.number)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Chưa có tài khoản. Ông/bà có thể tạo mới.")).to_be_visible()
    axe(page)

    creator.fill(citizen)
    creator.box("Đính kèm CCCD/CMND").set_input_files(scan)
    with page.expect_download() as download:
        creator.press("Tải xuống")
    assert download.value.suggested_filename.endswith(".pdf")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    expect(page.get_by_text("File đính kèm: CCCD.pdf")).to_be_visible()
    creator.press("Gửi mã OTP")
    expect(creator.news).to_contain_text("(lần 1)")
    axe(page)
    creator.try_code(creator.code(citizen))

    expect(page.get_by_role("heading", name="Tạo tài khoản thành công")).to_be_visible()
    expect(page.get_by_text(f"{town.portal_url}/kich-hoat/")).to_be_visible()
    axe(page)
    text = town.next_text(citizen.phone, after=1, containing="kich-hoat")
    one_time = text.split(": ", 1)[1].split(" ")[0]
    assert one_time not in page.content()
    assert citizen.number not in page.url

    own = new_page()
    own.goto("/kich-hoat/")
    own.locator("#id_number").fill(citizen.number)
    own.locator("#id_one_time").fill(one_time)
    own.locator("#id_born_on").fill(citizen.born)
    own.locator("#id_password").fill("Song.Ha-Thanh-2026!")
    own.locator("#id_again").fill("Song.Ha-Thanh-2026!")
    own.get_by_role("button", name="Kích hoạt tài khoản").click()
    expect(own.locator("#id_one_time")).to_have_count(0)
    expect(own.get_by_role("alert")).to_have_count(0)

    page.goto("/quan-tri/tai-khoan-cong-dan/")
    page.get_by_label("Tên công dân").fill("ngo thi thu")
    page.get_by_role("button", name="TÌM KIẾM").click()
    expect(page.get_by_role("row", name=citizen.name)).to_contain_text("*********")
    assert_quiet(page)


def test_a_form_changed_after_the_code_was_sent_says_so_and_enter_creates(
    creator: Creator, scan: Path, axe: Callable[[Page], None]
) -> None:
    page, citizen = creator.page, Citizen()
    code = creator.ready(citizen, scan)
    said = page.get_by_text("Giấy đề nghị và mã OTP ở trên chỉ dùng được với thông tin cũ")
    expect(said).to_have_count(0)
    creator.box("Họ và tên").fill("Ngô Thị Khác Mẫu")
    expect(said).to_be_visible()
    axe(page)
    creator.box("Họ và tên").fill(citizen.name)
    expect(said).to_have_count(0)
    page.get_by_label("Nhập OTP").fill(code)
    expect(said).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tạo tài khoản thành công")).to_be_visible()


def test_an_existing_account_ends_the_matter(creator: Creator, scan: Path) -> None:
    page, citizen = creator.page, Citizen()
    page.goto(ADD)
    creator.box("Số CMND/CCCD").fill("052185000101")
    page.get_by_role("button", name="Tra cứu tài khoản").click()
    said = page.get_by_text("Số CMND/CCCD này đã có tài khoản trên Cổng Dịch vụ công quốc gia.")
    expect(said).to_be_visible()

    citizen.number, citizen.born = "052185000101", "12/05/1985"
    creator.fill(citizen)
    creator.box("Đính kèm CCCD/CMND").set_input_files(scan)
    creator.press("Gửi mã OTP")
    expect(page.locator("#id_citizen_id_error")).to_contain_text("đã có tài khoản")
    assert creator.town.inbox(citizen.phone) == []


def test_a_page_that_calls_itself_pdf_is_refused_and_nothing_typed_is_lost(
    creator: Creator, tmp_path: Path
) -> None:
    page, citizen = creator.page, Citizen()
    false = tmp_path / "CCCD.pdf"
    false.write_bytes(scans.html_called_pdf().read())
    page.goto(ADD)
    creator.fill(citizen)
    creator.box("Đính kèm CCCD/CMND").set_input_files(false)
    creator.press("Tải xuống")
    expect(page.locator("#id_scan_error")).to_contain_text("Tệp mang tên .pdf nhưng nội dung không phải PDF.")
    expect(creator.box("Họ và tên")).to_have_value(citizen.name)


def test_what_became_of_the_code_is_told_without_a_reload(creator: Creator, town: Town, scan: Path) -> None:
    page, citizen = creator.page, Citizen()
    page.goto(ADD)
    creator.fill(citizen)
    creator.box("Đính kèm CCCD/CMND").set_input_files(scan)
    with page.expect_download():
        creator.press("Tải xuống")
    town.fault(gateway="slow", gateway2="slow")
    try:
        creator.press("Gửi mã OTP")
        expect(creator.news).to_contain_text("đang được gửi")
        page.get_by_label("Nhập OTP").fill("12")
    finally:
        town.fault(gateway="ok", gateway2="ok")
    expect(creator.news).to_contain_text("đã được gửi tới 09*****", timeout=30_000)
    expect(page.get_by_label("Nhập OTP")).to_have_value("12")
    assert creator.news.get_attribute("hx-get") is None
    assert_quiet(page)


def test_a_file_that_the_browser_refuses_is_still_refused_on_the_next_page(
    creator: Creator, tmp_path: Path, scan: Path
) -> None:
    page, picture = creator.page, tmp_path / "CCCD.jpg"
    picture.write_bytes(b"not a picture either")
    page.goto(ADD)
    creator.press("Tải xuống")
    expect(page.locator("#id_scan_error")).to_contain_text("Đề nghị ông/bà chọn tệp")
    box = creator.box("Đính kèm CCCD/CMND")
    box.set_input_files(picture)
    expect(page.get_by_text("Tệp CCCD.jpg không đúng định dạng.")).to_be_visible()
    expect(page.locator("#id_scan_error")).to_have_count(0)
    creator.press("Tải xuống")
    expect(page.locator("#id_scan_error")).to_contain_text("Chỉ nhận tệp .pdf, .docx, .doc.")
    box.set_input_files(scan)
    expect(page.locator("#id_scan_error")).to_have_count(0)
    assert_quiet(page)


def test_a_wrong_a_used_up_and_an_expired_code_are_told_apart(
    creator: Creator, town: Town, scan: Path
) -> None:
    citizen = Citizen()
    code = creator.ready(citizen, scan)
    wrong = "000000" if code != "000000" else "000001"
    for left in (4, 3, 2, 1):
        creator.try_code(wrong)
        creator.expect_wrong(f"Ông/bà còn {left} lần nhập.")
    creator.try_code(wrong)
    creator.expect_wrong("Ông/bà đã nhập sai 5 lần")
    creator.try_code(code)
    creator.expect_wrong("bấm “Gửi mã OTP” để nhận mã mới")

    other = Citizen()
    code = creator.ready(other, scan)
    town.sql(
        "BEGIN; SET LOCAL session_replication_role = replica;"
        " UPDATE accounts_passcode SET created_at = created_at - interval '130 seconds',"
        " expires_at = expires_at - interval '130 seconds'; COMMIT"
    )
    creator.try_code(code)
    creator.expect_wrong("Mã OTP đã hết hiệu lực.")


def test_only_the_newest_code_counts(creator: Creator, town: Town, scan: Path) -> None:
    citizen = Citizen()
    first = creator.ready(citizen, scan)
    town.sql("UPDATE limits_bucket SET window_ends_at = window_ends_at - interval '1 day'")
    town.sql(
        "BEGIN; SET LOCAL session_replication_role = replica;"
        " UPDATE accounts_passcode SET created_at = created_at - interval '31 seconds',"
        " expires_at = expires_at - interval '31 seconds'; COMMIT"
    )
    creator.page.goto(re.sub(r"\?.*", "", creator.page.url))
    creator.press("Gửi mã OTP")
    expect(creator.page.get_by_text("(lần 2)")).to_be_visible()
    second = creator.code(citizen, after=1)
    if first != second:
        creator.try_code(first)
        creator.expect_wrong("Đã có mã OTP mới hơn mã vừa nhập.")
    creator.try_code(second)
    expect(creator.page.get_by_role("heading", name="Tạo tài khoản thành công")).to_be_visible()
