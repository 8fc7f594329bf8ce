"""A dossier's life to its result, in browsers: at once, after a supplement, through another department."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import townspeople as town_of
from tests.journeys.townspeople import Check
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

AT_ONCE = "1.005092"
MOVING_SCHOOL = "2.002478"
FOUNDING_A_SCHOOL = "1.006388"
DEPARTMENT = "Phòng Giáo dục trung học - Giáo dục thường xuyên"


def test_a_result_at_once_is_seen_by_its_owner_only_after_it_was_handed_out(
    town: Town, new_page: NewPage, axe: Check
) -> None:
    owner, desk, specialist, leader = new_page(**PHONE), new_page(), new_page(), new_page()
    person = town_of.resident(town, "Ngô Thị Ngay Mẫu")
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


def test_a_supplement_is_asked_for_once_and_brought_to_the_desk(
    town: Town, new_page: NewPage, axe: Check
) -> None:
    owner, desk, specialist, leader = new_page(**PHONE), new_page(), new_page(), new_page()
    person = town_of.resident(town, "Ngô Thị Sung Mẫu")
    town_of.sign_in(desk, town_of.RECEIVER)
    dossier = town_of.received(desk, person, MOVING_SCHOOL, [town_of.SCAN, *[town_of.PAPER] * 3])
    desk.goto(dossier.address)
    expect(desk.get_by_text("còn thành phần hồ sơ chưa được số hóa")).to_be_visible()
    town_of.open_act(desk, dossier, "Số hóa giấy tờ đã nhận")
    axe(desk)
    shot(desk, "doi-2-so-hoa")
    for nth in range(3):
        desk.locator("input[type=file]").nth(nth).set_input_files([town_of.scan(f"quet-{nth}.pdf")])
    town_of.send(desk, "Lưu bản quét")
    town_of.handed_over(desk, dossier)

    town_of.sign_in(specialist, town_of.SPECIALIST)
    town_of.accepted(specialist, dossier)
    town_of.open_act(specialist, dossier, "Yêu cầu bổ sung, hoàn thiện hồ sơ (mẫu 02)")
    specialist.get_by_label("Học bạ (bản chính)").fill("Thiếu trang bìa")
    specialist.get_by_label("Bổ sung trước ngày").fill(town_of.day(7))
    axe(specialist)
    shot(specialist, "doi-2-yeu-cau-bo-sung")
    specialist.get_by_role("button", name="Ban hành phiếu").click()
    expect(specialist.get_by_role("alert").first).to_be_visible()
    axe(specialist)
    shot(specialist, "doi-2-yeu-cau-thieu-ly-do")
    specialist.get_by_label("Lý do").fill("Học bạ chưa có trang bìa.")
    town_of.send(specialist, "Ban hành phiếu")
    slip = specialist.get_by_role("link", name=re.compile("YCBS")).get_attribute("href")
    assert specialist.request.get(str(slip)).body().startswith(b"%PDF-")
    axe(specialist)
    shot(specialist, "doi-2-da-yeu-cau")
    assert town_of.tracked(new_page(), dossier) == "Yêu cầu bổ sung giấy tờ"

    town_of.sign_in(owner, person.sign_in)
    owner.goto("/ca-nhan/ho-so/")
    owner.get_by_role("link", name=dossier.code).click()
    expect(owner.get_by_text("Thiếu trang bìa").first).to_be_visible()
    town_of.fits(owner)
    axe(owner)
    shot(owner, "doi-2-dan-bo-sung")

    town_of.open_act(desk, dossier, "Nhận giấy tờ bổ sung")
    desk.get_by_role("combobox", name=re.compile("^Học bạ")).select_option(label=town_of.SCAN)
    desk.locator("input[type=file]").set_input_files([town_of.scan("hoc-ba-du.pdf")])
    axe(desk)
    shot(desk, "doi-2-nhan-bo-sung")
    town_of.send(desk, "Đã nhận đủ")
    assert town_of.state_of(desk, dossier) == "Đang xử lý"
    assert town_of.tracked(new_page(), dossier) == "Đang xử lý"

    town_of.attached(specialist, dossier)
    town_of.handed_over(specialist, dossier)
    town_of.sign_in(leader, town_of.LEADER)
    town_of.accepted(leader, dossier)
    town_of.signed(leader, dossier)
    town_of.handed_over(leader, dossier)
    town_of.handed_out(desk, dossier)
    axe(desk)
    shot(desk, "doi-2-xong")
    owner.reload()
    expect(owner.get_by_role("link", name=re.compile("Tải kết quả"))).to_be_visible()
    for each in (owner, desk, specialist, leader):
        assert_quiet(each)


@pytest.fixture
def department(town: Town, new_page: NewPage) -> Iterator[tuple[str, str]]:
    """A specialist of the office's own department, there for this journey only."""
    person = town_of.resident(town, "Đinh Thị Phòng Mẫu")
    town_of.appoint(town, person, "binhdinh-sgddt-trung-hoc", "PROCESS")
    yield person.sign_in
    town_of.dismiss(town, "binhdinh-sgddt-trung-hoc")


