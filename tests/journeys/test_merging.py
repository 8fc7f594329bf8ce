"""Two accounts of one person: joined by two officers after their owner had three days to object, and parted again."""

import re

from playwright.sync_api import Page, expect

from tests.journeys import townspeople as town_of
from tests.journeys.townspeople import Check, Person
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

LIST = "/quan-tri/gop-tai-khoan/"
CREATOR = ("052082000202", "Giay.To-Ro-Rang-2")
_UNIT = "binhdinh-sgddt"


def look(page: Page, axe: Check, name: str) -> None:
    town_of.fits(page)
    axe(page)
    shot(page, f"gop-tai-khoan-{name}")


def asked(officer: Page, axe: Check, keep: Person, give_up: Person) -> str:
    """With the owner and both papers before the officer; the address of what was asked for."""
    officer.goto(LIST)
    look(officer, axe, "danh-sach")
    officer.get_by_role("link", name="Đề nghị mới").first.click()
    officer.get_by_role("button", name="Gửi đề nghị").click()
    expect(officer.locator("error-summary")).to_be_focused()
    look(officer, axe, "thieu")
    officer.get_by_label("Số CMND/CCCD của tài khoản còn lại").fill(keep.number)
    officer.get_by_label("Số CMND/CCCD của tài khoản thôi dùng").fill(give_up.number)
    officer.get_by_label("Bản quét giấy tờ").set_input_files(town_of.scan("hai-the.pdf"))
    officer.get_by_label("Lý do").fill("Đã xem thẻ CCCD có số CMND cũ trong mã QR.")
    officer.get_by_role("button", name="Gửi đề nghị").click()
    expect(officer.get_by_text("Chờ cán bộ khác so sánh và duyệt.")).to_be_visible()
    assert keep.number not in officer.url and give_up.number not in officer.content()
    look(officer, axe, "da-gui")
    return officer.url.partition("?")[0]


def approved(officer: Page, axe: Check, address: str, name: str) -> None:
    """By whoever did not ask, with both accounts side by side."""
    officer.goto(address)
    expect(officer.get_by_role("columnheader", name="Tài khoản thôi dùng")).to_be_visible()
    look(officer, axe, f"{name}-so-sanh")
    officer.get_by_role("button", name="Duyệt", exact=True).click()
    expect(officer.get_by_text("nếu chủ tài khoản không phản đối")).to_be_visible()
    look(officer, axe, f"{name}-da-duyet")


def days_pass(town: Town) -> None:
    """As if the owner had been told eight days ago; a trigger forbids it to everybody else."""
    town.sql(
        "SET session_replication_role = replica;"
        " UPDATE accounts_merge SET due_at = due_at - interval '8 days' WHERE state = 'AGREED'"
    )


def done(officer: Page, address: str) -> None:
    """The worker looks once a minute."""
    officer.goto(address)
    town_of.eventually(officer, re.compile(r"^\s*Đã thực hiện\s*$"), patience=180)


def account_of(page: Page, number: str) -> None:
    """Signed in with this number, at the page that says whose account it is."""
    town_of.sign_in(page, (number, town_of.PASSWORD))
    page.goto("/ca-nhan/")


def test_two_accounts_are_joined_by_two_officers_and_parted_again(
    town: Town, new_page: NewPage, axe: Check
) -> None:
    name = "Phùng Thị Hai Mẫu"
    keep, give_up = town_of.resident(town, name), town_of.resident(town, name)
    colleague = town_of.resident(town, "Cao Thị Duyệt Mẫu")
    town_of.appoint(town, colleague, _UNIT, "OPEN_ACCOUNT")
    asking, agreeing = new_page(), new_page(**PHONE)
    town_of.sign_in(asking, CREATOR)
    town_of.sign_in(agreeing, colleague.sign_in)

    merge = asked(asking, axe, keep, give_up)
    approved(agreeing, axe, merge, "gop")
    town.next_text(give_up.phone, after=0, containing="/k/", patience=60)
    owner = new_page(**PHONE)
    account_of(owner, give_up.number)
    expect(owner.get_by_role("region", name="Gộp tài khoản")).to_be_visible()
    look(owner, axe, "chu-duoc-bao")
    days_pass(town)
    done(asking, merge)
    look(asking, axe, "da-gop")

    owner = new_page(**PHONE)
    account_of(owner, give_up.number)
    expect(owner.get_by_text(keep.number)).to_be_visible()
    expect(owner.get_by_text(give_up.number)).to_be_visible()
    look(owner, axe, "mot-tai-khoan")

    asking.get_by_label("Lý do").fill("Hai người khác nhau, cùng tên, cùng ngày sinh.")
    asking.get_by_role("button", name="Đề nghị tách").click()
    expect(asking.get_by_role("heading", level=1)).to_contain_text("Tách tài khoản đã gộp")
    parting = asking.url.partition("?")[0]
    approved(agreeing, axe, parting, "tach")
    days_pass(town)
    done(asking, parting)

    owner = new_page(**PHONE)
    account_of(owner, give_up.number)
    expect(owner.get_by_text(give_up.number)).to_be_visible()
    expect(owner.get_by_text(keep.number)).to_have_count(0)
    agreeing.goto(LIST)
    agreeing.get_by_label("Số CMND/CCCD").fill(keep.number)
    agreeing.get_by_role("button", name="Tìm theo số").click()
    expect(agreeing.get_by_role("row", name=re.compile(name))).to_have_count(2)
    look(agreeing, axe, "tim-theo-so")
    for page in (asking, agreeing, owner):
        assert_quiet(page)
