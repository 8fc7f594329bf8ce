"""A token serves only whoever holds its key, and each proof of that serves once (RFC 9449, threats T-29)."""

import base64
import json
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from django.utils import timezone
from joserfc import jws
from joserfc.jwk import ECKey, OctKey

from motcua.journal.models import Event
from motcua.kernel.client_address import network_of
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.signin import proof_refusals, proofs
from motcua.signin.models import CallCount, UsedProof
from tests.accounts import people
from tests.api.calling import ORIGIN, System, a_system, problem, token_of
from tests.signin import holders

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "052090000001"
ADDRESS = f"{ORIGIN}/api/v1/account-checks"
STRANGER = ECKey.generate_key("P-256")


def called(system: System, shown: dict[str, str]) -> Any:
    """One account check with these headers and no others."""
    return system.client.post(
        "/api/v1/account-checks",
        data=json.dumps(system.question(NUMBER)),
        content_type="application/json",
        headers=shown,
        REMOTE_ADDR=system.address,
    )


def of(system: System, **told: Any) -> dict[str, str]:
    return holders.headers("POST", ADDRESS, system.token, **told)


def with_proof(system: System, proof: str) -> dict[str, str]:
    return {"Authorization": f"DPoP {system.token}", "DPoP": proof}


def bare(head: object, claims: object) -> str:
    """Not signed by anybody."""
    parts = [json.dumps(part).encode() for part in (head, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), ""])


def unsigned(system: System, **head: Any) -> dict[str, str]:
    """Right in all it says, for a call of now, and signed by nobody."""
    return with_proof(system, bare({**HEAD, **head}, whole(system)))


def whole(system: System) -> dict[str, Any]:
    """What a good proof says."""
    return {
        "jti": uuid.uuid4().hex,
        "htm": "POST",
        "htu": ADDRESS,
        "iat": int(time.time()),
        "ath": holders.hash_of(system.token),
    }


HEAD = {"typ": "dpop+jwt", "alg": "ES256"}
OFF_CURVE = {**holders.public(), "y": "A" * 43}
HALF = {"kty": "EC", "crv": "P-256", "x": "A" * 43}


def sealed(payload: bytes) -> str:
    """Signed by whoever holds the token, over anything at all."""
    return jws.serialize_compact({**HEAD, "jwk": holders.public()}, payload, holders.KEY)


