"""A dossier under the wrong owner: asked for with a proof, looked at beside it by a second officer, and moved."""

import re

from playwright.sync_api import expect

from tests.journeys import townspeople as town_of
from tests.journeys.townspeople import Check
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

AT_ONCE = "1.005092"
LIST = "/mot-cua/sua-chu-ho-so/"


def test_a_misfiled_dossier_goes_to_its_owner_with_a_proof_that_a_second_officer_has_seen(
    town: Town, new_page: NewPage, axe: Check
) -> None:
    owner, desk, head = new_page(**PHONE), new_page(), new_page()
    wrong, right = town_of.resident(town, "Đỗ Thị Nhầm Mẫu"), town_of.resident(town, "Đỗ Thị Đúng Mẫu")
    town_of.sign_in(desk, town_of.RECEIVER)
    dossier = town_of.received(desk, wrong, AT_ONCE, [town_of.SCAN, town_of.SHOWN, town_of.NOTHING])
    desk.goto(LIST)
    axe(desk)
    shot(desk, "sua-chu-danh-sach-trong")
    desk.goto("/mot-cua/ho-so/")
    desk.get_by_role("link", name=dossier.code).first.click()
    desk.get_by_role("link", name=re.compile("Đề nghị sửa chủ hồ sơ")).click()
    desk.get_by_label(re.compile("Số CMND/CCCD của chủ hồ sơ đúng")).fill(right.sign_in[0])
    desk.get_by_label("Lý do").fill("Người nộp đọc nhầm số của chị mình.")
    desk.get_by_role("button", name="Gửi đề nghị").click()
    expect(desk.get_by_role("link", name=re.compile("Tài liệu chứng minh"))).to_be_visible()
    axe(desk)
    shot(desk, "sua-chu-thieu-tai-lieu")
    desk.get_by_label("Tài liệu chứng minh").set_input_files([town_of.scan("don-cua-nguoi-nop.pdf", pages=2)])
    desk.get_by_role("button", name="Gửi đề nghị").click()
    expect(desk.get_by_text("Đã gửi đề nghị.")).to_be_visible()
    axe(desk)
    shot(desk, "sua-chu-cho-duyet")

    town_of.sign_in(head, town_of.LEADER)
    head.goto(LIST)
    axe(head)
    shot(head, "sua-chu-nguoi-duyet")
    for width, height in ((390, 844), (1280, 900)):
        head.set_viewport_size({"width": width, "height": height})
        head.goto(LIST)
        town_of.fits(head)
        shot(head, f"sua-chu-danh-sach-{width}")
        head.get_by_role("link", name=f"Xem tài liệu chứng minh của hồ sơ {dossier.code}").click()
        expect(
            head.get_by_role("img", name=re.compile("Tài liệu chứng minh, trang 1 trên 2"))
        ).to_be_visible()
        town_of.fits(head)
        axe(head)
        shot(head, f"sua-chu-mot-{width}")
    head.get_by_role("button", name="Duyệt", exact=True).click()
    expect(head.get_by_text("Đã duyệt và sửa chủ 1 hồ sơ.")).to_be_visible()

    town_of.sign_in(owner, right.sign_in)
    owner.goto("/ca-nhan/kho-du-lieu/")
    town_of.eventually(owner, re.compile("Đơn|Phiếu|Bản sao|Giấy"))
    town_of.fits(owner)
    for each in (owner, desk, head):
        assert_quiet(each)
