"""A paper of the vault that says something wrong: its owner reports it, one officer asks, another agrees."""

import re

from playwright.sync_api import expect

from tests.journeys import townspeople as town_of
from tests.journeys.townspeople import Check
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

AT_ONCE = "1.005092"


def test_an_owner_reports_a_paper_and_two_officers_put_it_right(
    town: Town, new_page: NewPage, axe: Check
) -> None:
    owner, desk, head = new_page(**PHONE), new_page(), new_page()
    person = town_of.resident(town, "Lương Thị Sai Mẫu")
    town_of.sign_in(desk, town_of.RECEIVER)
    town_of.received(desk, person, AT_ONCE, [town_of.SCAN, town_of.SHOWN, town_of.NOTHING])
    town_of.sign_in(owner, person.sign_in)
    owner.goto("/ca-nhan/kho-du-lieu/")
    town_of.eventually(owner, re.compile("Đơn|Phiếu|Bản sao|Giấy"))
    owner.get_by_role("main").get_by_role("link", name=re.compile("Đơn|Phiếu|Bản sao|Giấy")).first.click()
    owner.get_by_role("link", name="Báo giấy tờ này không phải của tôi hoặc ghi sai").click()
    owner.get_by_label("Thông tin ghi về giấy tờ này sai").check()
    owner.get_by_label("Nội dung").fill("Số đúng của giấy là 15/2020.")
    town_of.fits(owner)
    axe(owner)
    shot(owner, "giay-to-sai-bao")
    owner.get_by_role("button", name="Gửi", exact=True).click()
    expect(owner.get_by_text("Đơn vị đang xem xét")).to_be_visible()
    axe(owner)
    shot(owner, "giay-to-sai-da-bao")

    desk.goto("/quan-tri/giay-to-sai/")
    axe(desk)
    shot(desk, "giay-to-sai-danh-sach")
    desk.get_by_role("link", name=re.compile("Lương Thị Sai Mẫu")).click()
    expect(desk.get_by_text("Số đúng của giấy là 15/2020.")).to_be_visible()
    axe(desk)
    shot(desk, "giay-to-sai-chu-bao")
    desk.get_by_role("link", name="Xem giấy tờ và đề nghị sửa").click()
    axe(desk)
    shot(desk, "giay-to-sai-de-nghi")
    form = desk.locator("form").filter(has_text="Giấy tờ ghi sai thông tin")
    form.get_by_label("Số, ký hiệu của giấy tờ").fill("15/2020")
    form.get_by_label("Lý do").fill("Bản chính ghi số 15/2020.")
    form.get_by_label("Bản quét tài liệu chứng minh").set_input_files([town_of.scan("ban-chinh.pdf")])
    form.get_by_role("button", name="Đề nghị sửa thông tin").click()
    expect(desk.get_by_role("heading", name="Chờ cán bộ khác duyệt")).to_be_visible()
    axe(desk)
    address = desk.url.partition("?")[0]

    town_of.sign_in(head, town_of.LEADER)
    head.goto(address)
    expect(head.get_by_role("img", name=re.compile("Tài liệu chứng minh"))).to_be_visible()
    axe(head)
    shot(head, "giay-to-sai-duyet")
    head.get_by_role("button", name="Duyệt", exact=True).click()
    expect(head.get_by_text("Giấy tờ đã được sửa và chủ kho được báo tin.")).to_be_visible()

    owner.goto("/ca-nhan/kho-du-lieu/")
    owner.get_by_role("main").get_by_role("link", name=re.compile("Đơn|Phiếu|Bản sao|Giấy")).first.click()
    expect(owner.get_by_text("15/2020").first).to_be_visible()
    expect(owner.get_by_role("heading", name="Các phiên bản")).to_be_visible()
    town_of.fits(owner)
    axe(owner)
    shot(owner, "giay-to-sai-da-sua")
    head.set_viewport_size({"width": 390, "height": 844})
    for place in ("/quan-tri/giay-to-sai/", address, "/quan-tri/to-chuc/de-nghi/"):
        head.goto(place)
        town_of.fits(head)
        shot(head, f"giay-to-sai-hep-{len(place)}")
    for each in (owner, desk, head):
        assert_quiet(each)
