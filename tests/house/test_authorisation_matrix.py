"""V-22, V-23: the matrix of who may enter is a file; a route it does not name, or names otherwise, fails the build."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from django.test import Client

from motcua.accounts import sessions
from motcua.desk.models import AccountCheck, Charge, Dossier, GateException, Notice, Opinion
from motcua.kernel.authority import Power
from tests.accounts import people
from tests.house.test_routes import ALL, Route
from tests.web_counter.conftest import Desk, a_unit, desk
from tests.web_counter.test_working_on_a_dossier import at, do, received, scan

__all__ = ["desk"]

MATRIX: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "authorisation.yaml").read_text(encoding="utf-8")
)
WHOSE = {
    "none", "bearer", "own_subject", "own_posts", "own_check", "own_unit", "own_draft", "catalogue", "inspected",
    "own_desk",
}  # fmt: skip
POWERS = {power.value for power in Power}
#: A value for each kind of parameter, of nothing that exists.
NOTHING = {
    "uuid": str(uuid.UUID(int=7)),
    "int": "1",
    "page": "1",
    "row": "1",
    "place": "1",
    "procedure_code": "9.999999",
    "list_of_entry": "thanh-phan",
    "training_task": "iii-khong-co",
}
BY_OFFICERS = [route for route in ALL if route.access.startswith("officer:")]


class Address(NamedTuple):
    route: Route
    path: str


def words_of(who: object) -> str:
    """The matrix's word for who may enter, as the views say it."""
    if isinstance(who, list):
        return "officer:" + ",".join(sorted(who))
    return "officer:" if who == "officer" else str(who)


def addresses(routes: list[Route], **known: object) -> Iterator[Address]:
    """Each route with something in its holes: what is known by name, else something that does not exist."""
    for route in routes:
        filled = re.sub(
            r"<(?:(\w+):)?(\w+)>",
            lambda hole: str(known.get(hole[2], NOTHING.get(hole[1] or "str", "x"))),
            route.pattern,
        )
        yield Address(route, f"/{filled}")


@pytest.mark.parametrize("route", ALL, ids=lambda route: route.pattern)
def test_each_route_is_in_the_matrix_and_says_the_same(route: Route) -> None:
    named = MATRIX.get(route.name)
    assert named is not None, f"{route.name}: write into authorisation.yaml who may enter, and whose it shows"
    assert words_of(named["who"]) == route.access, route.name
    assert "<" not in route.pattern or named["whose"] != "none" or route.is_for_builders, (
        f"{route.name} finds something by its address: say whose"
    )


def test_the_matrix_names_nothing_that_is_gone_and_speaks_in_known_words() -> None:
    assert set(MATRIX) - {route.name for route in ALL} == set()
    for name, line in MATRIX.items():
        assert set(line) == {"who", "whose"}, name
        assert line["whose"] in WHOSE, name
        assert not isinstance(line["who"], list) or set(line["who"]) <= POWERS, name


def test_a_route_that_is_not_named_fails() -> None:
    """Seen red."""
    new = Route("moi/<uuid:public_id>/", "counter:brand_new", "anyone")
    with pytest.raises(AssertionError, match="brand_new"):
        test_each_route_is_in_the_matrix_and_says_the_same(new)
    other = Route("mot-cua/ho-so/", "counter:dossiers", "anyone")
    with pytest.raises(AssertionError):
        test_each_route_is_in_the_matrix_and_says_the_same(other)


def test_nobody_unknown_enters_what_is_not_for_anyone(transactional_db: None) -> None:
    closed = [route for route in ALL if route.access != "anyone" and not route.name.startswith("api:")]
    assert len(closed) > 80
    client, wrong = Client(), []
    for route, path in addresses(closed):
        for answer in (client.get(path), client.post(path)):
            to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith("/dang-nhap/")
            if not to_sign_in:
                wrong.append((route.name, answer.status_code))
    assert wrong == []


def test_no_program_unknown_is_let_in(transactional_db: None) -> None:
    """Nor a browser in which an officer is signed in: the API reads no cookie (threats A-28)."""
    closed = [route for route in ALL if route.access.startswith(("client:", "person:"))]
    assert len(closed) > 12
    token, _ = sessions.begin(
        people.account(people.data()), audience="OFFICER", device="may-quay", device_words="Chrome"
    )
    officer, wrong = Client(), []
    officer.cookies["phien"] = token
    for route, path in addresses(closed):
        for client in (Client(), officer):
            answers = [client.get(path), client.post(path, {}), client.post(path, "{}", "application/json")]
            said = {answer.status_code for answer in answers}
            problems = all(a.headers["Content-Type"] == "application/problem+json" for a in answers)
            if not (401 in said and said <= {401, 405, 415} and problems):
                wrong.append((route.name, said))
    assert wrong == []


