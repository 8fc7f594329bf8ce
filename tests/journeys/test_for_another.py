"""Filing for somebody else in a browser: a parent, an authorised person, a representative of an organisation."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.journeys.townspeople import (
    LEADER,
    PAPER,
    RECEIVER,
    SCAN,
    Person,
    appoint,
    checked,
    dismiss,
    fits,
    resident,
    scan,
    sign_in,
    ways,
)
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, shot

Check = Callable[[Page], None]
CODE = re.compile(r"000\.00\.08\.H08-[0-9]{6}-[0-9]{4}")
SCHOOL_MOVE = "2.002478"
CENTRE = "trung-tam-ngoai-ngu"
TAX_CODE = "0100233488"
#: Where organisations are entered in these journeys.
_RECORDED_AT = "binhdinh-sgddt-trung-hoc"


def day(after: int = 0) -> str:
    return f"{date.today() + timedelta(days=after):%d/%m/%Y}"


def on_paper(desk: Page) -> None:
    expect(desk.get_by_label("Cách nộp").first).to_be_visible()  # all() waits for nothing
    for way in desk.get_by_label("Cách nộp").all():
        way.select_option(label=PAPER)


def proved(desk: Page, standing: str, paper: str) -> None:
    desk.get_by_label("Tư cách người nộp").select_option(label=standing)
    boxes = desk.locator("details.other-person")
    if boxes.get_attribute("open") is None:
        boxes.locator("summary").click()
    desk.get_by_label("Giấy tờ chứng minh quyền nộp thay").select_option(label=paper)
    desk.get_by_label("Số giấy tờ").fill("12/2015")
    desk.get_by_label("Ngày cấp, ngày lập").fill(day(-3))


def received(desk: Page) -> None:
    desk.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(desk.get_by_text(CODE).first).to_be_visible()


def test_a_parent_files_for_a_child_until_eighteen(new_page: NewPage, town: Town, axe: Check) -> None:
    parent = resident(town, "Phạm Thị Mẹ Mẫu")
    desk = new_page()
    sign_in(desk, RECEIVER)
    checked(desk, parent, SCHOOL_MOVE)
    ways(desk, [SCAN] * desk.get_by_label("Cách nộp").count())
    proved(desk, "Cha, mẹ của người chưa thành niên", "Giấy khai sinh")
    desk.get_by_label("Họ và tên người được giải quyết").fill("Phạm Bé Con Mẫu")
    desk.get_by_label("Ngày sinh người được giải quyết").fill("01/02/2000")
    shot(desk, "nop-thay-me-con")
    axe(desk)
    desk.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(desk.get_by_role("alert").first).to_contain_text("đã đủ 18 tuổi")
    shot(desk, "nop-thay-du-18")
    desk.get_by_label("Ngày sinh người được giải quyết").fill("01/02/2012")
    received(desk)

    child = resident(town, "Phạm Bé Con Mẫu")
    leader = new_page()
    sign_in(leader, LEADER)
    leader.goto(f"{town.portal_url}/quan-tri/")
    leader.get_by_role("link", name="Giấy tờ của con").click()
    axe(leader)
    shot(leader, "giay-to-con-trong")
    _asks_for_the_papers(leader, parent.number, child.number)
    expect(leader.get_by_role("heading", name="Giấy tờ của Phạm Bé Con Mẫu")).to_be_visible()
    axe(leader)
    shot(leader, "giay-to-con-cho")
    leader.set_viewport_size({"width": 390, "height": 844})
    fits(leader)
    shot(leader, "giay-to-con-dien-thoai")
    leader.get_by_role("button", name="Rút đề nghị").click()
    expect(leader.get_by_text("không giấy tờ nào được chuyển")).to_be_visible()
    axe(leader)


def _asks_for_the_papers(leader: Page, holder: str, own: str) -> None:
    """The scans reach the parent's vault a moment after the reception."""
    for _ in range(40):
        leader.get_by_label("Số CMND/CCCD của cha, mẹ, người giám hộ").fill(holder)
        leader.get_by_label("Số CMND/CCCD của con").fill(own)
        leader.get_by_label("Lý do").fill("Giấy khai sinh số 12/2015, đã đối chiếu bản chính")
        leader.get_by_role("button", name="Đề nghị chuyển").click()
        sent = leader.get_by_text("Đã gửi đề nghị chuyển giấy tờ")
        expect(sent.or_(leader.get_by_text(re.compile("không giữ giấy tờ nào"))).first).to_be_visible()
        if sent.count():
            return
        leader.wait_for_timeout(1000)
    raise AssertionError("the papers never came")


def test_an_authorised_person_files_under_the_owners_account(
    new_page: NewPage, town: Town, axe: Check
) -> None:
    owner = resident(town, "Phạm Thị Ủy Mẫu")
    desk = new_page()
    sign_in(desk, RECEIVER)
    checked(desk, owner, SCHOOL_MOVE)
    on_paper(desk)
    proved(desk, "Người được ủy quyền", "Giấy ủy quyền có chứng thực")
    desk.get_by_label("Có hiệu lực đến hết ngày").fill(day(10))
    desk.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(desk.get_by_role("alert").first).to_contain_text("họ và tên người được ủy quyền")
    axe(desk)
    desk.get_by_label("Họ và tên người nộp").fill("Lê Văn Nộp Thay")
    received(desk)


