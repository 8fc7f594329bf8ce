"""V-23: whatever stands in an address, nobody gets a byte of what is somebody else's."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from django.test import Client

from motcua.accounts.models import Session
from motcua.desk.models import Dossier, FilingDraft
from motcua.files.models import StoredFile
from motcua.kernel.authority import Power
from motcua.vault.models import Consent, Look, Paper
from tests.house.test_authorisation_matrix import MATRIX, NOTHING
from tests.house.test_routes import ALL, Route
from tests.web_public.test_filing_pages import Desk, begun, desk, filled, sent, signed_in
from tests.web_public.test_filing_pages import a_scan as scan
from tests.web_public.test_vault_pages import VAULT, consent, put
from tests.web_public.visiting import Browser, citizen, officer

__all__ = ["desk"]
pytestmark = pytest.mark.django_db(transaction=True)

HOLE = re.compile(r"<(?:(\w+):)?(\w+)>")
OF_SUBJECTS = [
    route
    for route in ALL
    if HOLE.search(route.pattern) and MATRIX.get(route.name, {}).get("whose") == "own_subject"
]
#: How a file that would be served says so.
BYTES = ("application/pdf", "image/", "application/msword", "application/vnd", "application/octet-stream")


class World(NamedTuple):
    """What one citizen has, and every name an address could call it by."""

    owner: Browser
    names: tuple[object, ...]
    words: str


@pytest.fixture
def world(desk: Desk) -> World:
    person, account = citizen()
    owner = signed_in(person)
    draft = begun(owner, desk)
    owner.post(draft, filled(act="luu", file_1=scan()))
    dossier = sent(owner, begun(owner, desk))
    paper = put(account)
    given = consent(account, paper)
    assert owner.get(f"{VAULT}{paper}/trang/1/").status_code == 200
    names = (
        re.findall(r"[0-9a-f-]{36}", dossier)[0],
        paper,
        given,
        *FilingDraft.objects.values_list("public_id", flat=True),
        *StoredFile.objects.values_list("public_id", flat=True),
        *Session.objects.values_list("public_id", flat=True),
        *Look.objects.values_list("pk", flat=True),
    )
    assert Dossier.objects.count() == Paper.objects.count() == Consent.objects.count() == 1
    return World(owner, names, person.full_name.value)


def near(name: object) -> Iterator[object]:
    """The name itself and its neighbours."""
    yield name
    if isinstance(name, int):
        yield from (name - 1, name + 1)
        return
    number = UUID(str(name)).int
    yield from (UUID(int=number ^ 1), UUID(int=(number + 1) % 2**128), uuid4())


def filled_in(route: Route, names: tuple[object, ...]) -> str:
    """The address with these names in its holes, one after the other, as far as a name could stand there."""
    left = list(names)

    def value(hole: re.Match[str]) -> str:
        if hole[1] in {"int", "uuid"} and left and isinstance(left[0], int) == (hole[1] == "int"):
            return str(left.pop(0))
        return NOTHING.get(hole[1] or "str", "x")

    return "/" + HOLE.sub(value, route.pattern)


def addresses(names: tuple[object, ...]) -> list[str]:
    tried = {filled_in(route, (each,)) for route in OF_SUBJECTS for name in names for each in near(name)}
    return sorted(
        tried | {filled_in(route, pair) for route in OF_SUBJECTS for pair in product(names, repeat=2)}
    )


def leaks(answer: Any, words: str) -> bool:
    """Whether somebody else's thing came out; a page that is not found and one that is not theirs look alike."""
    if answer.status_code == 302:
        return not answer.headers["Location"].startswith("/dang-nhap/")
    kind = answer.headers.get("Content-Type", "")
    body = b"" if answer.streaming else answer.content
    return answer.status_code not in {403, 404, 405} or kind.startswith(BYTES) or words in body.decode()


def visitors() -> dict[str, Client]:
    ended = Browser()
    person, _ = citizen()
    ended.sign_in(person)
    kept = ended.client.cookies["phien"].value
    ended.post("/dang-xuat/")
    ended.client.cookies["phien"] = kept
    return {
        "nobody": Client(),
        "another citizen": signed_in(citizen()[0]).client,
        "an officer with every right": signed_in(officer(*Power)[0]).client,
        "a session that was ended": ended.client,
    }


def test_no_address_gives_a_byte_of_somebody_elses(world: World) -> None:
    tried = addresses(world.names)
    wrong, asked = [], 0
    for who, client in visitors().items():
        for address in tried:
            answers = [client.get(address), client.head(address)]
            if who == "another citizen":
                answers += [client.get(address, headers={"range": "bytes=0-99"}), client.post(address)]
            asked += len(answers)
            wrong += [(who, address, answer.status_code) for answer in answers if leaks(answer, world.words)]
    assert asked > 5_000
    assert wrong == []


def test_the_owner_does_get_them(world: World) -> None:
    """Else the test above would prove nothing: the same addresses, and some of them answer."""
    found = {
        address: answer.headers["Content-Type"]
        for address in addresses(world.names)
        if (answer := world.owner.get(address)).status_code == 200
    }
    assert sum(kind.startswith(BYTES) for kind in found.values()) >= 3, found
    assert sum(kind.startswith("text/html") for kind in found.values()) >= 5, found


def test_no_address_leads_to_where_files_lie(world: World) -> None:
    places = list(StoredFile.objects.values_list("place", flat=True))
    assert places
    before = ("", "files/", "media/", "static/", "static/../", "static/%2e%2e/files/", "tep/", "var/files/")
    for client in (world.owner.client, Client()):
        for address in (f"/{start}{place}" for start, place in product(before, places)):
            assert client.get(address).status_code in {302, 400, 404}, address
