"""A browser without a screen at the creator's desk."""

import itertools
import re
from datetime import date
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from motcua.accounts import identity
from motcua.accounts.models import AssistApplication
from motcua.accounts.sealed_data import PersonData
from motcua.kernel.authority import Authority, Power
from motcua.units import officers, posts
from motcua.units.models import Unit
from tests.accounts import people
from tests.web_office import scans

LIST = "/quan-tri/tai-khoan-cong-dan/"
ADD = LIST + "them-moi/"
PHONE = LIST + "doi-so-dien-thoai/"
_REQUEST = re.compile(LIST + r"yeu-cau/([0-9a-f-]{36})/")
_serial = itertools.count(1)


def unit(code: str, parent: str = "") -> Unit:
    nth = next(_serial)
    found, _ = Unit.objects.get_or_create(
        code=code,
        defaults={
            "name": f"Sở Giáo dục {code}",
            "short_name": f"Sở {code}",
            "kind": "SO",
            "has_desk": True,
            "dossier_prefix": f"001.{nth % 100:02d}.{nth // 100:02d}.H08",
            "valid_from": date(2020, 1, 1),
            "parent": Unit.objects.get(code=parent) if parent else None,
        },
    )
    return found


class Desk:
    """An officer with an account and a post, signed in; posts forms and remembers the request in hand."""

    def __init__(
        self, *powers: Power, at: str = "so-mau", parent: str = "", name: str = "Phạm Văn Cán"
    ) -> None:
        self.person = people.data(name=name)
        account = people.account(self.person)
        subject = identity.subject_of(account.public_id, settings.DESK_ID)
        unit(at, parent)
        officer = officers.register(subject=subject, full_name=self.person.full_name, phone=self.person.phone)
        posts.bootstrap(
            officer_id=officer.pk, unit_code=at, powers=powers, valid_from=date(2020, 1, 1), reason="thử"
        )
        self.subject, self.unit_code = subject, at
        self.client = Client()
        self.client.post("/dang-nhap/", {"number": self.person.citizen_id.value, "password": people.STRONG})

    @property
    def authority(self) -> Authority:
        return posts.authority_of(self.subject, at_unit=self.unit_code, on=timezone.localdate())

    def get(self, address: str) -> Any:
        return self.client.get(address)

    def post(self, address: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        return self.client.post(address, data or {}, **more)

    def press(self, act: str, data: dict[str, Any], address: str = ADD) -> Any:
        return self.post(address, {**data, "act": act})

    def begun(self, person: PersonData, **more: Any) -> str:
        """The address of a request with everything typed and the scan attached."""
        answer = self.press("save", {**typed(person, self.unit_code), "scan": scans.pdf(), **more})
        assert answer.status_code == 302, words(answer)
        return address_in(answer)

    def ready(self, person: PersonData) -> tuple[str, str]:
        """Paper printed and code sent: the address and the code."""
        address = self.begun(person)
        data = typed(person, self.unit_code)
        assert self.press("paper", data, address).status_code == 302
        assert self.press("send", data, address).status_code == 302
        return address, people.newest_code("otp_assist")

    def created(self, person: PersonData) -> AssistApplication:
        address, code = self.ready(person)
        answer = self.press("create", {**typed(person, self.unit_code), "code": code}, address)
        assert answer.status_code == 302, words(answer)
        return in_hand(address)


def typed(person: PersonData, unit_code: str = "so-mau") -> dict[str, Any]:
    """What the officer types from the card."""
    return {
        "citizen_id": person.citizen_id.value,
        "full_name": person.full_name.value,
        "born_on": person.born_on.shown,
        "phone": person.phone.local,
        "email": person.email,
        "reason": "PHONE_MISMATCH",
        "unit": unit_code,
    }


def address_in(answer: Any) -> str:
    found = _REQUEST.match(answer["Location"])
    assert found, answer["Location"]
    return found[0]


def in_hand(address: str) -> AssistApplication:
    found = _REQUEST.match(address)
    assert found
    return AssistApplication.objects.get(public_id=found[1])


def words(answer: Any) -> str:
    """The page as text: tags gone, white space single."""
    page = re.sub(r"<(script|svg|head)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    import html

    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page))).strip()
