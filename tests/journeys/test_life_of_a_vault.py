"""The paper that is handed in once: provisional, put right, used again, taken back, contested and answered."""

import re
import time
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


@pytest.fixture
def desk(new_page: NewPage) -> Page:
    page = new_page()
    town_of.sign_in(page, town_of.RECEIVER)
    return page


@pytest.fixture
def silent_portal(town: Town) -> Iterator[Callable[[str], None]]:
    def turn(how: str) -> None:
        httpx.post(f"{town.sim_url}/su-co.json", json={"portal": how}, timeout=10).raise_for_status()
        time.sleep(1.2)  # as long as the desk believes what it last heard of the line

    yield turn
    turn("ok")


@pytest.fixture
def inspector(town: Town, new_page: NewPage) -> Iterator[tuple[str, str]]:
    """Of the office's inspectorate, which is another unit than the desk."""
    person = town_of.resident(town, "Lương Thị Tra Mẫu")
    town_of.appoint(town, person, "binhdinh-sgddt-thanh-tra", "INSPECT")
    yield person.sign_in
    town_of.dismiss(town, "binhdinh-sgddt-thanh-tra")


def test_a_provisional_reception_is_put_right_and_comes_to_its_result(
    town: Town, new_page: NewPage, desk: Page, silent_portal: Callable[[str], None], axe: Check
) -> None:
    owner, specialist, leader = new_page(**PHONE), new_page(), new_page()
    person = town_of.resident(town, "Lương Thị Tạm Mẫu")
    silent_portal("down")
    desk.goto("/mot-cua/tiep-nhan/")
    desk.get_by_label("CMND/CCCD").fill(person.number)
    desk.get_by_role("button", name="Kiểm tra tài khoản").click()
    desk.get_by_role("link", name="Tiếp nhận tạm").click()
    town_of.chosen(desk, MOVING_SCHOOL)
    town_of.ways(desk, SCANS)
    desk.get_by_label("Họ và tên chủ hồ sơ").fill(person.name)
    desk.get_by_label("Số điện thoại").fill(person.phone)
    axe(desk)
    shot(desk, "doi-6-tiep-nhan-tam")
    desk.get_by_role("button", name="Tiếp nhận tạm").click()
    expect(desk.get_by_role("heading", name="Đã tiếp nhận tạm")).to_be_visible()
    slip = desk.get_by_role("link", name="In phiếu tiếp nhận tạm").get_attribute("href")
    assert desk.request.get(str(slip)).body().startswith(b"%PDF-")
    number = desk.locator(".found__name").inner_text().strip()
    early = Received(number, town_of.fact(desk, "Mã tra cứu"), desk.url.removesuffix("da-tiep-nhan/"))
    assert town_of.tracked(new_page(), early) == "Tiếp nhận tạm"
    silent_portal("ok")
    desk.goto(early.address)
    # The link of a dossier with a code: the history may be read a moment later than the dossier itself.
    town_of.eventually(desk, "Đính chính thông tin tiếp nhận")
    expect(desk.get_by_text(re.compile("tiếp nhận chính thức")).first).to_be_visible()
    found = town_of.CODE.search(desk.get_by_role("heading", level=1).inner_text())
    assert found
    dossier = Received(found[0], early.check, early.address)

    desk.get_by_role("link", name="Đính chính thông tin tiếp nhận").click()
    axe(desk)
    shot(desk, "doi-6-dinh-chinh")
    desk.get_by_label("Ghi chú").fill("Nhận kết quả buổi sáng.")
    desk.get_by_label("Lý do đính chính").fill("Ghi thiếu khi tiếp nhận.")
    desk.get_by_role("button", name="Đính chính", exact=True).click()
    desk.wait_for_url(re.compile(r"/mot-cua/ho-so/[0-9a-f-]{36}/$"))
    expect(desk.get_by_text("Nhận kết quả buổi sáng.")).to_be_visible()
    expect(desk.locator(".timeline").get_by_text(re.compile("Đính chính"))).to_be_visible()
    slip = desk.get_by_role("link", name="In giấy tiếp nhận").get_attribute("href")
    assert desk.request.get(str(slip)).body().startswith(b"%PDF-")
    axe(desk)
    shot(desk, "doi-6-da-dinh-chinh")

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
    assert town_of.tracked(new_page(), dossier) == "Đã trả kết quả"
    town_of.sign_in(owner, person.sign_in)
    owner.goto("/ca-nhan/kho-du-lieu/")
    town_of.eventually(owner, re.compile(r"^\s*Giấy giới thiệu chuyển trường\s*$"))
    for each in (owner, desk, specialist, leader):
        assert_quiet(each)


