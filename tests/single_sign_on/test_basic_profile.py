"""The checks of the OpenID Foundation's Basic OP plan and of RFC 9700, under the names of the modules they stand for.

Not its own runner: that one wants a public address. Each row says what a module sends and what has to come of it; what
our profile refuses altogether (request objects, other response types) is refused in the words of the module's own
alternative. What attackers send stands in ``test_v35_refusals``.
"""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from motcua.accounts.models import Session
from tests.accounts import people as accounts
from tests.signin import holders
from tests.single_sign_on.parties import BACK, Browser, ThirdParty, parameters, registered

Changed = dict[str, str | None]
#: The whole way is gone; the answer of the token endpoint is judged by ``whole``.
GOES: dict[str, Changed] = {
    "oidcc-server": {},
    "oidcc-response-type-code": {"response_type": "code"},
    "oidcc-ensure-request-without-nonce-succeeds-for-code-flow": {"nonce": None},
    "oidcc-ensure-request-with-unknown-parameter-succeeds": {"extra": "foobar"},
    "oidcc-ensure-request-with-acr-values-succeeds": {"acr_values": "LoA1 1 2"},
    "oidcc-ensure-request-with-valid-pkce-succeeds": {},
    "oidcc-login-hint": {"login_hint": "buffy@example.com"},
    "oidcc-ui-locales": {"ui_locales": "se vi"},
    "oidcc-claims-locales": {"claims_locales": "se"},
    "oidcc-display-page": {"display": "page"},
    "oidcc-display-popup": {"display": "popup"},
    "oidcc-max-age-10000": {"max_age": "10000"},
    "oidcc-scope-profile": {"scope": "openid profile"},
    "oidcc-prompt-consent": {"prompt": "consent"},
    "oidcc-response-mode-query": {"response_mode": "query"},
    "oidcc-state-that-has-to-be-encoded": {"state": "a b&c=d#é"},
}
#: (what is sent, the error the system is told)
REFUSED: dict[str, tuple[Changed, str]] = {
    "oidcc-response-type-missing": ({"response_type": None}, "unsupported_response_type"),
    "oidcc-scope-email": ({"scope": "openid email"}, "invalid_scope"),
    "oidcc-scope-address": ({"scope": "openid address"}, "invalid_scope"),
    "oidcc-scope-phone": ({"scope": "openid phone"}, "invalid_scope"),
    "oidcc-scope-all": ({"scope": "openid profile email address phone"}, "invalid_scope"),
    "oidcc-claims-essential": ({"claims": '{"userinfo":{"name":{"essential":true}}}'}, "invalid_request"),
    "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported": (
        {"request": "eyJhbGciOiJub25lIn0.e30."},
        "invalid_request",
    ),
    "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported": (
        {"request_uri": "https://mot-cua.example.gov.vn/yeu-cau"},
        "invalid_request",
    ),
    "oidcc-prompt-none-with-another": ({"prompt": "none login"}, "invalid_request"),
    "rfc9700-2.1.1-pkce-is-required": (
        {"code_challenge": None, "code_challenge_method": None},
        "invalid_request",
    ),
    "rfc9700-2.1.1-pkce-plain": ({"code_challenge_method": "plain"}, "invalid_request"),
    "rfc9700-2.1.2-implicit": ({"response_type": "token"}, "unsupported_response_type"),
    "oidcc-id-token-hint-of-nobody": ({"id_token_hint": "a.b.c"}, "invalid_request"),
    "oidcc-id-token-hint-empty": ({"id_token_hint": ""}, "invalid_request"),
}
#: Registered letter by letter, also where OAuth for native apps (RFC 8252, 7.3) would let the port go.
PORTS: dict[str, str] = {
    "oidcc-ensure-registered-redirect-uri": f"{BACK}?foo=bar",
    "rfc9700-2.1-port-spelt-out": BACK.replace(".gov.vn/", ".gov.vn:443/"),
    "rfc9700-2.1-loopback": "http://127.0.0.1/dang-nhap/xong",
    "rfc9700-2.1-loopback-with-a-port": "http://127.0.0.1:51004/dang-nhap/xong",
    "rfc9700-2.1-loopback-of-ipv6": "http://[::1]:51004/dang-nhap/xong",
    "rfc9700-2.1-localhost": "http://localhost:51004/dang-nhap/xong",
}


