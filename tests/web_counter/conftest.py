"""A desk with real rooms behind it: portal and vault in-process, PostgreSQL, signed-in officers."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings as django_settings
from django.test import Client

from motcua.accounts import identity, sessions
from motcua.accounts.models import Account
from motcua.desk import sample
from motcua.desk.models import Component
from motcua.gateways import portal_line
from motcua.kernel.authority import Power
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.units import officers, posts
from motcua.units.models import Unit
from tests.accounts import people
from tests.simulated import outside, outside_url

__all__ = ["outside", "outside_url"]

OWNER = "052190000001"
NAME = "Nguyễn Thị Bích Mẫu"
TWO_WAYS = "2.001914"
ONE_WAY = "2.002479"
CATALOGUE = Path(__file__).parent / "procedures.json"


@dataclass
class Desk:
    """One unit, its officers, and what is typed at it."""

    unit: Unit
    client: Client
    serial: list[int] = field(default_factory=lambda: [0])

    def officer(self, *powers: Power, unit: Unit | None = None, number: str | None = None) -> Client:
        """A client in which a new officer is signed in."""
        self.serial[0] += 1
        account = people.account(people.data(number=number, name="Trần Văn Quầy"))
        subject = identity.subject_of(account.public_id, django_settings.DESK_ID)
        officer = officers.register(
            subject=subject,
            full_name=PersonName.parse("Trần Văn Quầy"),
            phone=Phone.parse(f"0986{self.serial[0]:06d}"),
        )
        posts.bootstrap(
            officer_id=officer.pk,
            unit_code=(unit or self.unit).code,
            powers=list(powers or (Power.RECEIVE_DOSSIER,)),
            valid_from=date(2020, 1, 1),
            reason="thử",
        )
        token, _ = sessions.begin(
            account,
            audience="OFFICER",
            device="may-thu",
            device_words="Chrome",
            unit_code=(unit or self.unit).code,
        )
        client = Client()
        client.cookies["phien"] = token
        return client

    def check(self, number: str = OWNER, by: Client | None = None, **more: str) -> Any:
        return (by or self.client).post("/mot-cua/tiep-nhan/", {"number": number, **more})

    def checked(self, number: str = OWNER, by: Client | None = None) -> str:
        """The address of a found owner's check."""
        answer = self.check(number, by)
        assert answer.status_code == 302, answer.content.decode()
        return str(answer.headers["Location"])

    def form_address(self, procedure: str = ONE_WAY, *, number: str = OWNER, by: Client | None = None) -> str:
        """Check, choose: the address of the reception form."""
        answer = (by or self.client).post(self.checked(number, by), {"procedure": procedure})
        assert answer.status_code == 302, answer.content.decode()
        return str(answer.headers["Location"])

    def form(self, address: str, /, by: Client | None = None, **typed: object) -> dict[str, object]:
        """Every way left open answered “Bản giấy”, as the one button does, with what is typed over it."""
        found = self.untouched(address, by)
        unchosen = {name: "PAPER" for name, value in found.items() if name.startswith("how_") and not value}
        return {**found, **unchosen, **typed}

    def untouched(self, address: str, by: Client | None = None) -> dict[str, object]:
        """The form as the browser would send it if nobody chose or typed anything."""
        return boxes_of((by or self.client).get(address).content.decode())

    def received(self, procedure: str = ONE_WAY, /, *, number: str = OWNER, **typed: object) -> str:
        """A whole reception; the address of its last page."""
        address = self.form_address(procedure, number=number)
        answer = self.client.post(address, self.form(address, **typed))
        assert answer.status_code == 302, text_of(answer)
        return str(answer.headers["Location"])


@pytest.fixture
def desk(transactional_db: None, settings: Any) -> Desk:
    settings.SIMULATORS_URL = None
    unit = a_unit("so-gddt", "000.00.06.H08", Unit.Kind.SO)
    sample.load(CATALOGUE)
    # Here the first component is what the vault has: these procedures want no request of their own.
    Component.objects.update(not_reused=False)
    owner(OWNER, NAME)
    town = Desk(unit, Client())
    town.client = town.officer()
    return town


@pytest.fixture
def line(settings: Any, outside: httpx.Client, outside_url: str) -> Callable[[str], None]:
    """``line("down")`` and ``line("ok")``: the line to the portal, at the simulators."""

    def turn(how: str) -> None:
        settings.SIMULATORS_URL = outside_url
        outside.post("/su-co.json", json={"portal": how}).raise_for_status()
        portal_line._last.clear()

    return turn


def a_unit(code: str, prefix: str, kind: str = Unit.Kind.PHONG_GDDT) -> Unit:
    return Unit.objects.create(
        code=code,
        name=f"Đơn vị {code}",
        short_name=code,
        kind=kind,
        dossier_prefix=prefix,
        has_desk=True,
        valid_from=date(2020, 1, 1),
    )


def owner(number: str, name: str = NAME) -> Account:
    born = "01/02/1990"
    return people.account(people.data(number=number, name=name, born=born))


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def boxes_of(page: str) -> dict[str, object]:
    """What a browser sends of the reception form: boxes, the chosen options and radios."""
    form = page[page.index('class="reception"') :] if 'class="reception"' in page else page
    found: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, kind = _attribute(tag, "name"), _attribute(tag, "type") or "text"
        if not name or kind in {"file", "submit"} or name == "csrfmiddlewaretoken":
            continue
        if kind in {"radio", "checkbox"}:
            if " checked" in tag:
                found[name] = _attribute(tag, "value") or "on"
        else:
            found[name] = _attribute(tag, "value")
    for name, body in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        first = re.search(r'<option value="([^"]*)"', body)
        found[name] = (chosen or first)[1] if (chosen or first) else ""  # type: ignore[index]
    return found


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""
