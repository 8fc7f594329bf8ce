"""The client that others copy: every operation of the document, each answer as the document describes it."""

import ast
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import jsonschema_rs
import pytest
from django.test import Client
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import ECKey

import motcua_client
from motcua.desk import sample
from motcua_client import Line, NotTheHoldersToken, Portal, Refused, Unreachable, calls
from motcua_client.calls import Officer
from tests.accounts import people
from tests.api.calling import ADDRESS, OFFICER, System, a_system
from tests.api.test_owner_calls import NUMBER, PROCEDURE, Organisation
from tests.signin import holders
from tests.web_counter.conftest import CATALOGUE
from tests.web_office.scans import pdf

pytestmark = pytest.mark.django_db(transaction=True)
KEY = ECKey.generate_key("P-256")
PORTAL = "https://cong.example"
DOSSIER = "000.00.08.H08-261130-0001"


class Views(httpx.BaseTransport):
    """The views themselves instead of a wire, judged by the document; the token endpoint is played."""

    def __init__(self, system: System) -> None:
        self.system, self.django = system, Client()
        self.document = self.django.get("/api/v1/openapi.json").json()
        self.called: set[str] = set()
        self.assertions: list[str] = []
        self.wrong: list[str] = []
        self.token_type: str | None = "DPoP"
        self.before: Callable[[httpx.Request], httpx.Response | None] = lambda request: None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth2/token":
            self.assertions.append(request.content.decode())
            told = {"access_token": self.system.token, "expires_in": 600, "token_type": self.token_type}
            return httpx.Response(200, json=told)
        if early := self.before(request):
            return early
        answer = self.django.generic(
            request.method,
            request.url.raw_path.decode(),
            request.read(),
            request.headers.get("Content-Type", ""),
            headers={
                k: v
                for k, v in request.headers.items()
                if k not in ("host", "content-type", "content-length")
            },
            REMOTE_ADDR=ADDRESS,
        )
        self.judge(request, answer)
        return httpx.Response(answer.status_code, content=answer.content, headers=dict(answer.headers))

    def judge(self, request: httpx.Request, answer: Any) -> None:
        path = urlsplit(str(request.url)).path
        operation = self.document["paths"][path][request.method.lower()]
        self.called.add(operation["operationId"])
        said = operation["responses"].get(str(answer.status_code))
        assert said is not None, (path, answer.status_code)
        if "$ref" in said:
            said = self.document["components"]["responses"][said["$ref"].rpartition("/")[2]]
        media = answer.headers["Content-Type"].partition(";")[0]
        schema = said["content"][media]["schema"]
        if media.endswith("json"):
            whole = {**schema, "components": self.document["components"]}
            jsonschema_rs.validate(whole, answer.json())


@pytest.fixture
def views(settings: Any) -> Views:
    settings.PORTAL_ISSUER = PORTAL
    return Views(a_system())


@pytest.fixture
def portal(views: Views) -> Portal:
    return Portal(line(views))


def line(views: Views, **more: Any) -> Line:
    return Line(
        base_url=PORTAL,
        client_id=views.system.row.client_id,
        private_key=KEY,
        key_id="2026-11",
        scopes="account.check vault.put",
        holder_key=holders.KEY,
        transport=views,
        pause=lambda seconds: None,
        **more,
    )


@pytest.mark.parametrize("token_type", ["Bearer", "bearer", "", None, "N_A"])
def test_a_token_that_anybody_could_show_is_shown_to_nobody(views: Views, token_type: str | None) -> None:
    views.token_type = token_type
    portal, officer = Portal(line(views)), Officer(OFFICER, views.system.unit_code)

    for _ in range(2):
        with pytest.raises(NotTheHoldersToken):
            portal.check_account(number=NUMBER, officer=officer)
    assert views.called == set()
    views.token_type = "dpop"
    assert portal.check_account(number=NUMBER, officer=officer)["answer"] == "not_found"