def whole(party: ThirdParty, told: dict[str, str], changed: Changed) -> None:
    """As every module of the plan looks at the answers of a way that was gone (Core 3.1.2.5, 3.1.3.3, 3.1.3.7)."""
    assert told["iss"] == party.portal and told["state"] == (changed.get("state") or "trang-thai-1")
    answer = party.exchange(told["code"])
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"].find("no-store") >= 0
    said = answer.json()
    claims = party.claims(said["id_token"])
    now = int(time.time())
    assert (claims["iss"], claims["aud"]) == (party.portal, party.client_id)
    assert claims["iat"] - 30 <= now <= claims["exp"] and claims["auth_time"] <= now + 30
    assert claims.get("nonce") == (None if "nonce" in changed else "so-mot-lan-1")
    about = party.about(said["access_token"])
    assert about.status_code == 200 and about.json()["sub"] == claims["sub"] and len(claims["sub"]) <= 255


def test_the_plan_is_named_and_as_large_as_was_asked() -> None:
    single = [name for name in globals() if name.startswith(("test_oidcc_", "test_rfc9700_"))]
    assert len(GOES) + len(REFUSED) + len(PORTS) + len(single) >= 45
    for name in (*GOES, *REFUSED, *PORTS):
        assert name.startswith(("oidcc-", "rfc9700-")), name


def test_what_the_plan_asks_to_succeed_succeeds(party: ThirdParty, citizen: Browser) -> None:
    party.tokens(citizen)
    wrong = {}
    for module, changed in GOES.items():
        try:
            whole(party, citizen.answered(party.asking(**changed)), changed)
        except (AssertionError, KeyError) as no:
            wrong[module] = repr(no)[:300]
    assert wrong == {}


def test_what_the_profile_leaves_out_is_refused_in_the_words_of_the_plan(
    party: ThirdParty, citizen: Browser
) -> None:
    wrong = {}
    for module, (changed, error) in REFUSED.items():
        told = parameters(citizen.http.get(party.asking(**changed)).headers.get("location", ""))
        if (told.get("error"), told.get("state"), told.get("iss")) != (error, "trang-thai-1", party.portal):
            wrong[module] = told
    assert wrong == {}


def test_an_address_that_is_not_the_registered_one_is_told_nothing(
    party: ThirdParty, citizen: Browser
) -> None:
    answers = {module: citizen.http.get(party.asking(redirect_uri=back)) for module, back in PORTS.items()}
    assert {module: answer.status_code for module, answer in answers.items()} == dict.fromkeys(PORTS, 400)


def test_oidcc_discovery_endpoint_verification(party: ThirdParty) -> None:
    answer = httpx.get(f"{party.portal}/.well-known/openid-configuration", timeout=20)
    told = answer.json()

    assert answer.headers["Content-Type"].startswith("application/json")
    assert told["issuer"] == party.portal
    wanted = {
        "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "scopes_supported",
        "response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported",
        "claims_supported", "code_challenge_methods_supported",
    }  # fmt: skip
    assert wanted <= set(told)
    assert (told["response_types_supported"], told["code_challenge_methods_supported"]) == (
        ["code"],
        ["S256"],
    )
    assert told["authorization_response_iss_parameter_supported"] is True
    assert not any(told[f"{name}_parameter_supported"] for name in ("request", "request_uri", "claims"))
    keys = httpx.get(told["jwks_uri"], timeout=20).json()["keys"]
    assert keys and all({"kid", "use", "alg"} <= set(key) and "d" not in key for key in keys)
    assert len({key["kid"] for key in keys}) == len(keys)


def test_oidcc_idtoken_signature(party: ThirdParty, citizen: Browser) -> None:
    import base64
    import json

    head = party.tokens(citizen)["id_token"].split(".")[0]
    told = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    kids = [key["kid"] for key in httpx.get(f"{party.portal}/oauth2/jwks", timeout=20).json()["keys"]]
    assert told["alg"] == "ES256" and told["kid"] in kids


