"""What is paid on the way, and how a dossier ends without a result."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.journeys import townspeople as town_of
from tests.journeys.townspeople import Check, Received
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

MOVING_SCHOOL = "2.002478"
SCANS = [town_of.SCAN] * 4
COPY, COPY_PAPERS = "1.005092", [town_of.SCAN, town_of.SHOWN, town_of.NOTHING]


@pytest.fixture
def desk(new_page: NewPage) -> Page:
    page = new_page()
    town_of.sign_in(page, town_of.RECEIVER)
    return page


@pytest.fixture
def bank(town: Town) -> Iterator[Callable[[str], None]]:
    def turn(how: str) -> None:
        httpx.post(f"{town.sim_url}/su-co.json", json={"bank": how}, timeout=10).raise_for_status()

    yield turn
    turn("ok")


def ask_charge(officer: Page, dossier: Received, amount: str, *, wait: bool, nth: int) -> None:
    town_of.open_act(officer, dossier, "Yêu cầu nộp phí, lệ phí")
    officer.get_by_role("radio").nth(nth).check()
    officer.get_by_label("Số tiền (đồng)").fill(amount)
    officer.get_by_label("Tạm dừng giải quyết").set_checked(wait)
    town_of.send(officer, "Yêu cầu nộp")


def to_the_bank(owner: Page) -> None:
    owner.get_by_role("button", name="Nộp trực tuyến").click()
    owner.get_by_role("link", name="Đến trang thanh toán").click()
    owner.wait_for_url(re.compile("/thanh-toan/"))


def test_a_charge_is_refused_then_paid_at_the_bank_and_another_one_in_cash(
    town: Town, new_page: NewPage, desk: Page, axe: Check
) -> None:
    owner = new_page(**PHONE)
    person = town_of.resident(town, "Phan Thị Phí Mẫu")
    dossier = town_of.received(desk, person, COPY, COPY_PAPERS)
    town_of.open_act(desk, dossier, "Yêu cầu nộp phí, lệ phí")
    axe(desk)
    shot(desk, "doi-4-yeu-cau-phi")
    ask_charge(desk, dossier, "30000", wait=True, nth=0)
    assert town_of.state_of(desk, dossier) == "Yêu cầu thực hiện nghĩa vụ tài chính"
    assert town_of.tracked(new_page(), dossier) == "Yêu cầu thực hiện nghĩa vụ tài chính"
    axe(desk)
    shot(desk, "doi-4-cho-nop")

    town_of.sign_in(owner, person.sign_in)
    owner.goto("/ca-nhan/ho-so/")
    owner.get_by_role("link", name=dossier.code).click()
    expect(owner.get_by_text("30.000 đồng")).to_be_visible()
    town_of.fits(owner)
    axe(owner)
    shot(owner, "doi-4-dan-phai-nop")
    owner.get_by_role("button", name="Nộp trực tuyến").click()
    axe(owner)
    shot(owner, "doi-4-nop-truc-tuyen")
    owner.get_by_role("link", name="Đến trang thanh toán").click()
    owner.get_by_role("button", name="Từ chối nộp").click()
    owner.get_by_role("link", name="Quay lại Cổng Dịch vụ công").click()
    expect(owner.get_by_text("Giao dịch không thành công").first).to_be_visible()
    town_of.fits(owner)
    axe(owner)
    shot(owner, "doi-4-khong-thanh-cong")
    owner.get_by_role("button", name="Nộp lại").click()
    owner.get_by_role("link", name="Đến trang thanh toán").click()
    owner.get_by_role("button", name="Nộp tiền", exact=True).click()
    owner.get_by_role("link", name="Quay lại Cổng Dịch vụ công").click()
    owner.wait_for_url(re.compile("/ca-nhan/ho-so/"))
    expect(owner.get_by_text("Đang xử lý").first).to_be_visible()
    expect(owner.get_by_role("button", name="Nộp trực tuyến")).to_have_count(0)
    axe(owner)
    shot(owner, "doi-4-dan-da-nop")

    desk.goto(dossier.address)
    receipt = desk.get_by_role("link", name=re.compile("BL"))
    assert desk.request.get(str(receipt.get_attribute("href"))).body().startswith(b"%PDF-")
    ask_charge(desk, dossier, "15000", wait=False, nth=1)
    desk.get_by_role("link", name="Thu tiền").click()
    axe(desk)
    shot(desk, "doi-4-thu-tien")
    desk.get_by_role("button", name="Đã thu tiền").click()
    expect(desk.get_by_role("link", name=re.compile("BL"))).to_have_count(2)
    axe(desk)
    shot(desk, "doi-4-da-thu")
    desk.get_by_role("link", name="Sổ thu").click()
    mine = desk.get_by_role("row").filter(has_text=dossier.code)
    expect(mine).to_have_count(2)
    expect(mine.filter(has_text="Tiền mặt")).to_contain_text("15.000")
    axe(desk)
    shot(desk, "doi-4-so-thu")
    desk.get_by_label("Ngày thu").fill("31/02/2026")
    desk.get_by_role("button", name="Xem sổ").click()
    expect(desk.get_by_role("alert")).to_contain_text("Ngày không đúng")
    axe(desk)
    for each in (owner, desk):
        assert_quiet(each)


def test_money_of_a_closed_tab_arrives_by_itself(
    town: Town, new_page: NewPage, desk: Page, bank: Callable[[str], None], axe: Check
) -> None:
    owner = new_page(**PHONE)
    person = town_of.resident(town, "Phan Thị Đóng Mẫu")
    dossier = town_of.received(desk, person, COPY, COPY_PAPERS)
    ask_charge(desk, dossier, "30000", wait=True, nth=0)
    town_of.sign_in(owner, person.sign_in)
    owner.goto("/ca-nhan/ho-so/")
    owner.get_by_role("link", name=dossier.code).click()
    here = owner.url
    to_the_bank(owner)
    owner.get_by_role("button", name="Nộp tiền, báo về chậm").click()
    expect(owner.get_by_text("Đã nộp tiền.")).to_be_visible()
    owner.goto("about:blank")
    owner.goto(here)
    town_of.eventually(owner, "Đã nộp phí, lệ phí trực tuyến.")
    expect(owner.get_by_text("Đang xử lý").first).to_be_visible()
    assert town_of.tracked(new_page(), dossier) == "Đang xử lý"


def test_a_dossier_is_refused_withdrawn_or_stopped_and_the_slip_still_finds_it(
    town: Town, new_page: NewPage, desk: Page, axe: Check
) -> None:
    owner, specialist, leader, visitor = new_page(**PHONE), new_page(), new_page(), new_page(**PHONE)
    person = town_of.resident(town, "Phan Thị Thôi Mẫu")
    refused, withdrawn, stopped = (town_of.received(desk, person, MOVING_SCHOOL, SCANS) for _ in range(3))
    assert town_of.tracked(visitor, refused) == "Được tiếp nhận"
    town_of.fits(visitor)
    axe(visitor)
    shot(visitor, "doi-5-tra-cuu")
    for dossier in (refused, stopped):
        town_of.handed_over(desk, dossier)

    town_of.sign_in(specialist, town_of.SPECIALIST)
    town_of.accepted(specialist, refused)
    town_of.open_act(specialist, refused, "Từ chối giải quyết (mẫu 03)")
    axe(specialist)
    shot(specialist, "doi-5-tu-choi")
    specialist.get_by_role("button", name="Từ chối hồ sơ").click()
    expect(specialist.get_by_role("alert").first).to_be_visible()
    specialist.get_by_label("Lý do").fill("Trường nơi đến đã đủ học sinh.")
    town_of.send(specialist, "Từ chối hồ sơ")
    slip = specialist.get_by_role("link", name=re.compile("TC")).get_attribute("href")
    assert specialist.request.get(str(slip)).body().startswith(b"%PDF-")
    axe(specialist)
    shot(specialist, "doi-5-da-tu-choi")

    town_of.sign_in(leader, town_of.LEADER)
    town_of.act(leader, stopped, "Dừng giải quyết", "Dừng giải quyết", **{"Lý do": "Trường đã giải thể."})
    axe(leader)
    shot(leader, "doi-5-da-dung")

    town_of.sign_in(owner, person.sign_in)
    owner.goto("/ca-nhan/ho-so/")
    owner.get_by_role("link", name=withdrawn.code).click()
    owner.get_by_role("link", name="Rút hồ sơ").click()
    owner.get_by_label("Lý do rút hồ sơ").fill("Gia đình không chuyển nữa.")
    owner.get_by_role("button", name="Rút hồ sơ").click()
    expect(owner.get_by_text("Đã rút hồ sơ.")).to_be_visible()
    owner.goto("/ca-nhan/ho-so/")
    town_of.fits(owner)
    axe(owner)
    shot(owner, "doi-5-dan-ho-so")
    owner.get_by_role("link", name=refused.code).click()
    expect(owner.get_by_text("Trường nơi đến đã đủ học sinh.").first).to_be_visible()
    town_of.fits(owner)
    axe(owner)
    shot(owner, "doi-5-dan-tu-choi")

    assert town_of.tracked(visitor, refused) == "Dừng xử lý"
    assert town_of.tracked(visitor, withdrawn) == "Công dân yêu cầu rút hồ sơ"
    assert town_of.tracked(visitor, stopped) == "Dừng xử lý"
    wrong = Received(stopped.code, "ZZZZZZ" if stopped.check != "ZZZZZZ" else "YYYYYY", "")
    visitor.goto("/tra-cuu/")
    visitor.get_by_label("Mã hồ sơ").fill(wrong.code)
    visitor.get_by_label("Mã tra cứu").fill(wrong.check)
    visitor.get_by_role("button", name="Tra cứu").click()
    expect(visitor.get_by_text("Không tìm thấy hồ sơ").first).to_be_visible()
    axe(visitor)
    shot(visitor, "doi-5-tra-cuu-sai")
    for each in (owner, desk, specialist, leader, visitor):
        assert_quiet(each)
