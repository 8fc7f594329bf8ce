"""Where the words of a guide's step are seen: each place is opened in the running pages, as its reader would."""

import html
import re
from collections.abc import Callable
from typing import Any

from motcua.kernel.authority import Power
from tests.accounts import people
from tests.web_counter.conftest import ONE_WAY, TWO_WAYS, Desk
from tests.web_public import outside
from tests.web_public.visiting import Browser

NOBODY = "052190000011"
_ATTRIBUTES = re.compile(r'\b(?:value|title|aria-label|placeholder)="([^"]*)"')


def words_of(answer: Any) -> str:
    """What a reader sees or hears of a page."""
    page = answer.content.decode()
    body = re.sub(r"<(script|style|template)\b.*?</\1>", " ", page, flags=re.S)
    seen = " ".join([re.sub(r"<[^>]+>", " ", body), *_ATTRIBUTES.findall(body)])
    return " ".join(html.unescape(seen).split())


def _registration(step: str) -> Callable[[Desk], Any]:
    def opened(_desk: Desk) -> Any:
        browser, person = Browser(), people.data()
        if step == "code":
            return browser.get(f"/dang-ky/{browser.begun(person)}/ma-otp/")
        if step == "mat-khau":
            outside.knows(person)
        else:
            outside.knows(
                people.data(number=person.citizen_id.value, phone=person.phone.local, name="Lê Khác")
            )
        return browser.get(f"/dang-ky/{browser.proved(person)}/{step}/")

    return opened


def _public(address: str) -> Callable[[Desk], Any]:
    return lambda _desk: Browser().get(address)


def _by(power: Power, address: str) -> Callable[[Desk], Any]:
    return lambda desk: desk.officer(power).get(address)


#: The name of a place in ``Step.place`` → its page.
PLACES: dict[str, Callable[[Desk], Any]] = {
    "home": _public("/"),
    "registration": _public("/dang-ky/"),
    "code": _registration("code"),
    "password": _registration("mat-khau"),
    "mismatch": _registration("khong-khop"),
    "activation": _public("/kich-hoat/"),
    "desk": lambda desk: desk.client.get("/mot-cua/"),
    "check": lambda desk: desk.client.get("/mot-cua/tiep-nhan/"),
    "not_found": lambda desk: desk.check(NOBODY),
    "checked": lambda desk: desk.client.post(desk.checked(), {"procedure": TWO_WAYS}),
    "reception": lambda desk: desk.client.get(desk.form_address(ONE_WAY)),
    "accounts": _by(Power.OPEN_ACCOUNT, "/quan-tri/tai-khoan-cong-dan/"),
    "assisted": _by(Power.OPEN_ACCOUNT, "/quan-tri/tai-khoan-cong-dan/them-moi/"),
    "units": _by(Power.GRANT, "/quan-tri/don-vi/"),
    "staff": _by(Power.GRANT, "/quan-tri/can-bo/"),
    "staff_add": _by(Power.GRANT, "/quan-tri/can-bo/them-moi/"),
    "sign_ins": _by(Power.GRANT, "/quan-tri/dang-nhap-can-bo/"),
    "readiness": _by(Power.GRANT, "/quan-tri/san-sang/"),
    "identity_providers": _by(Power.CONNECT_SYSTEMS, "/quan-tri/nha-cung-cap-danh-tinh/"),
}