def test_oidcc_userinfo_get_and_post_header_and_post_body(party: ThirdParty, citizen: Browser) -> None:
    token = party.tokens(citizen, scope="openid profile")["access_token"]
    about = f"{party.portal}/oauth2/userinfo"
    shown = {"Authorization": f"Bearer {token}"}
    got, posted = httpx.get(about, headers=shown, timeout=20), httpx.post(about, headers=shown, timeout=20)

    assert got.status_code == posted.status_code == 200 and got.json() == posted.json()
    assert got.headers["Content-Type"].startswith("application/json")
    in_body = httpx.post(about, data={"access_token": token}, timeout=20)
    assert in_body.status_code == 401 and "WWW-Authenticate" in in_body.headers, (
        "RFC 9700, 4.3.2: header only"
    )


def test_oidcc_prompt_login(party: ThirdParty, citizen: Browser) -> None:
    first = party.claims(party.tokens(citizen)["id_token"])
    assert 'name="password"' in citizen.go(party.asking(prompt="login")).text
    second = party.claims(party.tokens(citizen, prompt="login")["id_token"])
    assert second["sub"] == first["sub"] and second["auth_time"] >= first["auth_time"]
    assert second["sid"] != first["sid"]


def test_oidcc_prompt_none_not_logged_in(party: ThirdParty, portal: str) -> None:
    told = parameters(Browser(portal).http.get(party.asking(prompt="none")).headers["location"])
    assert told["error"] == "login_required" and "code" not in told


def test_oidcc_prompt_none_logged_in(party: ThirdParty, citizen: Browser) -> None:
    first = party.claims(party.tokens(citizen)["id_token"])
    told = parameters(citizen.http.get(party.asking(prompt="none")).headers["location"])
    second = party.claims(party.exchange(told["code"]).json()["id_token"])
    assert (second["sub"], second["auth_time"]) == (first["sub"], first["auth_time"])


def test_oidcc_max_age_1(party: ThirdParty, citizen: Browser) -> None:
    first = party.claims(party.tokens(citizen)["id_token"])
    time.sleep(2.1)
    assert 'name="password"' in citizen.go(party.asking(max_age="1")).text
    second = party.claims(party.tokens(citizen, max_age="1")["id_token"])
    assert second["auth_time"] > first["auth_time"]


def test_oidcc_max_age_10000(party: ThirdParty, citizen: Browser) -> None:
    first = party.claims(party.tokens(citizen)["id_token"])
    second = party.claims(party.tokens(citizen, max_age="10000")["id_token"])
    assert second["auth_time"] == first["auth_time"]


def test_oidcc_id_token_hint(party: ThirdParty, citizen: Browser) -> None:
    hint = party.tokens(citizen)["id_token"]
    told = parameters(citizen.http.get(party.asking(prompt="none", id_token_hint=hint)).headers["location"])
    again = party.claims(party.exchange(told["code"]).json()["id_token"])
    assert again["sub"] == party.claims(hint)["sub"]


def test_oidcc_id_token_hint_of_somebody_else_is_never_answered_with_who_is_there(
    party: ThirdParty, portal: str, citizen: Browser
) -> None:
    other = Browser(portal)
    accounts.account(other.person)
    hint = party.tokens(other.sign_in())["id_token"]
    party.tokens(citizen)

    silent = parameters(citizen.http.get(party.asking(prompt="none", id_token_hint=hint)).headers["location"])
    assert silent["error"] == "login_required" and "code" not in silent
    page = citizen.go(party.asking(id_token_hint=hint))
    assert 'name="password"' in page.text, "whoever is meant signs in"
    onward = citizen.go(citizen.onward(citizen.submit_sign_in(page)))
    told = parameters(citizen.onward(onward))
    assert told["error"] == "login_required" and "code" not in told, "and it was not them"
    citizen.person = other.person
    meant = party.exchange(citizen.answered(party.asking(id_token_hint=hint))["code"])
    assert party.claims(meant.json()["id_token"])["sub"] == party.claims(hint)["sub"]


def test_oidcc_id_token_hint_of_another_system(party: ThirdParty, portal: str, citizen: Browser) -> None:
    hint = registered(portal).tokens(citizen)["id_token"]
    told = parameters(citizen.http.get(party.asking(id_token_hint=hint)).headers["location"])
    assert told["error"] == "invalid_request"