def test_every_operation_of_the_document_is_called_and_answers_as_it_says(
    views: Views, portal: Portal
) -> None:
    person = people.account(people.data(number=NUMBER))
    sample.load(CATALOGUE)
    officer = Officer(OFFICER, views.system.unit_code)
    found = portal.check_account(number=NUMBER, officer=officer, old_number="052000101")
    assert found["answer"] == "found"
    receipt, subject = found["receipt"], found["subject"]
    paper: dict[str, Any] = {"receipt": receipt, "type_code": "KHAI_SINH", "dossier_code": DOSSIER}
    put = portal.put(
        **paper, name="Giấy khai sinh", file=("a.pdf", pdf().read()), officer=officer, key="viec-0001"
    )
    more = {"name": "Quyết định", "file": ("b.pdf", pdf(note="kq").read()), "number": "12/QĐ"}
    result = portal.put_result(
        **{**paper, "type_code": "QUYET_DINH"}, **more, officer=officer, key="viec-0002"
    )
    portal.show_results(dossier_code=DOSSIER, officer=officer, key="viec-0003")
    offered = portal.offers(
        receipt=receipt, type_codes=["KHAI_SINH"], procedure_code="2.001914", officer=officer
    )
    lent = portal.lend(receipt=receipt, paper_id=put, dossier_code="m-1", officer=officer, key="viec-0004")
    data, media, pages = portal.view_lent(
        paper_id=put, dossier_code="m-1", officer=officer, lent_to=officer.unit_code
    )
    portal.note_opened(receipt=receipt, paper_id=put, dossier_code=DOSSIER, officer=officer, key="viec-0005")
    people.account(people.data(number="052090000002"))
    right = portal.check_account(number="052090000002", officer=officer)
    assert right["answer"] == "found"
    moved = portal.move(
        receipt=right["receipt"], from_subject=subject, dossier_code=DOSSIER, reason="Ghi nhầm chủ",
        officer=officer, approved_by="c" * 32, key="viec-0006",
    )  # fmt: skip
    assert {result, put} == set(moved)
    assert {line["paper_id"] for line in offered} >= {put} and lent["paper_id"] == put
    assert (data[:4], media, pages) == (b"%PDF", "application/pdf", 2)
    assert portal.owner_name(receipt=receipt, procedure_code="2.001914", officer=officer) == "Nguyễn Văn Mẫu"
    assert portal.usable([subject]) == [{"subject": subject, "known": True, "usable": True}]
    portal.tell(subject=subject, template="result_ready", facts={"code": DOSSIER}, key="viec-0007")
    organisation = Organisation(views.system, person)
    acting = portal.representative(
        organisation=organisation.subject, number=NUMBER, procedure_code=PROCEDURE, officer=officer
    )
    mine = views.system.of(person).token
    assert portal.signed_in_owner(token=mine, purpose="chon-giay-to-cua-minh")["subject"] == acting["subject"]
    with pytest.raises(Refused, match="409 mandate_not_standing"):
        portal.signed_in_representative(token=mine, procedure_code=PROCEDURE)
    today = timezone.localdate().isoformat()
    counted = {one["kind"]: one["count"] for one in portal.arrived(day=today)}
    keys = list(portal.arrived_keys(kind="RESULTS", day=today))
    assert len(keys) == counted["RESULTS"] == 1
    assert portal.never_arrived(kind="RESULTS", keys=[*keys, "khong-co"]) == ["khong-co"]
    assert portal.merged_owners() == portal.merged_owners(timezone.now().isoformat()) == []
    standing = {
        "reference": "5f3b7a52-7f0e-4c86-9a53-0a2b6c1d9e10", "subject": subject, "code": DOSSIER,
        "procedure_code": PROCEDURE, "procedure_name": "Thủ tục", "state": "PROCESSING", "arrived_on": today,
        "open": True, "line": 1,
    }  # fmt: skip
    assert portal.tell_dossiers([standing], key="viec-0009") == 1
    shown = portal.reveal_owner(
        subject=subject, dossier_code=DOSSIER, what="NUMBER", officer=officer, key="viec-0012"
    )
    assert shown == NUMBER
    portal.tell_procedures(
        [{"code": PROCEDURE, "name": "Thủ tục", "for_organisations": True}], key="viec-0010"
    )
    with pytest.raises(Refused, match="factor_reset"):
        portal.reset_officer(
            subject=subject, asked_by="a" * 32, approved_by="b" * 32, unit_code=views.system.unit_code,
            reason="Mất điện thoại, đã đối chiếu thẻ căn cước", key="viec-0011",
        )  # fmt: skip
    events, cursor = portal.events()
    assert events == [] and portal.events(cursor)[0] == []
    assert len(list(portal.units())) > 20
    given = [version for one in portal.procedures() for version in one["versions"]]
    assert portal.import_procedures(given, key="viec-0008")["changes"] == 0
    assert (len(portal.receipt_keys()), portal.retired_receipt_keys()) == (1, [])

    named = {each["operationId"] for path in views.document["paths"].values() for each in path.values()}
    assert views.called == named


