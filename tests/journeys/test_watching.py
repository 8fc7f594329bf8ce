"""Those who watch: what works, whose budgets are used up, whom a breach concerns; at a desk and on a phone."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.townspeople import ADMINISTRATOR, RECEIVER, Check, eventually, fits, sign_in
from tests.visiting import PHONE, NewPage, assert_quiet, shot

INSPECTOR = ("052181000206", "So.Nhat-Ky-Con-Nguyen-6")
CITIZENS = ("052185000101", "052090000102")


def _asked_about(desk: Page) -> None:
    """Two citizens are asked about at the counter, so that there is somebody whom it concerns."""
    for number in CITIZENS:
        desk.goto("/mot-cua/tiep-nhan/")
        desk.get_by_label("CMND/CCCD").first.fill(number)
        desk.get_by_role("button", name="Kiểm tra").first.click()
        expect(desk.get_by_text("Kiểm tra tài khoản thành công")).to_be_visible()


def test_a_breach_is_found_by_one_and_told_by_another(new_page: NewPage, axe: Check) -> None:
    desk, inspector, phone = new_page(), new_page(), new_page(**PHONE)
    sign_in(desk, RECEIVER)
    _asked_about(desk)
    sign_in(inspector, INSPECTOR)
    inspector.goto("/quan-tri/du-lieu-ca-nhan/")
    axe(inspector)
    inspector.get_by_role("link", name="Sự cố dữ liệu").click()
    axe(inspector)
    shot(inspector, "su-co-chua-co")
    inspector.get_by_role("link", name="Lập hồ sơ sự cố").click()
    inspector.get_by_role("button", name="Tìm người bị ảnh hưởng").click()
    axe(inspector)
    shot(inspector, "su-co-thieu")
    now = datetime.now(UTC)
    inspector.get_by_label("Từ lúc").fill(f"{now - timedelta(days=2):%d/%m/%Y}")  # until now
    inspector.get_by_label("Lúc biết sự cố").fill(f"{now - timedelta(days=1):%d/%m/%Y %H:%M}")
    inspector.get_by_label("Việc đã xảy ra").fill("Mật khẩu của một cán bộ quầy bị lộ.")
    inspector.get_by_label("Biện pháp đã làm").fill("Đã khóa tài khoản cán bộ.\nĐã đổi mật khẩu.")
    inspector.get_by_label("Lý do lập hồ sơ").fill("Quyết định kiểm tra số 12/QĐ-SGDĐT.")
    inspector.get_by_role("button", name="Tìm người bị ảnh hưởng").click()
    expect(inspector.get_by_text("Đã ghi hồ sơ sự cố.")).to_be_visible()
    eventually(inspector, "Tra cứu, kiểm tra", patience=180)  # the worker reads the journal
    axe(inspector)
    shot(inspector, "su-co-mot")
    there = inspector.url.partition("?")[0]

    sign_in(phone, ADMINISTRATOR)
    phone.goto(there)
    axe(phone)
    shot(phone, "su-co-mot-dien-thoai")
    phone.get_by_label("Ý kiến").fill("Đã đối chiếu danh sách.")
    phone.get_by_role("button", name="Duyệt báo tin").click()
    expect(phone.get_by_text("Từng người bị ảnh hưởng được nhắn tin.")).to_be_visible()
    phone.goto("/quan-tri/su-co/")
    axe(phone)
    shot(phone, "su-co-dien-thoai")
    for page in (inspector, phone):
        assert_quiet(page)


@pytest.mark.parametrize("size", [{}, PHONE], ids=["desk", "phone"])
def test_the_pages_of_those_who_watch_are_accessible(
    new_page: NewPage, axe: Check, size: dict[str, object]
) -> None:
    page, end = new_page(**size), "-dien-thoai" if size else ""
    sign_in(page, ADMINISTRATOR)
    for address, name in (
        ("/quan-tri/tinh-trang/", "tinh-trang"),
        ("/quan-tri/han-muc/", "han-muc"),
        ("/quan-tri/du-lieu-ca-nhan/", "du-lieu-ca-nhan"),
        ("/quan-tri/du-lieu-ca-nhan/thoi-han/", "thoi-han-luu"),
    ):
        assert page.goto(address).status == 200  # type: ignore[union-attr]
        fits(page)
        axe(page)
        shot(page, f"{name}{end}")
    inspector = new_page(**size)
    sign_in(inspector, INSPECTOR)
    for address, name in (("/quan-tri/ra-soat/", "ra-soat"), ("/quan-tri/ra-soat/tep/", "ra-soat-tep")):
        assert inspector.goto(address).status == 200  # type: ignore[union-attr]
        fits(inspector)
        axe(inspector)
        shot(inspector, f"{name}{end}")
    assert_quiet(page)
    assert_quiet(inspector)