def test_oidcc_codereuse_and_rfc9700_code_replay_revokes_tokens(party: ThirdParty, citizen: Browser) -> None:
    code = citizen.code(party.asking(scope="openid offline_access"))
    first = party.exchange(code).json()
    assert party.about(first["access_token"]).status_code == 200

    again = party.exchange(code)

    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert party.about(first["access_token"]).status_code == 401
    assert party.renew(first["refresh_token"]).json()["error"] == "invalid_grant"


def test_oidcc_refresh_token(party: ThirdParty, citizen: Browser) -> None:
    first = party.tokens(citizen, scope="openid offline_access")
    second = party.renew(first["refresh_token"]).json()
    assert second["access_token"] != first["access_token"]
    told = party.about(second["access_token"])
    assert told.json()["sub"] == party.claims(first["id_token"])["sub"]
    if "id_token" in second:  # Core 12.2: the same person, the same moment of signing in
        before, after = party.claims(first["id_token"]), party.claims(second["id_token"])
        assert [after[name] for name in ("iss", "sub", "aud", "auth_time")] == [
            before[name] for name in ("iss", "sub", "aud", "auth_time")
        ]


def test_rfc9700_4_14_a_refresh_token_used_again_ends_the_family(party: ThirdParty, citizen: Browser) -> None:
    first = party.tokens(citizen, scope="openid offline_access")
    second = party.renew(first["refresh_token"]).json()
    assert party.renew(first["refresh_token"]).json()["error"] == "invalid_grant"
    assert party.renew(second["refresh_token"]).json()["error"] == "invalid_grant"
    assert party.about(second["access_token"]).status_code == 401


def test_rfc9700_4_4_every_answer_says_whose_it_is(party: ThirdParty, portal: str, citizen: Browser) -> None:
    """Mix-up: a system that talks to two portals tells by ``iss`` which of them answered, a no as well."""
    asks: list[Callable[[], str]] = [
        lambda: citizen.onward(citizen.http.get(party.asking(scope="openid everything"))),
        lambda: citizen.onward(Browser(portal).http.get(party.asking(prompt="none"))),
    ]
    answers = [parameters(ask()) for ask in asks] + [citizen.answered(party.asking())]
    assert {told["iss"] for told in answers} == {portal}


def test_rfc9700_4_8_a_verifier_is_refused_where_it_does_not_fit_or_was_not_announced(
    party: ThirdParty, citizen: Browser
) -> None:
    for verifier in (None, "", "x" * 43, party.verifier[:-1]):
        code = citizen.code(party.asking())
        assert party.exchange(code, code_verifier=verifier).json()["error"] in {
            "invalid_grant",
            "invalid_request",
        }


def test_rfc9700_2_1_1_a_code_belongs_to_the_address_it_was_sent_to(
    party: ThirdParty, citizen: Browser
) -> None:
    for back in (None, f"{BACK}/", BACK.replace("https", "http")):
        code = citizen.code(party.asking())
        assert party.exchange(code, redirect_uri=back).json()["error"] in {"invalid_grant", "invalid_request"}


def test_oidcc_ensure_a_bound_token_is_worth_nothing_as_a_bearer(party: ThirdParty, citizen: Browser) -> None:
    proof = holders.proof("POST", party.endpoint, key=party.key)
    said: dict[str, Any] = party.exchange(citizen.code(party.asking()), held=proof).json()
    assert said["token_type"] == "DPoP"
    about = f"{party.portal}/oauth2/userinfo"
    shown = httpx.get(about, headers={"Authorization": f"Bearer {said['access_token']}"}, timeout=20)
    assert shown.status_code == 401 and party.about(said["access_token"]).status_code == 200


@pytest.mark.parametrize("ended", ["signed out", "another password"])
def test_oidcc_a_session_that_ended_is_not_logged_in(party: ThirdParty, citizen: Browser, ended: str) -> None:
    party.tokens(citizen)
    Session.objects.update(ended_at="2026-01-01T00:00:00Z", ended_why=ended)
    told = parameters(citizen.http.get(party.asking(prompt="none")).headers["location"])
    assert told["error"] == "login_required"
