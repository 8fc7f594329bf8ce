"""People of a journey's own, and what they do again and again at the desk: receive, act, look it up."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count

import pikepdf
from playwright.sync_api import FilePayload, Locator, Page, expect
from pypdfium2 import PdfDocument

from motcua.kernel import working_time
from tests.journeys import backstage
from tests.running_town import Town

RECEIVER = ("052188000201", "Quay.So-1-Sang")
SPECIALIST = ("052086000203", "Phong.Chuyen-Mon-3")
LEADER = ("052076000204", "Ky.Duyet-Dung-Han-4")
ADMINISTRATOR = ("052079000205", "Phan.Quyen-Hai-Nguoi-5")
CODE = re.compile(r"000\.00\.08\.H08-[0-9]{6}-[0-9]{4}")
SCAN, PAPER, SHOWN = "Tải lên bản quét", "Bản giấy", "Xuất trình"
NOTHING = re.compile("^(?:Chưa|Không) nộp$")
FROM_VAULT = re.compile("^Lấy từ Kho dữ liệu")
DESK = "Sở Giáo dục và Đào tạo Bình Định"
PASSWORD = "Muon.Trung-Song-94!"

Check = Callable[[Page], None]
_serial = count(1)


@dataclass(frozen=True)
class Person:
    """An invented woman born on 1 February 1992, with a phone of her own."""

    number: str
    name: str
    phone: str

    @property
    def sign_in(self) -> tuple[str, str]:
        return self.number, PASSWORD


@dataclass(frozen=True)
class Received:
    """What the desk gave: the code, the characters of the slip, and where the officers find it."""

    code: str
    check: str
    address: str


def resident(town: Town, name: str) -> Person:
    """Somebody new who has an account already; how one is opened is what other journeys are about."""
    person = _somebody(town, name)
    backstage.settle(
        town,
        number=person.number,
        name=name,
        born="01/02/1992",
        phone=person.phone,
        password=PASSWORD,
    )
    return person


def _somebody(town: Town, name: str) -> Person:
    """Whom the operator knows as the owner of the phone."""
    let_budgets_recover(town)
    nth = next(_serial)
    prefix = ("03", "13", "33", "61", "73")[nth % 5]
    person = Person(f"052192{800 + nth:06d}", name, f"09{prefix}{500 + nth:06d}")
    town.put_subscriber(
        person.phone, operator="Viettel", name=name, id_number=person.number, born_on="01/02/1992"
    )
    return person


def registered(page: Page, town: Town, name: str) -> Person:
    """Somebody new who opened an account as Phụ lục I says; the page is signed out afterwards."""
    person = _somebody(town, name)
    page.goto("/dang-ky/")
    page.get_by_label("Họ và tên").fill(name)
    page.get_by_label("Ngày sinh").fill("01/02/1992")
    page.get_by_label("Số CMND/CCCD").fill(person.number)
    page.get_by_label("Số điện thoại").fill(person.phone)
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url(re.compile("/ma-otp/"))
    otp = re.search(r"\b[0-9]{6}\b", town.next_text(person.phone, after=0, containing="OTP"))
    assert otp
    page.get_by_label("Nhập OTP").fill(otp[0])
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url(re.compile("/mat-khau/"))
    for box in ("Nhập mật khẩu", "Xác nhận mật khẩu"):
        page.get_by_label(box).fill(PASSWORD)
    page.get_by_role("button", name="Đăng ký").click()
    page.wait_for_url(re.compile("/thanh-cong/"))
    return person


def let_budgets_recover(town: Town) -> None:
    """What the journeys before this one have used up is not what this one is about."""
    town.sql("UPDATE limits_bucket SET window_ends_at = window_ends_at - interval '1 day'")


def sign_in(page: Page, who: tuple[str, str]) -> None:
    page.goto("/dang-nhap/")
    page.get_by_label("Số CMND/CCCD").fill(who[0])
    page.get_by_role("textbox", name="Mật khẩu").fill(who[1])
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(re.compile("/mot-cua/|/ca-nhan/|/quan-tri/"))


def appoint(town: Town, person: Person, unit: str, *powers: str) -> None:
    """Make an officer of somebody; the screen for it does not exist yet."""
    backstage.appoint(
        town,
        number=person.number,
        name=person.name,
        phone=person.phone,
        unit=unit,
        powers=list(powers),
    )


def dismiss(town: Town, unit: str) -> None:
    """Nobody holds a post at this unit any more: the journeys after this one find it as it was."""
    town.sql(
        "SET session_replication_role = replica; UPDATE units_post SET revoked_at = now(),"
        " revoked_by_subject = 'test', revoked_reason = 'test'"
        f" WHERE revoked_at IS NULL AND unit_id = (SELECT id FROM units_unit WHERE code = '{unit}')"
    )


def scan(name: str, *, pages: int = 1) -> FilePayload:
    """A scan of so many pages, each with a word on it so that something can be seen."""
    paper, written = pikepdf.new(), BytesIO()
    for number in range(1, pages + 1):
        page = paper.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=paper.make_indirect(font)))
        lines = b"".join(b"0 -24 Td (Dong mau cua giay to, hoan toan hu cau.) Tj " for _ in range(20))
        page.Contents = paper.make_stream(
            b"BT /F1 28 Tf 72 740 Td (Trang mau " + str(number).encode() + b") Tj /F1 13 Tf " + lines + b"ET"
        )
    paper.save(written)
    return {"name": name, "mimeType": "application/pdf", "buffer": written.getvalue()}


def checked(desk: Page, person: Person, procedure: str, process: str = "") -> None:
    """From the desk's first page to the reception form of a checked owner."""
    desk.goto("/mot-cua/")
    desk.get_by_role("main").get_by_role("button", name="Tiếp nhận hồ sơ").click()
    expect(desk.get_by_label("CMND/CCCD")).to_be_focused()
    desk.keyboard.type(person.number)
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Kiểm tra tài khoản thành công")).to_be_visible()
    chosen(desk, procedure, process)