def _answers_for_the_office(specialist: Page, code: str, axe: Check) -> None:
    """From the line on the first page to the answer, on a desk's screen and on a phone's."""
    town_of.sign_in(specialist, town_of.SPECIALIST)
    specialist.goto("/mot-cua/")
    specialist.get_by_role("link", name=re.compile("ý kiến chờ đơn vị trả lời")).click()
    expect(specialist.get_by_role("rowheader", name=code)).to_be_visible()
    axe(specialist)
    shot(specialist, "doi-3-y-kien-cho")
    wide = specialist.viewport_size
    specialist.set_viewport_size({"width": 390, "height": 844})
    town_of.fits(specialist)
    shot(specialist, "doi-3-y-kien-cho-dien-thoai")
    assert wide is not None
    specialist.set_viewport_size(wide)
    specialist.get_by_role("link", name=f"Trả lời về hồ sơ {code}").click()
    axe(specialist)
    shot(specialist, "doi-3-tra-loi-y-kien")
    specialist.get_by_label("Ý kiến trả lời").fill("Biên chế đủ.")
    specialist.get_by_role("main").get_by_role("button", name="Gửi ý kiến trả lời").click()
    expect(specialist.get_by_text("Không có ý kiến nào chờ đơn vị trả lời.")).to_be_visible()
    axe(specialist)


