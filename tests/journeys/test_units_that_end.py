"""A unit ends: what it leaves, to whom; and an officer sees a whole number, for a reason that its owner can read."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import townspeople as people
from tests.journeys.townspeople import ADMINISTRATOR, RECEIVER, Check, fits, sign_in
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

_UNIT = "/quan-tri/don-vi/ma/binhdinh-pgddt-tuy-phuoc/"


@pytest.mark.parametrize("size", [{}, PHONE], ids=["desk", "phone"])
def test_whoever_ends_a_unit_reads_first_what_it_leaves(
    new_page: NewPage, axe: Check, size: dict[str, object]
) -> None:
    page, end = new_page(**size), "-dien-thoai" if size else ""
    sign_in(page, ADMINISTRATOR)
    for address, name in (
        (_UNIT, "don-vi-mot"),
        (f"{_UNIT}ket-thuc/", "don-vi-ket-thuc"),
        (f"{_UNIT}chia-tach/", "don-vi-chia-tach"),
        ("/quan-tri/don-vi/sap-nhap/", "don-vi-sap-nhap"),
    ):
        assert page.goto(address).status == 200  # type: ignore[union-attr]
        fits(page)
        axe(page)
        shot(page, f"{name}{end}")
    page.goto(f"{_UNIT}ket-thuc/")
    expect(page.get_by_role("heading", name="Việc còn lại")).to_be_visible()
    page.get_by_role("button", name=re.compile("Kết thúc|Lưu|Ghi nhận")).first.click()
    axe(page)
    shot(page, f"don-vi-ket-thuc-thieu{end}")
    assert_quiet(page)


def test_an_officer_sees_a_whole_number_for_a_reason_that_its_owner_can_read(
    new_page: NewPage, town: Town, axe: Check
) -> None:
    desk, owner = new_page(), new_page(**PHONE)
    sign_in(desk, RECEIVER)
    person = people.resident(town, "Lê Thị Cho Xem")
    dossier = people.received(desk, person, "2.002478", [people.SCAN, *[people.PAPER] * 3])
    desk.goto(dossier.address)
    expect(desk.get_by_text(person.number)).to_have_count(0)
    desk.get_by_role("link", name="Xem đầy đủ").click()
    axe(desk)
    shot(desk, "xem-day-du")
    desk.get_by_label("Thông tin cần xem").select_option(label="Số điện thoại của tài khoản")
    desk.get_by_label("Lý do").fill("Gọi ông/bà bổ sung giấy tờ.")
    desk.get_by_role("button", name="Xem", exact=True).click()
    expect(desk.locator(".number").last).to_be_visible()
    axe(desk)
    shot(desk, "xem-day-du-roi")

    people.sign_in(owner, person.sign_in)
    owner.goto("/ca-nhan/nhat-ky/")
    asked = owner.get_by_role("table", name="Lượt kiểm tra tài khoản")
    expect(asked.get_by_text("Cán bộ xem đầy đủ số điện thoại")).to_have_count(1)
    axe(owner)
    shot(owner, "xem-day-du-chu-ho-so")
    for page in (desk, owner):
        assert_quiet(page)