def represented(
    town: Town, new_page: NewPage, axe: Check, holder: Person, *, tax_code: str, name: str
) -> Page:
    """One officer enters the organisation and its representative, another agrees; the page of who entered it."""
    keeper, head = resident(town, "Phạm Thị Ghi Nhận"), resident(town, "Phạm Thị Duyệt")
    appoint(town, keeper, _RECORDED_AT, "OPEN_ACCOUNT")
    office = new_page()
    sign_in(office, keeper.sign_in)
    office.goto("/quan-tri/to-chuc/")
    office.get_by_label("Mã số thuế").fill(tax_code)
    office.get_by_role("button", name="Tìm tổ chức").click()
    office.get_by_label("Tên tổ chức").fill(name)
    axe(office)
    shot(office, "to-chuc-lap")
    office.get_by_role("button", name="Lập tài khoản tổ chức").click()
    office.get_by_label("Số CMND/CCCD của người đại diện").fill(holder.number)
    office.get_by_label("Đại diện theo pháp luật").check()
    office.get_by_label("Giấy tờ chứng minh").fill("Giấy chứng nhận đăng ký số 77")
    office.get_by_label("Ngày cấp, ngày lập").fill("01/02/2020")
    office.get_by_label("Mọi thủ tục của tổ chức").check()
    office.get_by_label("Bản quét giấy tờ").set_input_files([scan("giay-chung-nhan.pdf")])
    office.get_by_role("button", name="Gửi đề nghị").click()
    expect(office.get_by_role("heading", name=re.compile(holder.name))).to_be_visible()
    axe(office)
    shot(office, "to-chuc-mot")

    appoint(town, head, _RECORDED_AT, "APPROVE_EXCEPTION")
    approver = new_page()
    sign_in(approver, head.sign_in)
    approver.goto("/quan-tri/to-chuc/de-nghi/")
    axe(approver)
    shot(approver, "nguoi-dai-dien-cho-duyet")
    approver.get_by_role("link", name=re.compile(name)).click()
    expect(approver.get_by_role("img", name=re.compile("Giấy tờ chứng minh"))).to_be_visible()
    axe(approver)
    shot(approver, "nguoi-dai-dien-mot")
    approver.get_by_role("button", name="Duyệt", exact=True).click()
    expect(approver.get_by_text("Không có đề nghị nào chờ duyệt.")).to_be_visible()
    office.reload()
    expect(office.get_by_text("Đang có hiệu lực")).to_be_visible()
    return office


def test_a_representative_files_for_an_organisation_until_the_mandate_is_taken_back(
    new_page: NewPage, town: Town, axe: Check
) -> None:
    holder = resident(town, "Phạm Thị Đại Diện")
    office = represented(town, new_page, axe, holder, tax_code=TAX_CODE, name="Trung tâm Ngoại ngữ Mẫu")

    page = new_page(**PHONE)
    sign_in(page, holder.sign_in)
    page.goto("/ca-nhan/to-chuc/")
    axe(page)
    shot(page, "to-chuc-cua-toi")
    page.get_by_role("button", name=re.compile("Làm việc thay tổ chức")).click()
    page.wait_for_url(re.compile(r"/ca-nhan/ho-so/\Z"))
    page.goto("/ca-nhan/to-chuc/")
    expect(page.get_by_text("Ông/bà đang làm việc thay tổ chức.")).to_be_visible()
    axe(page)
    shot(page, "to-chuc-dang-lam-thay")
    page.goto("/ca-nhan/nop-ho-so/")
    page.get_by_label("Tên thủ tục").fill("ngoai ngu")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("ngoại ngữ")

    desk = new_page()
    sign_in(desk, RECEIVER)
    desk.goto("/mot-cua/tiep-nhan/")
    desk.get_by_label("CMND/CCCD").fill(TAX_CODE)
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Kiểm tra tài khoản thành công")).to_be_visible()
    expect(desk.get_by_role("main")).not_to_contain_text("mật khẩu một lần")
    axe(desk)
    shot(desk, "kiem-tra-to-chuc")
    desk.get_by_label("Thủ tục").select_option(CENTRE)
    desk.get_by_role("button", name="Tiếp tục").click()
    desk.wait_for_url(re.compile("/ho-so/"))
    on_paper(desk)
    desk.get_by_label("Số CMND/CCCD của người đại diện").fill(holder.number)
    axe(desk)
    shot(desk, "nop-thay-to-chuc")

    office.get_by_role("button", name=re.compile("Thu hồi quyền đại diện")).click()
    office.get_by_role("dialog").get_by_role("button", name="Thu hồi").click()
    expect(office.get_by_text("Quyền này hết tác dụng ngay.")).to_be_visible()
    desk.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(desk.get_by_role("alert").first).to_contain_text("không có quyền đại diện còn hiệu lực")
    shot(desk, "nop-thay-da-thu-hoi")
    page.goto("/ca-nhan/ho-so/")
    page.wait_for_url(re.compile("/dang-nhap/"))
    dismiss(town, _RECORDED_AT)
