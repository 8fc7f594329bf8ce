"""V-26: no page that somebody merely opens, whatever their rights, holds a whole number or phone of somebody else.

Every route is asked as each role, with the addresses of a dossier in the middle of its life, of an account that an
officer opened and of a request in hand. What shows a whole number (a slip, a scan, a reveal) is a file or an act of its
own, and leaves its own line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from motcua.accounts import identity, sessions
from motcua.accounts.models import Account, LookUp
from motcua.accounts.sealed_data import PersonData
from motcua.api.values import CitizenNumber
from motcua.desk.models import Dossier
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.kernel.phone import Phone
from tests.accounts import people
from tests.house.test_authorisation_matrix import BY_OFFICERS, addresses, things
from tests.house.test_routes import ALL
from tests.web_counter.conftest import OWNER, Desk, boxes_of, desk
from tests.web_office.conftest import _operators
from tests.web_office.desk import Desk as Creator
from tests.web_office.desk import in_hand

__all__ = ["_operators", "desk", "things"]

#: How a number could be written.
SPELLINGS = (OWNER, f"{OWNER[:3]} {OWNER[3:6]} {OWNER[6:9]} {OWNER[9:]}", f"{OWNER[:3]}.{OWNER[3:]}")


def opened(desk: Desk, things: dict[str, object]) -> dict[str, str]:
    """Each page that opens for a colleague with every right, as text; files are not pages."""
    colleague = desk.officer(*Power)
    pages = {}
    for route in BY_OFFICERS:
        about = "exception" if "ngoai-le/" in route.pattern else "dossier"
        (address,) = addresses([route], public_id=things[about], code=desk.unit.code, **things)
        answer = colleague.get(address.path)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            pages[address.path] = answer.content.decode()
    return pages


def test_no_page_that_is_opened_holds_a_whole_number(desk: Desk, things: dict[str, object]) -> None:
    assert Dossier.objects.get().owner_last3 == OWNER[-3:]
    pages = opened(desk, things)
    assert len(pages) > 45
    assert [path for path, page in pages.items() if any(spelling in page for spelling in SPELLINGS)] == []


def test_each_opening_of_a_dossier_is_one_line_of_the_journal(desk: Desk, things: dict[str, object]) -> None:
    colleague = desk.officer(*Power)
    for _ in range(3):
        before = Event.objects.filter(event="desk.dossier.seen").count()
        assert colleague.get(f"/mot-cua/ho-so/{things['dossier']}/").status_code == 200
        assert Event.objects.filter(event="desk.dossier.seen").count() == before + 1


@pytest.mark.parametrize(
    "path", ["/quan-tri/", "/quan-tri/nhat-ky/", "/quan-tri/bao-cao/", "/quan-tri/can-bo/"]
)
def test_a_page_that_shows_nobody_leaves_no_look(desk: Desk, things: dict[str, object], path: str) -> None:
    colleague = desk.officer(*Power)
    before = Event.objects.count()
    assert colleague.get(path).status_code == 200
    assert Event.objects.count() == before


@dataclass
class Planted:
    """Three citizens whose numbers and phones must stand on no page: of a dossier, an account, a request in hand."""

    creator: Creator
    account: Account
    markers: dict[str, str]
    ids: dict[str, object]

    def found_in(self, page: str) -> list[str]:
        return sorted({whose for spelling, whose in self.markers.items() if spelling in page})

    def pages(self, client: Client) -> Iterator[tuple[str, str]]:
        """Every route that opens for this client, as text; files and what is sent elsewhere are not pages."""
        for route in ALL:
            if route.is_for_builders or route.name.startswith(("oauth2:", "ops:")):
                continue
            (address,) = addresses([route], **{**self.ids, "public_id": self._about(route.pattern)})
            answer = client.get(address.path)
            if not answer.streaming and answer.headers.get("Content-Type", "").startswith(TEXT):
                yield address.path, answer.content.decode(errors="replace")

    def _about(self, pattern: str) -> object:
        for part, name in ABOUT:
            if part in pattern:
                return self.ids[name]
        return self.ids["dossier"]


TEXT = ("text/", "application/json", "application/problem+json")
#: Which of the planted things an address is about.
ABOUT = (
    ("tai-khoan-cong-dan/yeu-cau/", "request"),
    ("tai-khoan-cong-dan/dung-chung-so/", "request"),
    ("tai-khoan-cong-dan/", "account"),
    ("ngoai-le/", "exception"),
)


def spellings(number: str, phone: Phone) -> list[str]:
    """How they could be written on a page."""
    local = phone.local
    return [
        number,
        f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}",
        f"{number[:3]}.{number[3:]}",
        local,
        phone.value,
        phone.value.lstrip("+"),
        f"{local[:4]} {local[4:7]} {local[7:]}",
        f"{local[:4]}.{local[4:7]}.{local[7:]}",
    ]


def somebody(name: str) -> PersonData:
    """Whose number is not the one that the document of the API shows everybody."""
    shown = CitizenNumber.model_fields["number"].examples or []
    while (person := people.data(name=name)).citizen_id.value in shown:
        pass
    return person


@pytest.fixture
def planted(desk: Desk, things: dict[str, object]) -> Planted:
    creator = Creator(Power.OPEN_ACCOUNT, at=desk.unit.code, name="Phạm Văn Cán")
    of_account, in_hands = somebody("Phan Thị Che"), somebody("Phan Văn Khuất")
    application = creator.created(of_account)
    assert application.account is not None
    request = in_hand(creator.begun(in_hands))
    owner = Account.objects.get(
        person__documents__number_bi=settings.KEYRING.fingerprint("citizen_number", OWNER)
    )
    phone_of_owner = identity.primary_phone(owner)
    assert phone_of_owner is not None
    markers = {
        **dict.fromkeys(spellings(OWNER, phone_of_owner), "owner of the dossier"),
        **dict.fromkeys(spellings(of_account.citizen_id.value, of_account.phone), "owner of the account"),
        **dict.fromkeys(spellings(in_hands.citizen_id.value, in_hands.phone), "of the request in hand"),
    }
    ids = {**things, "account": application.account.public_id, "request": request.public_id}
    return Planted(creator, application.account, markers, ids)


def signed_in(account: Account) -> Client:
    token, _ = sessions.begin(account, audience="CITIZEN", device="may-nha", device_words="Chrome")
    client = Client()
    client.cookies["phien"] = token
    return client


def wrong(planted: Planted, client: Client) -> tuple[int, list[tuple[str, list[str]]]]:
    """(how many pages there were, those on which a marker stands and whose)."""
    pages = dict(planted.pages(client))
    return len(pages), [(path, whose) for path, page in pages.items() if (whose := planted.found_in(page))]


def test_v26_what_is_looked_for_would_be_seen(desk: Desk, planted: Planted) -> None:
    """Control: the officer who types a request has it before the eyes, and the owner has the own number."""
    own_form = planted.creator.get(f"/quan-tri/tai-khoan-cong-dan/yeu-cau/{planted.ids['request']}/")
    assert planted.found_in(own_form.content.decode()) == ["of the request in hand"]
    owner = Account.objects.get(
        person__documents__number_bi=settings.KEYRING.fingerprint("citizen_number", OWNER)
    )
    assert wrong(planted, signed_in(owner))[1] == [("/ca-nhan/", ["owner of the dossier"])]
    everything = dict(planted.pages(desk.officer(*Power)))
    for path in (
        f"/quan-tri/tai-khoan-cong-dan/{planted.ids['account']}/",
        f"/quan-tri/tai-khoan-cong-dan/{planted.ids['account']}/xem-day-du/",
        f"/mot-cua/ho-so/{planted.ids['dossier']}/",
    ):
        assert "*" in everything[path] or "•" in everything[path], path


def test_v26_a_stranger_and_another_citizen_see_nobodys_number_or_phone(planted: Planted) -> None:
    for client in (Client(), signed_in(people.account(people.data()))):
        count, found = wrong(planted, client)
        assert count > 60
        assert found == []


@pytest.mark.parametrize(
    "powers", [list(Power)[:4], list(Power)[4:8], list(Power)[8:]], ids=["first", "second", "last"]
)
def test_v26_an_officer_with_one_right_sees_nobodys_number_or_phone(
    desk: Desk, planted: Planted, powers: list[Power]
) -> None:
    for power in powers:
        count, found = wrong(planted, desk.officer(power))
        assert count > 60, power
        assert found == [], power


def test_v26_an_officer_with_every_right_sees_nobodys_number_or_phone(desk: Desk, planted: Planted) -> None:
    count, found = wrong(planted, desk.officer(*Power))
    assert count > 150
    assert found == []


def test_v26_a_reveal_is_the_one_page_that_shows_it_and_leaves_one_line_on_each_side(
    planted: Planted,
) -> None:
    desk, address = planted.creator, f"/quan-tri/tai-khoan-cong-dan/{planted.account.public_id}/xem-day-du/"
    before = Event.objects.count()
    for nth, what in enumerate(("NUMBER", "PHONE"), start=1):
        answer: Any = desk.post(address, {"what": what, "reason": "Công dân đề nghị đọc lại để đối chiếu."})
        assert planted.found_in(answer.content.decode()) == ["owner of the account"]
        assert Event.objects.count() == before + nth
        assert LookUp.objects.filter(purpose__startswith="xem-so-").count() == nth
    for page in (address, address.removesuffix("xem-day-du/"), "/quan-tri/tai-khoan-cong-dan/"):
        assert planted.found_in(desk.get(page).content.decode()) == []
    assert Event.objects.filter(event="accounts.data.revealed").count() == 2


def test_v26_a_reveal_on_the_page_of_a_dossier_leaves_one_line_on_each_side(
    desk: Desk, planted: Planted
) -> None:
    officer = desk.officer(Power.RECEIVE_DOSSIER)
    address = f"/mot-cua/ho-so/{planted.ids['dossier']}/xem-day-du/"
    before, looks = Event.objects.count(), LookUp.objects.count()
    for nth, what in enumerate(("NUMBER", "PHONE"), start=1):
        key = str(boxes_of(officer.get(address).content.decode())["key"])
        asked = {"what": what, "reason": "Liên hệ để bổ sung giấy tờ còn thiếu.", "key": key}
        answer = officer.post(address, asked)
        assert planted.found_in(answer.content.decode()) == ["owner of the dossier"]
        assert Event.objects.count() == before + nth
        assert LookUp.objects.count() == looks + nth
    for page in (address, address.removesuffix("xem-day-du/"), "/mot-cua/ho-so/"):
        assert planted.found_in(officer.get(page).content.decode()) == []
    assert Event.objects.filter(event="desk.owner.revealed").count() == 2
