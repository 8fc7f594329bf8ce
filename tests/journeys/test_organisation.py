"""An organisation's own: received for at the desk, its papers used again under the mandate, its result in its vault."""

import re

from playwright.sync_api import Page, expect

from tests.journeys import townspeople as town_of
from tests.journeys.test_for_another import CENTRE, represented
from tests.journeys.townspeople import Check, Person, Received
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

NAME = "Trung tâm Tin học Mẫu"
ORGANISATION = Person("4100267903", NAME, "")
FIRST: list[str | re.Pattern[str]] = [town_of.SCAN] * 5
AGAIN: list[str | re.Pattern[str]] = [town_of.SCAN, *[town_of.FROM_VAULT] * 4]
RESULT = "Quyết định cho phép hoạt động"


def received_for_it(desk: Page, holder: Person, *, again: bool) -> Received:
    """With the representative at the counter; the second time the vault has what is not of one request only."""
    town_of.checked(desk, ORGANISATION, CENTRE)
    if again:
        expect(desk.get_by_text("Kho dữ liệu: đã có, hợp lệ")).to_have_count(4)
    town_of.ways(desk, AGAIN if again else FIRST)
    desk.get_by_label("Số CMND/CCCD của người đại diện").fill(holder.number)
    if again:
        desk.get_by_label("Chủ hồ sơ đồng ý").check()
    return town_of.receive(desk)


def brought_to_its_result(new_page: NewPage, town: Town, desk: Page, dossier: Received) -> None:
    specialist, leader = new_page(), new_page()
    town_of.handed_over(desk, dossier)
    town_of.sign_in(specialist, town_of.SPECIALIST)
    town_of.accepted(specialist, dossier)
    town_of.attached(specialist, dossier)
    town_of.handed_over(specialist, dossier)
    town_of.sign_in(leader, town_of.LEADER)
    town_of.accepted(leader, dossier)
    town_of.signed(leader, dossier)
    town_of.handed_over(leader, dossier)
    town_of.handed_out(desk, dossier)


def test_an_organisations_papers_serve_again_and_its_result_comes_to_its_own_vault(
    town: Town, new_page: NewPage, axe: Check
) -> None:
    holder = town_of.resident(town, "Phạm Thị Giám Đốc")
    represented(town, new_page, axe, holder, tax_code=ORGANISATION.number, name=NAME)
    desk, page = new_page(), new_page(**PHONE)
    town_of.sign_in(desk, town_of.RECEIVER)
    first = received_for_it(desk, holder, again=False)

    town_of.sign_in(page, holder.sign_in)
    page.goto("/ca-nhan/ho-so/")
    expect(page.get_by_text("chưa có hồ sơ nào")).to_be_visible()
    page.goto("/ca-nhan/to-chuc/")
    page.get_by_role("button", name=re.compile(f"Làm việc thay tổ chức {NAME}")).click()
    # At once, although the browser was known there as herself a moment ago.
    expect(page.get_by_role("link", name=first.code)).to_be_visible()
    town_of.fits(page)
    axe(page)
    shot(page, "to-chuc-ho-so")
    page.goto("/ca-nhan/kho-du-lieu/")
    for name in ("Quyết định thành lập", "Danh sách đội ngũ"):
        town_of.eventually(page, re.compile(name))

    second = received_for_it(desk, holder, again=True)
    slip = desk.get_by_role("link", name="In giấy tiếp nhận").get_attribute("href")
    assert "không phải nộp lại" in town_of.words_of(desk.request.get(str(slip)).body())
    brought_to_its_result(new_page, town, desk, second)
    page.goto("/ca-nhan/kho-du-lieu/")
    town_of.eventually(page, re.compile(rf"^\s*{RESULT}\s*$"))
    town_of.fits(page)
    axe(page)
    shot(page, "to-chuc-kho")

    page.goto("/ca-nhan/to-chuc/")
    page.get_by_role("button", name="Thôi làm việc thay tổ chức").click()
    expect(page.get_by_role("button", name=re.compile(f"Làm việc thay tổ chức {NAME}"))).to_be_visible()
    page.goto("/ca-nhan/kho-du-lieu/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text(RESULT)).to_have_count(0)
    town_of.dismiss(town, "binhdinh-sgddt-trung-hoc")
    for each in (desk, page):
        assert_quiet(each)