def test_it_proves_itself_anew_for_each_token_and_keeps_the_token(views: Views, portal: Portal) -> None:
    officer = Officer(OFFICER, views.system.unit_code)
    for _ in range(3):
        portal.check_account(number=NUMBER, officer=officer)

    (form,) = views.assertions
    proof = dict(httpx.QueryParams(form))
    claims = jwt.decode(proof["client_assertion"], KEY, algorithms=["ES256"])
    assert proof["grant_type"] == "client_credentials"
    assert claims.header["kid"] == "2026-11"
    assert claims.claims["aud"] == PORTAL
    assert claims.claims["exp"] - claims.claims["iat"] == 60
    assert claims.claims["iss"] == claims.claims["sub"] == views.system.row.client_id


def test_a_write_that_got_no_answer_is_sent_again_under_its_key(views: Views, portal: Portal) -> None:
    people.account(people.data(number=NUMBER))
    officer = Officer(OFFICER, views.system.unit_code)
    found = portal.check_account(number=NUMBER, officer=officer)
    assert found["answer"] == "found"
    keys: list[str] = []

    def breaks_twice(request: httpx.Request) -> httpx.Response | None:
        keys.append(request.headers["Idempotency-Key"])
        if len(keys) < 3:
            raise httpx.ReadTimeout("")
        return None

    views.before = breaks_twice
    portal.tell(subject=found["subject"], template="result_ready", facts={}, key="viec-0001")

    assert keys == ["viec-0001"] * 3


def test_a_question_without_a_key_is_not_repeated_and_unknown_is_not_no(views: Views, portal: Portal) -> None:
    asked: list[str] = []

    def dead(request: httpx.Request) -> httpx.Response | None:
        asked.append(request.url.path)
        raise httpx.ConnectError("")

    views.before = dead
    with pytest.raises(Unreachable):
        portal.check_account(number=NUMBER, officer=Officer(OFFICER, "x"))
    assert len(asked) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_it_waits_as_long_as_it_is_told(views: Views, status: int) -> None:
    waited: list[float] = []
    portal = Portal(line(views))
    portal.line.pause = waited.append
    told = iter([httpx.Response(status, headers={"Retry-After": "3"}, json={"code": "x"})])
    views.before = lambda request: next(told, None)

    portal.events()

    assert waited == [3.0]


def test_a_no_says_its_code_and_never_what_was_sent(views: Views, portal: Portal) -> None:
    with pytest.raises(Refused) as no:
        portal.check_account(number="12", officer=Officer(OFFICER, "x"))

    assert (no.value.status, no.value.code) == (422, "request_invalid")
    assert no.value.request_id and "12" not in str(no.value)


def test_it_needs_nothing_of_this_house() -> None:
    folder = Path(inspect.getfile(motcua_client)).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = node.module if isinstance(node, ast.ImportFrom) else ""
            assert not (named or "").startswith(("motcua.", "django")), path.name
    assert "BEGIN" not in repr(Line("https://x", "c", KEY, "k", "s")), "no key in a repr"
    assert calls.Portal.__doc__