def test_a_citizen_enters_no_page_of_officers(transactional_db: None) -> None:
    token, _ = sessions.begin(
        people.account(people.data()), audience="CITIZEN", device="may-nha", device_words="Chrome"
    )
    client = Client()
    client.cookies["phien"] = token
    wrong = [
        (route.name, answer.status_code)
        for route, path in addresses(BY_OFFICERS)
        for answer in (client.get(path), client.post(path))
        if answer.status_code != 403
    ]
    assert wrong == []


def test_an_officer_with_every_right_but_the_right_one_gets_403(desk: Desk) -> None:
    """One officer for each set of rights that opens some page, holding all the others."""
    clients: dict[str, Client] = {}
    wrong = []
    for route, path in addresses(BY_OFFICERS):
        wanted = route.access.removeprefix("officer:")
        if not wanted:
            continue
        if wanted not in clients:
            rest = [power for power in Power if power.value not in wanted.split(",")]
            clients[wanted] = desk.officer(*rest)
        for answer in (clients[wanted].get(path), clients[wanted].post(path)):
            if answer.status_code != 403:
                wrong.append((route.name, answer.status_code))
    assert len(clients) > 6
    assert wrong == []


@pytest.fixture
def things(desk: Desk) -> dict[str, object]:
    """A dossier with everything that an address can name, and the check and exception of its officer."""
    dossier = received(desk)
    specialist = desk.officer(Power.PROCESS)
    do(desk.client, dossier, "yeu-cau-nop-phi", kind="FEE", amount_vnd="30000")
    charge = Charge.objects.get()
    assert desk.client.post(f"{at(dossier)}thu-phi/{charge.public_id}/", {"how": "CASH"}).status_code == 302
    do(desk.client, dossier, "chuyen")
    do(specialist, dossier, "nhan-xu-ly")
    do(specialist, dossier, "dinh-kem-ket-qua", file=scan())
    do(specialist, dossier, "yeu-cau-bo-sung", what_0="thiếu chữ ký", reason="Hồ sơ chưa hợp lệ")
    asked = Opinion.objects.create(
        dossier=dossier,
        asked_of="Sở Nội vụ",
        content="Xin ý kiến",
        asked_by="a" * 32,
        due_at=dossier.arrived_at,
    )
    exception = GateException.objects.create(
        unit=desk.unit,
        reason_kind="PASSPORT",
        reason="Người nước ngoài chỉ có hộ chiếu",
        owner_name="Anna Mẫu",
        asked_by=Dossier.objects.get(pk=dossier.pk).received_by,
    )
    return {
        "dossier": dossier.public_id,
        "charge_id": charge.public_id,
        "notice_id": Notice.objects.get().public_id,
        "opinion_id": asked.public_id,
        "check_id": AccountCheck.objects.latest("id").public_id,
        "exception": exception.public_id,
    }


def test_an_officer_of_another_unit_finds_nothing_of_this_one(desk: Desk, things: dict[str, object]) -> None:
    """With every right there is, at a unit that has nothing to do with it; and the page names nobody."""
    stranger = desk.officer(*Power, unit=a_unit("phong-khac", "000.00.31.H08"))
    objects = [route for route in BY_OFFICERS if route.name.startswith("counter:") and "<" in route.pattern]
    assert len(objects) > 30
    wrong = []
    for route in objects:
        about = "exception" if "ngoai-le/" in route.pattern else "dossier"
        (address,) = addresses([route], public_id=things[about], **things)
        for answer in (stranger.get(address.path), stranger.post(address.path)):
            if answer.status_code not in {403, 404, 405} or "Bích" in answer.content.decode(errors="replace"):
                wrong.append((address.path, answer.status_code))
    assert wrong == []


def test_the_officers_of_the_unit_do_find_them(desk: Desk, things: dict[str, object]) -> None:
    """Else the test above would prove nothing: the same addresses, at the right unit."""
    colleague = desk.officer(*Power)
    dossier = things["dossier"]
    for path in (
        f"/mot-cua/ho-so/{dossier}/",
        f"/mot-cua/ho-so/{dossier}/ket-qua.pdf",
        f"/mot-cua/ho-so/{dossier}/giay-tiep-nhan.pdf",
        f"/mot-cua/ho-so/{dossier}/viec/rut-ho-so/",
        f"/mot-cua/y-kien/{things['opinion_id']}/",
    ):
        assert colleague.get(path).status_code == 200, path