def test_another_department_and_another_agency_have_their_say(
    town: Town, new_page: NewPage, axe: Check, department: tuple[str, str]
) -> None:
    desk, deputy, specialist, leader = new_page(), new_page(), new_page(), new_page()
    person = town_of.resident(town, "Ngô Thị Trường Mẫu")
    town_of.sign_in(desk, town_of.RECEIVER)
    town_of.checked(desk, person, FOUNDING_A_SCHOOL)
    town_of.ways(desk, [town_of.SCAN] * 3)
    if desk.get_by_label("Tư cách người nộp").count():
        town_of.by_authorisation(desk, "Ngô Văn Thay Mẫu")
    dossier = town_of.receive(desk)
    town_of.open_act(desk, dossier, "Chuyển bước tiếp theo")
    axe(desk)
    shot(desk, "doi-3-chuyen")
    town_of.handed_over(desk, dossier, "Kính chuyển phòng thẩm định.", to=DEPARTMENT)
    expect(desk.get_by_text(re.compile(f"đang ở {DEPARTMENT}"))).to_be_visible()

    town_of.sign_in(deputy, department)
    deputy.goto("/mot-cua/")
    axe(deputy)
    shot(deputy, "doi-3-trang-dau-phong")
    deputy.goto("/mot-cua/ho-so/")
    deputy.get_by_role("button", name="Chờ nhận xử lý").click()
    deputy.get_by_role("link", name=dossier.code).click()
    axe(deputy)
    shot(deputy, "doi-3-phong-nhan")
    town_of.accepted(deputy, dossier)
    town_of.open_act(deputy, dossier, "Xin ý kiến cơ quan khác")
    axe(deputy)
    shot(deputy, "doi-3-xin-y-kien")
    deputy.get_by_label("Đơn vị được xin ý kiến").select_option(label=town_of.DESK)
    town_of.fill(
        deputy,
        {"Nội dung xin ý kiến": "Về chỉ tiêu biên chế.", "Trả lời trước ngày": town_of.day(5)},
    )
    town_of.send(deputy, "Gửi xin ý kiến")
    expect(deputy.get_by_text("Đơn vị chưa trả lời")).to_be_visible()
    _answers_for_the_office(specialist, dossier.code, axe)
    deputy.reload()
    expect(deputy.get_by_text("Biên chế đủ.")).to_be_visible()
    town_of.open_act(deputy, dossier, "Xin ý kiến cơ quan khác")
    town_of.fill(
        deputy,
        {
            "Cơ quan ngoài hệ thống": "Sở Xây dựng",
            "Nội dung xin ý kiến": "Về quy hoạch khu đất.",
            "Trả lời trước ngày": town_of.day(10),
        },
    )
    town_of.send(deputy, "Gửi xin ý kiến")
    expect(deputy.get_by_text("chưa có ý kiến trả lời của cơ quan được hỏi")).to_be_visible()
    town_of.act(
        deputy,
        dossier,
        "Xin lỗi và hẹn lại ngày trả (mẫu 04)",
        "Ban hành phiếu",
        **{"Ngày hẹn mới": town_of.working_day(70), "Lý do": "Chờ ý kiến của Sở Xây dựng."},
    )
    expect(deputy.get_by_role("link", name=re.compile("XL"))).to_be_visible()
    deputy.get_by_role("link", name="Ghi ý kiến").click()
    axe(deputy)
    shot(deputy, "doi-3-ghi-y-kien")
    deputy.get_by_label("Ý kiến trả lời").fill("Phù hợp quy hoạch.")
    town_of.send(deputy, "Ghi nhận ý kiến")
    town_of.handed_over(deputy, dossier, "Đề nghị trình.")

    town_of.sign_in(leader, town_of.LEADER)
    town_of.accepted(leader, dossier)
    town_of.act(leader, dossier, "Trả lại bước trước", "Trả lại", **{"Lý do": "Bổ sung số liệu học sinh."})
    town_of.accepted(deputy, dossier)
    axe(deputy)
    shot(deputy, "doi-3-bi-tra-lai")
    town_of.handed_over(deputy, dossier, "Đã bổ sung số liệu.")
    town_of.accepted(leader, dossier)
    town_of.handed_over(leader, dossier, "Trình Ủy ban nhân dân tỉnh.")

    town_of.accepted(specialist, dossier)
    town_of.attached(specialist, dossier)
    town_of.signed(leader, dossier, "99/QĐ-UBND")
    town_of.handed_over(specialist, dossier)
    town_of.open_act(desk, dossier, "Trả kết quả")
    desk.get_by_label("Qua bưu chính công ích").check()
    desk.get_by_role("button", name="Đã trả kết quả").click()
    expect(desk.get_by_text(re.compile("phải ghi số hiệu bưu gửi")).first).to_be_visible()
    axe(desk)
    shot(desk, "doi-3-thieu-buu-gui")
    desk.get_by_label("Số hiệu bưu gửi").fill("EB123456789VN")
    town_of.send(desk, "Đã trả kết quả")
    axe(desk)
    shot(desk, "doi-3-xong")

    owner = new_page(**PHONE)
    town_of.sign_in(owner, person.sign_in)
    owner.goto("/ca-nhan/ho-so/")
    owner.get_by_role("link", name=dossier.code).click()
    expect(owner.get_by_text("EB123456789VN")).to_be_visible()
    expect(owner.get_by_text("Chờ ý kiến của Sở Xây dựng.")).to_be_visible()
    town_of.fits(owner)
    axe(owner)
    shot(owner, "doi-3-dan")
    for each in (owner, desk, deputy, specialist, leader):
        assert_quiet(each)
