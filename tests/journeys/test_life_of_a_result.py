"""A dossier's life to its result, in browsers: at once, after a supplement, through another department."""

import re

from playwright.sync_api import expect

from tests.journeys import townspeople as town_of
from tests.journeys.townspeople import Check
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

AT_ONCE = "1.005092"


def test_a_result_at_once_is_seen_by_its_owner_only_after_it_was_handed_out(
    town: Town, new_page: NewPage, axe: Check
) -> None:
    owner, desk, specialist, leader = new_page(**PHONE), new_page(), new_page(), new_page()
    person = town_of.registered(owner, town, "Ngô Thị Ngay Mẫu")
    town_of.sign_in(desk, town_of.RECEIVER)
    dossier = town_of.received(desk, person, AT_ONCE, [town_of.SCAN, town_of.SHOWN, town_of.NOTHING], pages=2)
    town_of.handed_over(desk, dossier, "Hồ sơ đủ, đề nghị ký.")
    axe(desk)
    shot(desk, "doi-1-da-chuyen")

    town_of.sign_in(specialist, town_of.SPECIALIST)
    specialist.goto(dossier.address)
    axe(specialist)
    shot(specialist, "doi-1-chuyen-vien")
    town_of.open_act(specialist, dossier, "Đính kèm dự thảo kết quả")
    axe(specialist)
    shot(specialist, "doi-1-dinh-kem")
    town_of.fill(specialist, {"Dự thảo kết quả": town_of.scan("ban-sao.pdf")})
    town_of.send(specialist, "Đính kèm")
    expect(specialist.get_by_text("Dự thảo", exact=True)).to_be_visible()

    specialist.get_by_role("link", name="Xem thành phần 1").click()
    picture = specialist.get_by_role("figure").get_by_role("img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    axe(specialist)
    shot(specialist, "doi-1-xem-thanh-phan")

    town_of.sign_in(leader, town_of.LEADER)
    town_of.accepted(leader, dossier)
    town_of.open_act(leader, dossier, "Ký kết quả")
    axe(leader)
    shot(leader, "doi-1-ky")
    town_of.signed(leader, dossier, "15/BS-SGDĐT")
    expect(leader.get_by_text("Đã ký", exact=True)).to_be_visible()
    axe(leader)
    shot(leader, "doi-1-da-ky")
    with leader.expect_download() as taken:
        leader.get_by_role("link", name="Mở tệp kết quả").click()
    assert b"/ByteRange" in taken.value.path().read_bytes()
    town_of.handed_over(leader, dossier)

    town_of.sign_in(owner, person.sign_in)
    owner.goto("/ca-nhan/ho-so/")
    town_of.fits(owner)
    axe(owner)
    shot(owner, "doi-1-dan-ho-so")
    owner.get_by_role("link", name=dossier.code).click()
    expect(owner.get_by_text("Đã xử lý xong").first).to_be_visible()
    expect(owner.get_by_role("link", name=re.compile("Tải kết quả"))).to_have_count(0)
    owner.goto("/ca-nhan/kho-du-lieu/")
    town_of.eventually(owner, "Đơn đề nghị cấp bản sao văn bằng, chứng chỉ từ sổ gốc")
    expect(owner.get_by_role("link", name="Bản sao văn bằng, chứng chỉ từ sổ gốc", exact=True)).to_have_count(
        0
    )

    town_of.open_act(desk, dossier, "Trả kết quả")
    axe(desk)
    shot(desk, "doi-1-tra")
    town_of.send(desk, "Đã trả kết quả")
    receipt = desk.get_by_role("link", name="In biên nhận trả kết quả").get_attribute("href")
    assert desk.request.get(str(receipt)).body().startswith(b"%PDF-")
    axe(desk)
    shot(desk, "doi-1-da-tra")
    assert town_of.tracked(new_page(), dossier) == "Đã trả kết quả"

    owner.reload()
    town_of.eventually(owner, re.compile(r"^\s*Bản sao văn bằng, chứng chỉ từ sổ gốc\s*$"))
    town_of.fits(owner)
    axe(owner)
    shot(owner, "doi-1-kho")
    owner.get_by_role("link", name="Bản sao văn bằng, chứng chỉ từ sổ gốc", exact=True).click()
    axe(owner)
    shot(owner, "doi-1-mot-giay-to")
    owner.get_by_role("link", name="Xem từng trang").click()
    picture = owner.get_by_role("figure").get_by_role("img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    town_of.fits(owner)
    axe(owner)
    shot(owner, "doi-1-kho-xem")

    owner.goto("/ca-nhan/nhat-ky/")
    town_of.eventually(owner, "Đơn đề nghị cấp bản sao văn bằng, chứng chỉ từ sổ gốc", patience=60)
    town_of.fits(owner)
    axe(owner)
    shot(owner, "doi-1-nhat-ky")

    owner.goto("/ca-nhan/ho-so/")
    owner.get_by_role("link", name=dossier.code).click()
    expect(owner.get_by_role("link", name=re.compile("Tải kết quả"))).to_be_visible()
    town_of.fits(owner)
    axe(owner)
    shot(owner, "doi-1-dan-mot-ho-so")
    owner.get_by_role("link", name="Đánh giá việc giải quyết").click()
    axe(owner)
    shot(owner, "doi-1-danh-gia")
    owner.get_by_role("radio").first.check()
    owner.get_by_label("Ý kiến của ông/bà").fill("Nhanh và rõ ràng.")
    owner.get_by_role("button", name="Gửi đánh giá").click()
    expect(owner.get_by_text(re.compile("Ông/bà đã đánh giá: [1-5] sao"))).to_be_visible()
    for each in (owner, desk, specialist, leader):
        assert_quiet(each)