#: What is wrong with a proof, and how it is made.
WRONG: dict[str, Any] = {
    "of another key": lambda s: of(s, key=STRANGER),
    "with another key than it says": lambda s: of(s, key=STRANGER, head={"jwk": holders.public()}),
    "of another method": lambda s: of(s, htm="GET"),
    "of the method in small letters": lambda s: of(s, htm="post"),
    "of no method": lambda s: of(s, htm=None),
    "of another path": lambda s: of(s, htu=f"{ORIGIN}/api/v1/owner-cards"),
    "of the path with a slash more": lambda s: of(s, htu=f"{ADDRESS}/"),
    "of another host": lambda s: of(s, htu="http://cong-khac.example/api/v1/account-checks"),
    "of another port": lambda s: of(s, htu="http://testserver:8443/api/v1/account-checks"),
    "of another scheme": lambda s: of(s, htu="https://testserver/api/v1/account-checks"),
    "of a host with a name before it": lambda s: of(s, htu="http://x@testserver/api/v1/account-checks"),
    "of no address": lambda s: of(s, htu=None),
    "of an address that is a list": lambda s: of(s, htu=[ADDRESS]),
    "of an address that is none": lambda s: of(s, htu="http://[::1"),
    "of two minutes ago": lambda s: of(s, iat=int(time.time()) - 120),
    "of tomorrow": lambda s: of(s, iat=int(time.time()) + 86_400),
    "of the year 9999999": lambda s: of(s, iat=10**18),
    "of no time": lambda s: of(s, iat=None),
    "of a time that is text": lambda s: of(s, iat=str(int(time.time()))),
    "of a time that is true": lambda s: of(s, iat=True),
    "of another token": lambda s: of(s, ath=holders.hash_of("x")),
    "of no token": lambda s: of(s, ath=None),
    "without a number of its own": lambda s: of(s, jti=None),
    "with a short number": lambda s: of(s, jti="1"),
    "with a number that is one": lambda s: of(s, jti=12345678901234567890),
    "with a long number": lambda s: of(s, jti="x" * 201),
    "of another kind": lambda s: of(s, head={"typ": "JWT"}),
    "of no kind": lambda s: of(s, head={"typ": None}),
    "without a key": lambda s: of(s, head={"jwk": None}),
    "with a key that is a word": lambda s: unsigned(s, jwk="x"),
    "with a key off the curve": lambda s: unsigned(s, jwk=OFF_CURVE),
    "with a key of half": lambda s: unsigned(s, jwk=HALF),
    "with its secret key": lambda s: of(s, head={"jwk": holders.KEY.as_dict(private=True)}),
    "unsigned": lambda s: unsigned(s, alg="none", jwk=holders.public()),
    "unsigned under the name of a signature": lambda s: unsigned(s, jwk=holders.public()),
    "signed, and nested without an end": lambda s: with_proof(s, sealed(b"[" * 2_500)),
    "signed, and no object": lambda s: with_proof(s, sealed(b"[]")),
    "signed, and no text": lambda s: with_proof(s, sealed(b"\xff\xfe")),
    "signed, and a number without an end": lambda s: with_proof(s, sealed(b'{"iat": ' + b"9" * 2_500 + b"}")),
    "changed afterwards": lambda s: with_proof(s, of(s)["DPoP"][:-6] + "AAAAAA"),
    "twice": lambda s: with_proof(s, f"{of(s)['DPoP']},{of(s)['DPoP']}"),
    "nonsense": lambda s: with_proof(s, "a.b.c"),
    "a word": lambda s: with_proof(s, "x"),
    "very long": lambda s: with_proof(s, "x" * 5_000),
    "a token": lambda s: with_proof(s, s.token),
}  # fmt: skip


@pytest.fixture
def system() -> System:
    people.account(people.data(number=NUMBER))
    return a_system()


def test_whoever_holds_the_key_is_served_with_each_new_proof(system: System) -> None:
    assert [called(system, of(system)).status_code for _ in range(3)] == [200] * 3


def test_a_proof_that_is_not_of_this_call_key_token_and_moment_opens_nothing(system: System) -> None:
    told = {}
    for name, wrong in WRONG.items():
        answer = called(system, wrong(system))
        said = (problem(answer), answer.headers["WWW-Authenticate"].partition(" ")[0])
        if said != ((401, "proof_not_trusted"), "DPoP"):
            told[name] = said
    assert told == {}
    assert not UsedProof.objects.exists(), "what is not believed takes no place"
    assert called(system, of(system)).status_code == 200


def test_the_answer_says_what_to_prove_and_with_which_algorithm(system: System) -> None:
    asked = called(system, of(system, htm="GET")).headers["WWW-Authenticate"]

    assert asked == 'DPoP realm="motcua", error="invalid_dpop_proof", algs="ES256"'


def test_a_bound_token_is_worth_nothing_without_its_proof(system: System) -> None:
    without = called(system, {"Authorization": f"DPoP {system.token}"})
    as_bearer = called(system, {"Authorization": f"Bearer {system.token}", "DPoP": of(system)["DPoP"]})

    assert problem(without) == problem(as_bearer) == (401, "holder_proof_wanted")
    assert without.headers["WWW-Authenticate"].startswith("DPoP ")


def test_a_proof_serves_once(system: System) -> None:
    shown = of(system)

    assert called(system, shown).status_code == 200
    assert problem(called(system, shown)) == (401, "proof_repeated")
    hours = CallCount.objects.filter(client=system.row, scope="account.check").order_by("hour")
    assert hours.aggregate(calls=Sum("calls"), refused=Sum("refused")) == {"calls": 2, "refused": 1}
    assert [each.last_refusal for each in hours][-1] == "proof_repeated"