def chosen(desk: Page, procedure: str, process: str = "") -> None:
    desk.get_by_label("Thủ tục").select_option(procedure)
    if process:
        desk.get_by_label("Quy trình").select_option(process)
    desk.get_by_role("button", name="Tiếp tục").click()
    desk.wait_for_url(re.compile("/ho-so/"))


def ways(desk: Page, chosen: Sequence[str | re.Pattern[str]], *, pages: int = 1) -> None:
    """The way of each component, in the order of the checklist, said by its words; a scan for each that is one."""
    lines = desk.locator("fieldset.component")
    expect(lines).to_have_count(len(chosen))
    for nth, way in enumerate(chosen):
        line = lines.nth(nth)
        choose_way(line, way)
        if way == SCAN:
            line.get_by_label("Bản quét").set_input_files(scan(f"thanh-phan-{nth + 1}.pdf", pages=pages))


def choose_way(line: Locator, way: str | re.Pattern[str]) -> None:
    box = line.get_by_label("Cách nộp")
    words = [each.strip() for each in box.locator("option").all_inner_texts()]
    found = [each for each in words if (each == way if isinstance(way, str) else way.search(each))]
    assert found, f"{way} is none of {words}"
    box.select_option(label=found[0])


def by_authorisation(desk: Page, filer: str) -> None:
    """Where only an organisation or somebody authorised may ask, the form says so and wants the proof."""
    desk.get_by_label("Tư cách người nộp").select_option("AUTHORISED")
    desk.get_by_label("Giấy tờ chứng minh quyền nộp thay").select_option(index=1)
    for label, value in {
        "Số giấy tờ": "01/UQ",
        "Ngày cấp, ngày lập": day(-3),
        "Có hiệu lực đến hết ngày": day(300),
        "Họ và tên người nộp": filer,
    }.items():
        desk.get_by_label(label).fill(value)


def receive(desk: Page) -> Received:
    """“Tiếp nhận”, and what the page says then."""
    desk.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(desk.get_by_role("heading", name="Tiếp nhận hồ sơ thành công")).to_be_visible()
    code = desk.locator(".found__name").inner_text().strip()
    assert CODE.fullmatch(code)
    slip = desk.get_by_role("link", name="In giấy tiếp nhận").get_attribute("href")
    assert desk.request.get(str(slip)).body().startswith(b"%PDF-")
    return Received(code, fact(desk, "Mã tra cứu"), desk.url.removesuffix("da-tiep-nhan/"))


def received(
    desk: Page,
    person: Person,
    procedure: str,
    papers: Sequence[str | re.Pattern[str]],
    *,
    process: str = "",
    pages: int = 1,
) -> Received:
    """The whole of a reception at the desk."""
    checked(desk, person, procedure, process)
    ways(desk, papers, pages=pages)
    return receive(desk)


def act(officer: Page, dossier: Received, title: str, submit: str, **boxes: str | FilePayload) -> None:
    """Open the dossier, choose the next act by its words, fill its boxes by their labels, send it."""
    open_act(officer, dossier, title)
    fill(officer, boxes)
    send(officer, submit)


