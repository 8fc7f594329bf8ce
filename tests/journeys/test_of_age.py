"""A girl comes of age: her mother's password opens nothing any more, and she takes the account over at the desk."""

import itertools
import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys import backstage
from tests.journeys import townspeople as town_of
from tests.journeys.townspeople import Check
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

LIST = "/quan-tri/du-18-tuoi/"
CREATOR = ("052082000202", "Giay.To-Ro-Rang-2")
NAME = "Hồ Thị Mười Tám"
_serial = itertools.count(18)
OWN = "Rieng.Cua-Con-2026!"
_UNIT = "binhdinh-sgddt"
#: Whom the phone rules of a running town do not ask: its owner writes past the triggers, as time does.
_RUN_BY_MOTHER = """
SET session_replication_role = replica;
UPDATE accounts_person SET born_on = '{born}' WHERE id = {person};
INSERT INTO accounts_guardianship (public_id, account_id, kind, ends_on, recorded_by, unit_id, unit_code, settled_by,
                                   request_number)
SELECT gen_random_uuid(), a.id, 'PARENT', '{day}', '', u.id, u.code, '', ''
  FROM accounts_account a, units_unit u WHERE a.person_id = {person} AND u.code = '{unit}'
"""


def look(page: Page, axe: Check, name: str) -> None:
    town_of.fits(page)
    axe(page)
    shot(page, f"du-18-tuoi-{name}")


class Girl:
    """Somebody invented; another each time."""

    def __init__(self) -> None:
        nth = next(_serial)
        self.serial, self.mothers, self.hers = f"9180{nth:02d}", f"09876541{nth:02d}", f"09876542{nth:02d}"


def run_by_her_mother(town: Town, girl: Girl) -> tuple[str, str]:
    """Of age since some days; the number and the birth date."""
    born = timezone.localdate() - timedelta(days=1)
    born = born.replace(year=born.year - 18, day=min(born.day, 28))
    number, shown = f"0523{born:%y}{girl.serial}", f"{born:%d/%m/%Y}"
    town_of.let_budgets_recover(town)
    backstage.settle(
        town, number=number, name=NAME, born=shown, phone=girl.mothers, password=town_of.PASSWORD
    )
    person = town.sql(f"SELECT id FROM accounts_person WHERE full_name = '{NAME}' ORDER BY id DESC LIMIT 1")[
        0
    ][0]
    day = born.replace(year=born.year + 18)
    town.sql(_RUN_BY_MOTHER.format(born=born, person=person, day=day, unit=_UNIT))
    return number, shown


def test_she_takes_over_the_account_that_her_mother_ran(town: Town, new_page: NewPage, axe: Check) -> None:
    girl = Girl()
    number, born = run_by_her_mother(town, girl)
    mother = new_page(**PHONE)
    mother.goto("/dang-nhap/")
    mother.get_by_label("Số CMND/CCCD").fill(number)
    mother.get_by_role("textbox", name="Mật khẩu").fill(town_of.PASSWORD)
    mother.get_by_role("button", name="Đăng nhập").click()
    expect(mother.get_by_text("Chủ tài khoản đã đủ 18 tuổi").first).to_be_visible()
    look(mother, axe, "me-khong-vao-duoc")

    officer = new_page()
    town_of.sign_in(officer, CREATOR)
    officer.goto(f"{town.portal_url}/quan-tri/")
    officer.get_by_role("link", name="Tài khoản đủ 18 tuổi").click()
    expect(officer.get_by_role("row", name=re.compile("chưa nhận")).first).to_be_visible()
    look(officer, axe, "danh-sach")
    officer.get_by_role("link", name="Giao tài khoản cho chủ tài khoản").click()
    form = officer.get_by_role("group", name="Thông tin công dân")
    form.get_by_label("Số CMND/CCCD").fill(number)
    form.get_by_label("Họ và tên").fill(NAME)
    form.get_by_label("Ngày sinh").fill(born)
    form.get_by_label("Số điện thoại").fill(girl.mothers)
    form.get_by_label("Đính kèm CCCD/CMND").set_input_files(town_of.scan("the-cua-con.pdf"))
    look(officer, axe, "giao")
    form.get_by_label("Số điện thoại").fill(girl.hers)
    town.put_subscriber(girl.hers, operator="Viettel", name=NAME, id_number=number, born_on=born)
    with officer.expect_download():
        officer.get_by_role("button", name="Tải xuống", exact=True).click()
    officer.get_by_role("button", name="Gửi mã OTP", exact=True).click()
    expect(officer.locator("#ma-otp")).to_contain_text("(lần 1)", timeout=60_000)
    code = re.search(r"[0-9]{6}", town.next_text(girl.hers, after=0, containing="OTP", patience=60))
    assert code is not None
    officer.get_by_label("Nhập OTP").fill(code[0])
    officer.get_by_role("button", name="Giao tài khoản", exact=True).click()
    expect(officer.get_by_role("heading", name="Đã giao tài khoản cho chủ tài khoản")).to_be_visible()
    look(officer, axe, "da-giao")
    assert "chinh chu nhan" in town.next_text(girl.mothers, after=0, containing="chinh chu", patience=60)

    one_time = (
        town.next_text(girl.hers, after=1, containing="kich-hoat", patience=60)
        .split(": ", 1)[1]
        .split(" ")[0]
    )
    daughter = new_page(**PHONE)
    daughter.goto("/kich-hoat/")
    daughter.locator("#id_number").fill(number)
    daughter.locator("#id_one_time").fill(one_time)
    daughter.locator("#id_born_on").fill(born)
    daughter.locator("#id_password").fill(OWN)
    daughter.locator("#id_again").fill(OWN)
    daughter.get_by_role("button", name="Kích hoạt tài khoản").click()
    expect(daughter.locator("#id_one_time")).to_have_count(0)
    expect(daughter.get_by_role("alert")).to_have_count(0)
    daughter.goto("/dang-nhap/")
    daughter.get_by_label("Số CMND/CCCD").fill(number)
    daughter.get_by_role("textbox", name="Mật khẩu").fill(OWN)
    daughter.get_by_role("button", name="Đăng nhập").click()
    daughter.wait_for_url(re.compile("/ca-nhan/"))
    if "van-ban" in daughter.url:
        daughter.get_by_role("button", name="Tôi đã đọc").click()
    expect(daughter.get_by_role("heading", name="Trước khi ông/bà nhận tài khoản")).to_be_visible()
    look(daughter, axe, "truoc-khi-nhan")
    daughter.get_by_role("button", name="Tôi đã xem").click()
    daughter.wait_for_url(re.compile("/ca-nhan/(?!truoc)"))
    daughter.goto("/ca-nhan/")
    expect(daughter.get_by_text("Nhận tài khoản khi đủ 18 tuổi")).to_be_visible()
    look(daughter, axe, "lich-su")
    for page in (mother, officer, daughter):
        assert_quiet(page)
