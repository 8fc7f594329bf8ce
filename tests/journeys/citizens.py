"""A citizen before the portal: somebody invented, and what they do on its pages."""

import re
from dataclasses import dataclass
from itertools import count

from playwright.sync_api import Page

from tests.running_town import Town

_serial = count(1)
PASSWORD = "Muon.Trung-Song-94!"
NEW_PASSWORD = "Nui.Ba-Hoa-1986!"


@dataclass(frozen=True)
class Person:
    """An invented man born on 1 February 1990, with a phone of his own."""

    number: str
    name: str
    phone: str
    born: str = "01/02/1990"


def somebody(town: Town | None = None, *, operator: str = "Viettel", name: str = "Nguyễn Văn Mẫu") -> Person:
    """A new person; with ``town`` the operator knows the phone as theirs."""
    nth = next(_serial)
    person = Person(f"052090{700 + nth:06d}", name, phone_of(nth))
    if town is not None:
        town.put_subscriber(
            person.phone, operator=operator, name=name, id_number=person.number, born_on=person.born
        )
    return person


def phone_of(nth: int) -> str:
    """Spread over prefixes: the budget of a prefix is not what these journeys are about."""
    return f"09{('03', '13', '33', '61', '73')[nth % 5]}{nth:06d}"


def phone_of_nobody() -> str:
    """A phone that no operator knows yet and nobody else in these journeys has."""
    return phone_of(next(_serial))


def fill_in(page: Page, person: Person) -> None:
    page.get_by_label("Họ và tên").fill(person.name)
    page.get_by_label("Ngày sinh").fill(person.born)
    page.get_by_label("Số CMND/CCCD").fill(person.number)
    page.get_by_label("Số điện thoại").fill(person.phone)


def begin(page: Page, person: Person, address: str = "/dang-ky/") -> None:
    page.goto(address)
    fill_in(page, person)
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url(re.compile("/ma-otp/"))


def code_of(town: Town, person: Person, *, after: int = 0) -> str:
    found = re.search(r"\b[0-9]{6}\b", town.next_text(person.phone, after=after, containing="OTP"))
    assert found
    return found[0]


def enter_code(page: Page, code: str) -> None:
    page.get_by_label("Nhập OTP").fill(code)
    page.get_by_role("button", name="Tiếp tục").click()


def set_password(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("Nhập mật khẩu").fill(password)
    page.get_by_label("Xác nhận mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng ký").click()


def register(page: Page, town: Town, person: Person, address: str = "/dang-ky/") -> None:
    begin(page, person, address)
    enter_code(page, code_of(town, person))
    page.wait_for_url(re.compile("/mat-khau/"))
    set_password(page)
    page.wait_for_url(re.compile("/thanh-cong/"))


def let_budgets_recover(town: Town) -> None:
    town.sql("UPDATE limits_bucket SET window_ends_at = window_ends_at - interval '1 day'")


def let_codes_age(town: Town, seconds: int) -> None:
    """As if the codes had been sent that much earlier; a trigger forbids it to everybody else."""
    town.sql(
        "SET session_replication_role = replica; "
        f"UPDATE accounts_passcode SET created_at = created_at - interval '{seconds} s', "
        f"expires_at = expires_at - interval '{seconds} s', consumed_at = consumed_at - interval '{seconds} s'"
    )


def sign_in(page: Page, person: Person, password: str = PASSWORD) -> None:
    page.goto("/dang-nhap/")
    page.get_by_label("Số CMND/CCCD").fill(person.number)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
