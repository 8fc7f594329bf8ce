"""A class received at once in a browser: the list, the answers, one choice of papers, one press, and who finds what."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.journeys.townspeople import (
    PAPER,
    RECEIVER,
    SHOWN,
    Person,
    choose_way,
    day,
    fits,
    registered,
    resident,
    sign_in,
    words_of,
)
from tests.running_town import Town
from tests.visiting import PHONE, NewPage, assert_quiet, shot

Check = Callable[[Page], None]
CODE = re.compile(r"000\.00\.08\.H08-[0-9]{6}-[0-9]{4}")
SCHOOL_MOVE = "2.002478"
CLASS = "Lớp 10A3, Trường THPT Mẫu"
CHILD = "Phạm Bé Lớp Mẫu"
STRANGER = "Lê Thị Chưa Có Mẫu"
#: Of the sample's block, and nobody's.
NOBODY = "052192000999"
#: The words of whatever stands out of its table on the right.
CUT_OFF = """table => {
  const edge = table.getBoundingClientRect().right + 1;
  return [...table.querySelectorAll("td *")]
    .filter(part => part.getBoundingClientRect().right > edge && !part.closest(".visually-hidden"))
    .map(part => part.textContent);
}"""


def begun(desk: Page, lines: list[str]) -> None:
    """From the desk's first page to the page of a new list."""
    desk.goto("/mot-cua/")
    desk.get_by_role("link", name="Tiếp nhận theo lớp").first.click()
    desk.wait_for_url(re.compile(r"/mot-cua/lop/\Z"))
    desk.get_by_label("Lớp, trường").fill(CLASS)
    desk.get_by_label("Thủ tục").select_option(SCHOOL_MOVE)
    desk.get_by_label("Danh sách học sinh").fill("\n".join(lines))


def row(page: Page, nth: int) -> Locator:
    return page.get_by_role("table").get_by_role("row").nth(nth)


def seen_on_a_phone(phone: Page, address: str, name: str, axe: Check) -> None:
    """The same page on a narrow screen: nothing sticks out, of the page or of a table, and it can be used."""
    phone.goto(address)
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    fits(phone)
    assert [table.evaluate(CUT_OFF) for table in phone.locator("table.list").all()] in ([], [[]])
    axe(phone)
    shot(phone, name)


def a_list(pupil: Person, mother: Person) -> list[str]:
    own = f"{pupil.number}; {pupil.name}; 01/02/1992"
    return [
        own,
        f"; {CHILD}; 01/02/2012; {mother.number}; mẹ; 12/2012; {day(-400)}; {mother.name}",
        f"{NOBODY}; {STRANGER}; 01/02/1992",
        "12345; Lê Thị Sai Mẫu; 01/02/2012",
        own,
    ]


def test_a_class_is_received_with_one_press_and_each_account_finds_its_own(
    new_page: NewPage, town: Town, axe: Check
) -> None:
    pupil = resident(town, "Phạm Thị Trò Mẫu")
    mother = registered(new_page(), town, "Phạm Thị Mẹ Lớp")
    desk, phone = new_page(), new_page(**PHONE)
    for page in (desk, phone):
        sign_in(page, RECEIVER)

    begun(desk, a_list(pupil, mother))
    axe(desk)
    shot(desk, "lop-lap-danh-sach")
    seen_on_a_phone(phone, "/mot-cua/lop/", "lop-lap-danh-sach-dien-thoai", axe)
    desk.get_by_role("button", name="Lập danh sách").click()
    desk.wait_for_url(re.compile(r"/lop/[0-9a-f-]{36}/\Z"))
    address = desk.url

    answered(desk, axe)
    seen_on_a_phone(phone, address, "lop-da-kiem-tra-dien-thoai", axe)
    settled(desk, axe)
    codes = received(desk, axe)
    seen_on_a_phone(phone, address, "lop-da-tiep-nhan-dien-thoai", axe)
    printed(desk, codes)

    found_by(new_page(**PHONE), pupil, codes[0], other=codes[1], axe=axe)
    found_by(new_page(**PHONE), mother, codes[1], other=codes[0], axe=axe, child=CHILD)
    assert_quiet(desk)


