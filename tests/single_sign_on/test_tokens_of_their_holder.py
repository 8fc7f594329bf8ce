"""Where tokens are given out: made out to the key that is proved, and to nobody's where that is not enough."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.db import connection
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import ECKey

from motcua.signin import signing_keys
from motcua.signin.models import Registration
from tests.signin import holders
from tests.single_sign_on.parties import Browser, ThirdParty, registered

OWN_NAME = {"grant_type": "client_credentials"}


def claims_of(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, signing_keys.key_of, algorithms=["ES256"]).claims)


def proof(party: ThirdParty, **told: Any) -> str:
    return holders.proof("POST", party.endpoint, key=told.pop("key", party.key), **told)


def test_a_token_is_made_out_to_the_key_that_was_proved(party: ThirdParty) -> None:
    other = ECKey.generate_key("P-256")
    for key in (party.key, other):
        given = party.call("token", held=proof(party, key=key), **OWN_NAME).json()

        assert given["token_type"] == "DPoP"
        assert claims_of(given["access_token"])["cnf"] == {"jkt": key.thumbprint()}


WRONG: dict[str, Any] = {
    "none": lambda party: "",
    "of another address": lambda party: proof(party, htu=f"{party.portal}/oauth2/revoke"),
    "of another method": lambda party: proof(party, htm="GET"),
    "of long ago": lambda party: proof(party, iat=int(time.time()) - 3_600),
    "of tomorrow": lambda party: proof(party, iat=int(time.time()) + 86_400),
    "the proof of who calls": lambda party: party.proof(),
    "a word": lambda party: "x",
}


def test_a_system_in_its_own_name_gets_no_token_without_a_good_proof(party: ThirdParty) -> None:
    said = {}
    for name, wrong in WRONG.items():
        answer = party.call("token", held=wrong(party), **OWN_NAME)
        said[name] = (answer.status_code, answer.json()["error"])

    assert said == dict.fromkeys(WRONG, (400, "invalid_dpop_proof"))


@pytest.mark.parametrize(("days", "expected"), [(1, "Bearer"), (-1, None)])
def test_a_registration_of_before_gets_unbound_tokens_until_its_day(
    party: ThirdParty, days: int, expected: str | None
) -> None:
    as_registered(bearer_until=timezone.localdate() + timedelta(days=days))

    assert party.call("token", held="", **OWN_NAME).json().get("token_type") == expected
    assert party.call("token", **OWN_NAME).json()["token_type"] == "DPoP"


def as_registered(**told: Any) -> None:
    """As if it stood in the registration from the beginning."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        Registration.objects.update(**told)
        cursor.execute("SET session_replication_role = origin")


def test_of_twenty_with_one_proof_one_gets_a_token(party: ThirdParty) -> None:
    lone = proof(party)
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda _: party.call("token", held=lone, **OWN_NAME), range(20)))

    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19


def test_a_proof_is_no_proof_of_who_calls(party: ThirdParty) -> None:
    answer = party.call("token", client_assertion=proof(party), **OWN_NAME)

    assert answer.json()["error"] == "invalid_client"


def test_a_persons_token_may_be_bound_and_then_tells_nothing_without_its_key(
    party: ThirdParty, citizen: Browser
) -> None:
    code = citizen.code(party.asking())
    given = party.call(
        "token",
        held=proof(party),
        grant_type="authorization_code",
        code=code,
        redirect_uri=party.back,
        code_verifier=party.verifier,
    ).json()
    token, about = given["access_token"], f"{party.portal}/oauth2/userinfo"
    shown = holders.headers("GET", about, token, key=party.key)

    assert given["token_type"] == "DPoP"
    assert httpx.get(about, headers={"Authorization": f"Bearer {token}"}, timeout=20).status_code == 401
    assert httpx.get(about, headers=holders.headers("GET", about, token), timeout=20).status_code == 401
    assert httpx.get(about, headers=shown, timeout=20).status_code == 200
    again = httpx.get(about, headers=shown, timeout=20)
    assert again.status_code == 401
    assert again.headers["WWW-Authenticate"].startswith("DPoP ")


@pytest.mark.parametrize(
    "shown", [{}, {"Authorization": "Bearer a.b.c"}, {"Authorization": "DPoP a.b.c"}], ids=str
)
def test_who_shows_no_good_token_is_told_of_proofs_too(party: ThirdParty, shown: dict[str, str]) -> None:
    """As a library of DPoP learns that it has to bring one (RFC 9449, 7.1)."""
    answer = httpx.get(f"{party.portal}/oauth2/userinfo", headers=shown, timeout=20)

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_token"})
    asked = answer.headers["WWW-Authenticate"]
    assert asked.startswith('DPoP realm="oauth2", error="invalid_token", algs="ES256", Bearer ')


@pytest.mark.parametrize("apart", [False, True], ids=["beside the portal", "apart"])
def test_a_desk_gets_no_token_of_a_person_that_anybody_could_show(
    portal: str, citizen: Browser, apart: bool
) -> None:
    desk = registered(portal, of_state=True, desk="" if apart else "mot-cua-mau")
    if apart:
        as_registered(scopes=["account.check", "desk.standing"])
    code = citizen.code(desk.asking())

    assert desk.exchange(code).json()["error"] == "invalid_dpop_proof"
    assert desk.exchange(code, held=proof(desk)).json()["token_type"] == "DPoP"


def test_a_bad_proof_spends_no_code(party: ThirdParty, citizen: Browser) -> None:
    code = citizen.code(party.asking())
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": party.back,
        "code_verifier": party.verifier,
    }

    assert party.call("token", held="x", **form).json()["error"] == "invalid_dpop_proof"
    assert party.call("token", held=proof(party), **form).status_code == 200


def test_a_persons_token_that_is_bound_to_nobody_opens_nothing_of_the_api(
    party: ThirdParty, citizen: Browser
) -> None:
    token = party.tokens(citizen)["access_token"]
    answer = httpx.post(
        f"{party.portal}/api/v1/signed-in-owner",
        json={"purpose": "nop-ho-so"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=20,
    )

    assert (answer.status_code, answer.json()["code"]) == (401, "holder_proof_wanted")


def test_the_portal_says_that_it_knows_proofs(party: ThirdParty) -> None:
    told = httpx.get(f"{party.portal}/.well-known/openid-configuration", timeout=20).json()

    assert told["dpop_signing_alg_values_supported"] == ["ES256"]


@pytest.mark.parametrize("known", [{"x-forwarded-host": "evil.example"}, {"host": "evil.example"}])
def test_no_header_makes_another_address_ours(party: ThirdParty, known: dict[str, str]) -> None:
    token = party.call("token", **OWN_NAME).json()["access_token"]
    path = "/api/v1/account-checks"
    shown = holders.headers("POST", f"http://evil.example{path}", token, key=party.key)
    answer = httpx.post(f"{party.portal}{path}", json={}, headers={**shown, **known}, timeout=20)

    assert answer.status_code in (400, 401)