def test_a_paper_is_used_again_with_consent_which_is_withdrawn_and_a_look_is_contested(
    town: Town, new_page: NewPage, desk: Page, inspector: tuple[str, str], axe: Check
) -> None:
    owner, above = new_page(**PHONE), new_page()
    person = town_of.resident(town, "Lương Thị Kho Mẫu")
    town_of.received(desk, person, MOVING_SCHOOL, SCANS)
    town_of.sign_in(owner, person.sign_in)
    owner.goto("/ca-nhan/kho-du-lieu/")
    town_of.eventually(owner, re.compile("Học bạ"))

    town_of.checked(desk, person, MOVING_SCHOOL)
    expect(desk.get_by_text("Kho dữ liệu: đã có, hợp lệ").first).to_be_visible()
    town_of.ways(desk, [town_of.SCAN, town_of.SCAN, town_of.FROM_VAULT, town_of.SCAN])
    desk.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(desk.get_by_text("sự đồng ý của chủ hồ sơ").first).to_be_visible()
    axe(desk)
    shot(desk, "doi-7-thieu-dong-y")
    desk.get_by_label("Chủ hồ sơ đồng ý").check()
    dossier = town_of.receive(desk)
    slip = desk.get_by_role("link", name="In giấy tiếp nhận").get_attribute("href")
    assert "không phải nộp lại" in town_of.words_of(desk.request.get(str(slip)).body())
    desk.goto(dossier.address)
    expect(desk.get_by_text("Lấy từ Kho dữ liệu").first).to_be_visible()
    town_of.eventually(desk, "Xem thành phần 3")  # once the vault has lent it
    desk.get_by_role("link", name="Xem thành phần 3").click()
    picture = desk.get_by_role("figure").get_by_role("img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    axe(desk)
    shot(desk, "doi-7-xem-giay-kho")

    owner.goto("/ca-nhan/kho-du-lieu/dong-y/")
    expect(owner.get_by_text(dossier.code).first).to_be_visible()
    town_of.fits(owner)
    axe(owner)
    shot(owner, "doi-7-dong-y")
    owner.get_by_role("button", name=re.compile("Rút lại sự đồng ý")).click()
    dialog = owner.get_by_role("dialog")
    axe(owner)
    shot(owner, "doi-7-rut-dong-y")
    dialog.get_by_role("button", name="Rút lại", exact=True).click()
    expect(owner.get_by_text("Đã rút lại sự đồng ý.")).to_be_visible()
    desk.reload()
    expect(desk.get_by_role("figure").get_by_role("img")).to_have_count(0)
    shot(desk, "doi-7-khong-con-dong-y")

    owner.goto("/ca-nhan/nhat-ky/")
    town_of.eventually(owner, dossier.code, patience=60)
    town_of.fits(owner)
    axe(owner)
    shot(owner, "doi-7-nhat-ky")
    owner.get_by_role("link", name=re.compile("^Phản ánh lượt xem")).first.click()
    town_of.fits(owner)
    axe(owner)
    shot(owner, "doi-7-phan-anh")
    owner.get_by_role("main").get_by_role("textbox").fill("Tôi không biết vì sao giấy tờ được xem.")
    owner.get_by_role("button", name="Gửi phản ánh").click()
    expect(owner.get_by_text("Đã gửi phản ánh tới thanh tra.")).to_be_visible()
    axe(owner)

    town_of.sign_in(above, inspector)
    above.goto("/quan-tri/phan-anh/")
    axe(above)
    shot(above, "doi-7-thanh-tra")
    above.get_by_role("row").filter(has_text=dossier.code).get_by_role("link", name="Trả lời").click()
    expect(above.get_by_text("Tôi không biết vì sao giấy tờ được xem.")).to_be_visible()
    axe(above)
    shot(above, "doi-7-thanh-tra-mot")
    above.get_by_label("Trả lời chủ giấy tờ").fill("Cán bộ đã xem đúng nhiệm vụ tiếp nhận.")
    above.get_by_role("button", name="Gửi trả lời").click()
    expect(above.get_by_text("Đã trả lời.")).to_be_visible()

    owner.goto("/ca-nhan/nhat-ky/")
    expect(owner.get_by_text("Cán bộ đã xem đúng nhiệm vụ tiếp nhận.")).to_be_visible()
    town_of.fits(owner)
    axe(owner)
    shot(owner, "doi-7-da-tra-loi")
    for each in (owner, desk, above):
        assert_quiet(each)
