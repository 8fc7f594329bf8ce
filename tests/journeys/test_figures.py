"""From a figure of the report to the dossiers behind it, for whoever reads reports; and back again."""

import re

from playwright.sync_api import expect

from tests.journeys import townspeople as town_of
from tests.journeys.townspeople import Check
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

MOVING_SCHOOL = "2.002478"
INSPECTOR = ("052181000206", "So.Nhat-Ky-Con-Nguyen-6")


def test_an_inspector_goes_from_a_number_to_its_dossiers(town: Town, new_page: NewPage, axe: Check) -> None:
    desk, inspector, small = new_page(), new_page(), new_page(**PHONE)
    town_of.sign_in(desk, town_of.RECEIVER)
    person = town_of.resident(town, "Lương Thị Số Mẫu")
    dossier = town_of.received(desk, person, MOVING_SCHOOL, [town_of.SCAN] * 4)
    for page in (inspector, small):
        town_of.sign_in(page, INSPECTOR)
        page.goto("/quan-tri/bao-cao/")
        figure = page.locator(".tile").filter(has_text="Hồ sơ tiếp nhận").get_by_role("link")
        town_of.eventually(page, re.compile("xem danh sách"))  # once it was sealed and counted
        figure.click()
        expect(page.get_by_role("heading", name="Hồ sơ tiếp nhận trong kỳ")).to_be_visible()
        expect(page.get_by_label("Sắp xếp")).to_have_value("moi")
        page.get_by_role("button", name="Tìm kiếm").click()
        expect(page.get_by_role("link", name=dossier.code)).to_be_visible()
        town_of.fits(page)
        axe(page)
        shot(page, "sau-so-lieu")
    inspector.get_by_role("link", name=dossier.code).click()
    expect(inspector.get_by_role("heading", level=1)).to_contain_text(dossier.code)
    inspector.go_back()
    inspector.get_by_role("link", name="Về báo cáo").click()
    expect(inspector.get_by_role("heading", name="Báo cáo", exact=True)).to_be_visible()
    axe(inspector)
    for page in (desk, inspector, small):
        assert_quiet(page)