def answered(desk: Page, axe: Check) -> None:
    """What is wrong with a line is said before anybody is asked; then each account answers."""
    expect(row(desk, 4)).to_contain_text("số định danh")
    expect(row(desk, 5)).to_contain_text("dòng")
    axe(desk)
    shot(desk, "lop-truoc-khi-kiem-tra")
    desk.get_by_role("button", name="Kiểm tra 3 tài khoản").click()
    expect(row(desk, 1)).to_contain_text("Có tài khoản")
    expect(row(desk, 2)).to_contain_text("Có tài khoản")
    expect(row(desk, 3)).to_contain_text("Chưa có tài khoản")
    axe(desk)
    shot(desk, "lop-da-kiem-tra")


def settled(desk: Page, axe: Check) -> None:
    """Nothing is chosen beforehand; the class hands in alike."""
    expect(desk.get_by_role("button", name=re.compile("^Tiếp nhận [0-9]+ hồ sơ"))).to_have_count(0)
    desk.get_by_role("button", name="Lưu thành phần").click()
    expect(desk.get_by_role("alert").first).to_contain_text("chọn cách nộp")
    lines = desk.locator("fieldset.component")
    expect(lines.first).to_be_visible()  # count() waits for nothing
    for nth in range(lines.count()):
        choose_way(lines.nth(nth), SHOWN if nth == 1 else PAPER)
    axe(desk)
    shot(desk, "lop-thanh-phan")
    desk.get_by_role("button", name="Lưu thành phần").click()


def received(desk: Page, axe: Check) -> list[str]:
    """One press, a dossier for each who was found; the codes in the order of the list."""
    desk.get_by_role("button", name="Tiếp nhận 2 hồ sơ").click()
    expect(desk.get_by_role("link", name="In giấy tiếp nhận cả lớp")).to_be_visible()
    expect(row(desk, 2).get_by_text(CODE)).to_be_visible()
    codes = [row(desk, nth).get_by_text(CODE).inner_text().strip() for nth in (1, 2)]
    for nth in (3, 4, 5):
        expect(row(desk, nth).get_by_text(CODE)).to_have_count(0)
    assert len(set(codes)) == 2
    axe(desk)
    shot(desk, "lop-da-tiep-nhan")
    return codes


def printed(desk: Page, codes: list[str]) -> None:
    """All receipts in one file; the invitation names who has no account, by no whole number."""
    receipts, invitation = (
        desk.request.get(str(desk.get_by_role("link", name=name).get_attribute("href"))).body()
        for name in ("In giấy tiếp nhận cả lớp", "In danh sách mời tạo tài khoản")
    )
    assert receipts.startswith(b"%PDF-")
    slips = words_of(receipts)
    assert all(code in slips for code in codes)
    assert CHILD in slips and STRANGER not in slips
    invited = words_of(invitation)
    assert STRANGER in invited and NOBODY not in invited


def found_by(page: Page, owner: Person, code: str, *, other: str, axe: Check, child: str = "") -> None:
    """In the own account: the own dossier, nobody else's of the class."""
    sign_in(page, owner.sign_in)
    page.goto("/ca-nhan/ho-so/")
    main = page.get_by_role("main")
    expect(main).to_contain_text(code)
    expect(main).not_to_contain_text(other)
    axe(page)
    main.get_by_role("link", name=re.compile(re.escape(code))).first.click()
    expect(page.get_by_role("main")).to_contain_text(code)
    if child:
        expect(page.get_by_role("main")).to_contain_text(child)
    fits(page)
    axe(page)
    shot(page, f"lop-tai-khoan-{'me' if child else 'hoc-sinh'}")