def test_a_used_proof_that_comes_again_is_journalled_once_a_minute(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_refusals, "_told", {})
    heard = Event.objects.filter(event="signin.proof.repeated")
    shown = of(system)
    told = [called(system, shown).status_code for _ in range(4)]

    assert told == [200, 401, 401, 401]
    assert [line.subject for line in heard] == [f"client:{system.row.client_id}"]
    proof_refusals._told[system.row.client_id] -= 61
    called(system, shown)
    assert heard.all().count() == 2


def test_our_log_says_which_part_was_wrong_and_the_caller_does_not_hear_it(
    system: System, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger=proof_refusals.log.name)
    for told in ({"iat": int(time.time()) - 600}, {"htm": "GET"}, {"key": STRANGER}):
        assert set(called(system, of(system, **told)).json()) == {
            "type", "title", "status", "detail", "code", "request_id"
        }  # fmt: skip

    said = [record for record in caplog.records if record.message == "signin.proof.refused"]
    assert [record.__dict__["reason"] for record in said] == ["time", "htm", "another key"]
    assert {record.__dict__["client"] for record in said} == {system.row.client_id}


@pytest.mark.parametrize("wrong", ["again", "late", "from elsewhere"])
def test_a_stolen_call_is_braked_by_the_network_it_comes_from(
    system: System, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    spent: list[Any] = []
    shown = of(system, iat=int(time.time()) - (120 if wrong == "late" else 0))
    called(system, shown)
    if wrong == "from elsewhere":
        system.address = "203.0.113.200"
    monkeypatch.setattr(spending, "spend", lambda *wants: spent.extend(wants))
    called(system, shown)

    assert spent == [(Quota.CALLS_WITHOUT_TOKEN, network_of(system.address))]


def test_whoever_calls_from_elsewhere_learns_nothing_of_the_proof(system: System) -> None:
    shown = of(system)
    called(system, shown)
    system.address = "203.0.113.200"

    assert problem(called(system, shown)) == (403, "caller_address_refused")


def test_of_twenty_calls_at_once_with_one_proof_one_is_served(system: System) -> None:
    shown, gate = of(system), threading.Barrier(20)

    def call(_: int) -> int:
        try:
            gate.wait()
            return int(called(system, shown).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as crowd:
        assert sorted(crowd.map(call, range(20))) == [200] + [401] * 19


def test_the_same_number_under_another_key_is_another_proof(system: System) -> None:
    number = "so-cua-chung-toi-1"
    assert called(system, of(system, jti=number)).status_code == 200
    other = System(system.row, system.registration, system.token)
    stranger = holders.thumbprint(STRANGER)
    other.token = proofs_token(system, stranger)

    assert called(other, of(other, key=STRANGER, jti=number)).status_code == 200


def proofs_token(system: System, bound_to: str) -> str:
    from motcua.signin import access_tokens

    return access_tokens.issue(
        client_id=system.row.client_id,
        scopes=frozenset({"account.check"}),
        now=timezone.now(),
        bound_to=bound_to,
    )


@pytest.mark.parametrize(
    "spelt",
    [
        "HTTP://TestServer/api/v1/account-checks",
        "http://testserver:80/api/v1/account-checks",
        f"{ADDRESS}?x=1#y",
        "http://testserver/api/v1/account%2Dchecks",
    ],
)
def test_an_address_is_known_in_every_spelling(system: System, spelt: str) -> None:
    assert called(system, of(system, htu=spelt)).status_code == 200


def test_the_portals_own_address_is_known_behind_a_proxy_too(system: System, settings: Any) -> None:
    settings.PORTAL_ISSUER = "https://cong.example"
    system.token = token_of(system.row.client_id)

    assert called(system, of(system, htu="https://cong.example/api/v1/account-checks")).status_code == 200


@pytest.mark.parametrize("host", ["testserver:99999", "testserver:123456789"])
def test_a_host_with_a_port_that_none_has_is_refused_and_breaks_nothing(system: System, host: str) -> None:
    answer = system.client.post(
        "/api/v1/account-checks", "{}", content_type="application/json", headers=of(system), HTTP_HOST=host
    )

    assert problem(answer) == (401, "proof_not_trusted")


def test_a_new_registration_takes_no_token_that_anybody_could_show(system: System) -> None:
    system.token = proofs_token(system, "")

    assert problem(called(system, {"Authorization": f"Bearer {system.token}"})) == (
        401,
        "holder_proof_wanted",
    )
    assert problem(called(system, of(system))) == (401, "proof_not_trusted")


@pytest.mark.parametrize(("days", "expected"), [(1, 200), (0, 200), (-1, 401)])
def test_a_registration_of_before_has_until_its_day(
    system: System, days: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_of_before(system, (day := timezone.localdate()) + timedelta(days=days))
    monkeypatch.setattr(timezone, "localdate", lambda *_: day)  # midnight may come meanwhile
    system.token = proofs_token(system, "")

    assert called(system, {"Authorization": f"Bearer {system.token}"}).status_code == expected
    system.token = token_of(system.row.client_id)
    assert called(system, of(system)).status_code == 200, "whoever has moved over is served as well"
    assert problem(called(system, {"Authorization": f"Bearer {system.token}"})) == (
        401,
        "holder_proof_wanted",
    )


def as_of_before(system: System, until: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE signin_registration SET bearer_until = %s", [until])
        cursor.execute("SET session_replication_role = origin")


def test_a_token_that_is_bound_in_an_unknown_way_is_not_taken_for_an_unbound_one(system: System) -> None:
    from joserfc import jwt

    from motcua.signin import access_tokens, signing_keys

    as_of_before(system, timezone.localdate() + timedelta(days=1))
    key = signing_keys.standing().signing
    head = {"alg": "ES256", "typ": access_tokens.TOKEN_TYPE, "kid": str(key.kid)}
    claims = jwt.decode(proofs_token(system, ""), key).claims
    told = [
        problem(called(system, {"Authorization": f"Bearer {jwt.encode(head, {**claims, 'cnf': cnf}, key)}"}))
        for cnf in ({"x5t#S256": "a"}, {}, "", None, {"jkt": ""}, {"jkt": 7}, {"jkt": "a", "kid": "b"})
    ]

    assert set(told) == {(401, "access_token_not_trusted")}


def test_a_symmetric_key_is_no_key_of_a_holder(system: System) -> None:
    secret = OctKey.import_key("k" * 32)
    from joserfc import jwt

    made = jwt.encode(
        {"typ": "dpop+jwt", "alg": "HS256", "jwk": secret.as_dict()},
        whole(system),
        secret,
    )
    assert problem(called(system, with_proof(system, made))) == (401, "proof_not_trusted")


def test_a_proof_costs_no_statement_of_its_own(system: System) -> None:
    from django.test.utils import CaptureQueriesContext

    as_of_before(system, timezone.localdate() + timedelta(days=1))
    held, bearer = token_of(system.row.client_id), proofs_token(system, "")
    called(system, of(system))
    said = []
    for token in (held, bearer):
        system.token = token
        shown = of(system) if token is held else {"Authorization": f"Bearer {token}"}
        with CaptureQueriesContext(connection) as heard:
            assert called(system, shown).status_code == 200
        said.append(len(heard))
    assert said[0] == said[1]


def test_a_used_proof_stays_a_minute_longer_than_it_is_believed(system: System) -> None:
    """Judged just in time and written just after; or judged by a clock that is behind the one that forgot it."""
    at = int(time.time()) - 5
    assert called(system, of(system, iat=at)).status_code == 200

    assert UsedProof.objects.get().until == datetime.fromtimestamp(at + 120, UTC)


def test_used_proofs_are_kept_until_they_are_too_old_to_be_believed(system: System) -> None:
    called(system, of(system))
    assert proofs.forget_used() == 0
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE signin_usedproof SET until = clock_timestamp() - interval '1 second'")
        cursor.execute("SET session_replication_role = origin")
    assert proofs.forget_used() == 1
    assert not UsedProof.objects.exists()
