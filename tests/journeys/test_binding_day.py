"""Two administrators bring a unit from warning to binding: one sees what would be refused and asks, another agrees."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.townspeople import ADMINISTRATOR, appoint, day, resident, sign_in
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

_UNIT = "binhdinh-pgddt-tuy-phuoc"
_NAME = "Phòng GDĐT Tuy Phước"
# Days from today, far enough from it that no time zone and no midnight matters.
_AHEAD = 20


def warns_still(town: Town) -> None:
    """In a province that binds its units one after the other, this one has two months left and nothing waits."""
    town.sql(
        "SET session_replication_role = replica; UPDATE units_unit SET gate_binds_from = current_date + 60"
        f" WHERE code = '{_UNIT}'; UPDATE units_gatechange SET state = 'WITHDRAWN', decided_at = now(),"
        " decided_by_subject = asked_by_subject WHERE state = 'OPEN';"
        " UPDATE units_gatechangeunit SET waiting = false WHERE waiting"
    )


def found(page: Page) -> None:
    page.goto("/quan-tri/san-sang/")
    page.get_by_label("Tên, mã hoặc địa bàn").fill("tuy phuoc")
    page.get_by_role("button", name="Tìm kiếm").click()
    expect(page.get_by_role("row", name=re.compile(_NAME))).to_be_visible()


def test_one_administrator_asks_for_the_day_and_another_agrees(
    town: Town, new_page: NewPage, axe: Callable[[Page], None]
) -> None:
    warns_still(town)
    wanted = day(_AHEAD)
    second = resident(town, "Đặng Thị Quản Mẫu")
    appoint(town, second, "binhdinh-sgddt", "GRANT")
    asking = new_page()
    sign_in(asking, ADMINISTRATOR)
    found(asking)
    row = asking.get_by_role("row", name=re.compile(_NAME))
    expect(row).to_contain_text("Đang nhắc")
    axe(asking)
    shot(asking, "san-sang")
    row.get_by_role("checkbox").check()
    asking.get_by_role("button", name="Xem trước và đổi ngày").click()
    expect(asking.get_by_role("heading", name=re.compile("^Nếu đã áp dụng trong"))).to_be_visible()
    axe(asking)

    asking.get_by_label("Áp dụng từ ngày").fill(day(-1))
    asking.get_by_label("Căn cứ").fill("Công văn 349/VPUBND-TTPVHCC")
    asking.get_by_role("button", name="Gửi đề nghị").click()
    expect(asking.locator("#id_binds_from_error")).to_be_visible()
    asking.get_by_label("Áp dụng từ ngày").fill(wanted)
    asking.get_by_role("button", name="Gửi đề nghị").click()
    expect(asking.get_by_role("heading", name=f"Đề nghị áp dụng từ {wanted}")).to_be_visible()
    expect(asking.get_by_text("Đề nghị chờ quản trị viên khác duyệt.")).to_be_visible()
    expect(asking.get_by_role("button", name="Duyệt ngày áp dụng")).to_have_count(0)
    address = asking.url.partition("?")[0]

    agreeing = new_page(**PHONE)
    sign_in(agreeing, second.sign_in)
    agreeing.goto("/quan-tri/san-sang/de-nghi/")
    agreeing.locator("table a").first.click()
    expect(agreeing).to_have_url(address)
    axe(agreeing)
    shot(agreeing, "san-sang-duyet-dien-thoai")
    agreeing.get_by_role("button", name="Duyệt ngày áp dụng").click()
    expect(agreeing.get_by_text("Đã duyệt", exact=True)).to_be_visible()

    asking.reload()
    expect(asking.get_by_text("Đã duyệt", exact=True)).to_be_visible()
    found(asking)
    expect(asking.get_by_role("row", name=re.compile(_NAME))).to_contain_text(wanted)
    told = town.sql(f"SELECT to_char(gate_binds_from, 'DD/MM/YYYY') FROM units_unit WHERE code = '{_UNIT}'")
    assert told == [(wanted,)]
    assert_quiet(asking)
    assert_quiet(agreeing)