def open_act(officer: Page, dossier: Received, title: str) -> None:
    officer.goto(dossier.address)
    officer.get_by_role("main").get_by_role("link", name=title, exact=True).click()
    officer.wait_for_url(re.compile("/viec/|/thu-phi/|/y-kien/"))


def fill(page: Page, boxes: Mapping[str, str | FilePayload]) -> None:
    for label, value in boxes.items():
        box = page.get_by_label(label, exact=False).first
        if isinstance(value, str):
            box.fill(value)
        else:
            box.set_input_files(value)


def send(officer: Page, submit: str) -> None:
    """Back on the dossier's page, or this fails."""
    officer.get_by_role("main").get_by_role("button", name=submit, exact=True).click()
    officer.wait_for_url(re.compile(r"/mot-cua/ho-so/[0-9a-f-]{36}/\Z"))


def accepted(officer: Page, dossier: Received) -> None:
    act(officer, dossier, "Nhận xử lý", "Nhận xử lý")


def handed_over(officer: Page, dossier: Received, words: str = "", *, to: str = DESK) -> None:
    """Where several units may do the next step, the journey says which."""
    open_act(officer, dossier, "Chuyển bước tiếp theo")
    if officer.get_by_label("Đơn vị nhận").count():
        officer.get_by_label("Đơn vị nhận").select_option(label=to)
    if words:
        officer.get_by_label("Ý kiến chuyển").fill(words)
    send(officer, "Chuyển")


def attached(specialist: Page, dossier: Received) -> None:
    act(
        specialist,
        dossier,
        "Đính kèm dự thảo kết quả",
        "Đính kèm",
        **{"Dự thảo kết quả": scan("du-thao.pdf", pages=2)},
    )


def signed(leader: Page, dossier: Received, number: str = "12/QĐ-SGDĐT") -> None:
    act(
        leader,
        dossier,
        "Ký kết quả",
        "Ký số",
        **{"Số, ký hiệu": number},
    )


def handed_out(desk: Page, dossier: Received) -> None:
    act(desk, dossier, "Trả kết quả", "Đã trả kết quả")


def day(ahead: int) -> str:
    """A date as it is typed, so many days from today."""
    return (datetime.now(UTC) + timedelta(days=ahead)).strftime("%d/%m/%Y")


def working_day(ahead: int) -> str:
    """The same, or the next one that an office works: Tết and Sundays come round."""
    wanted = (datetime.now(UTC) + timedelta(days=ahead)).date()
    calendar = working_time.vietnam((wanted.year, wanted.year + 1))
    return calendar.this_or_next_working_day(wanted).strftime("%d/%m/%Y")


def state_of(officer: Page, dossier: Received) -> str:
    officer.goto(dossier.address)
    return officer.get_by_role("heading", level=1).locator(".tag").inner_text().strip()


def tracked(visitor: Page, dossier: Received) -> str:
    """What anybody with the slip reads: the words of the state; never whose it is."""
    visitor.goto("/tra-cuu/")
    visitor.get_by_label("Mã hồ sơ").fill(dossier.code)
    visitor.get_by_label("Mã tra cứu").fill(dossier.check)
    visitor.get_by_role("button", name="Tra cứu").click()
    expect(visitor.get_by_role("heading", name=re.compile(re.escape(dossier.code)))).to_be_visible()
    assert "Mẫu" not in visitor.get_by_role("main").inner_text()
    return fact(visitor, "Trạng thái")


def fact(page: Page, name: str) -> str:
    """What stands beside a name in a list of facts."""
    row = page.locator("dl div").filter(has=page.locator("dt", has_text=re.compile(rf"^\s*{name}\s*$")))
    return row.first.locator("dd").inner_text().strip()


def eventually(page: Page, words: str | re.Pattern[str], *, patience: float = 90.0) -> None:
    """The page says so once the worker has been there."""
    until = time.monotonic() + patience
    while page.get_by_role("main").get_by_text(words).count() == 0:
        assert time.monotonic() < until, f"the page never said {words}"
        page.wait_for_timeout(700)
        page.reload()


def words_of(paper: bytes) -> str:
    """What a printed form says, its line breaks as blanks."""
    return " ".join("".join(page.get_textpage().get_text_range() for page in PdfDocument(paper)).split())


def fits(page: Page) -> None:
    """Nothing sticks out of the screen sideways. A page that is still on its way has no width yet."""
    expect(page.locator("h1").first).to_be_visible()
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
