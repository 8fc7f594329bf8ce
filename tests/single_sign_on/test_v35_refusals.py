"""V-35: what an attacker or a careless system may send, each over the real wire, and none let through.

Cases are named in tables; a test sends a whole table and lists what was accepted, so that one look shows the hole.
"""

import base64
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from django.db import connection
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from motcua.accounts.models import Session
from motcua.signin import clients, entries, signing_keys
from motcua.signin.entries import WantedEntry
from motcua.signin.models import RefreshToken, SignIn
from tests.accounts import people
from tests.signin import systems
from tests.single_sign_on.parties import ASSERTION, BACK, Browser, ThirdParty, parameters, registered, s256

HOST = "mot-cua.example.gov.vn"
#: Addresses that are not the one that was agreed to, though some look like it.
NOT_THE_ADDRESS: dict[str, str] = {
    "empty": "",
    "without a scheme": f"//{HOST}/dang-nhap/xong",
    "plain http": f"http://{HOST}/dang-nhap/xong",
    "scheme in capitals": f"HTTPS://{HOST}/dang-nhap/xong",
    "script": "javascript:alert(document.cookie)",
    "data": "data:text/html,<script>x</script>",
    "an app's scheme": "motcua://dang-nhap/xong",
    "out of band": "urn:ietf:wg:oauth:2.0:oob",
    "host in capitals": f"https://{HOST.upper()}/dang-nhap/xong",
    "host with a dot at its end": f"https://{HOST}./dang-nhap/xong",
    "a subdomain": f"https://evil.{HOST}/dang-nhap/xong",
    "the domain above": "https://example.gov.vn/dang-nhap/xong",
    "a longer domain": f"https://{HOST}.evil.example/dang-nhap/xong",
    "a domain that ends alike": f"https://evil-{HOST}/dang-nhap/xong",
    "a domain glued before": f"https://evil{HOST}/dang-nhap/xong",
    "another host": "https://evil.example/dang-nhap/xong",
    "the host as a path": f"https://evil.example/{HOST}/dang-nhap/xong",
    "the host as a query": f"https://evil.example/?{HOST}",
    "the host as a user": f"https://{HOST}@evil.example/dang-nhap/xong",
    "a user before the host": f"https://a@{HOST}/dang-nhap/xong",
    "a user and password": f"https://a:b@{HOST}/dang-nhap/xong",
    "a backslash for a slash": f"https://{HOST}\\dang-nhap\\xong",
    "a backslash and another host": f"https://evil.example\\@{HOST}/dang-nhap/xong",
    "the port spelt out": f"https://{HOST}:443/dang-nhap/xong",
    "another port": f"https://{HOST}:8443/dang-nhap/xong",
    "an empty port": f"https://{HOST}:/dang-nhap/xong",
    "a slash at the end": f"{BACK}/",
    "two slashes": f"https://{HOST}//dang-nhap/xong",
    "a shorter path": f"https://{HOST}/dang-nhap",
    "no path": f"https://{HOST}",
    "the root": f"https://{HOST}/",
    "a deeper path": f"{BACK}/nua",
    "path in capitals": f"https://{HOST}/Dang-Nhap/xong",
    "up and down": f"https://{HOST}/x/../dang-nhap/xong",
    "up and away": f"{BACK}/../../evil",
    "here": f"https://{HOST}/./dang-nhap/xong",
    "an encoded letter": f"https://{HOST}/dang-nhap/%78ong",
    "an encoded slash": f"https://{HOST}/dang-nhap%2Fxong",
    "an encoded dot of the host": f"https://{HOST.replace('.', '%2E', 1)}/dang-nhap/xong",
    "encoded twice": f"https://{HOST}/dang-nhap%252Fxong",
    "an encoded line": f"{BACK}%0d%0aSet-Cookie:%20a=b",
    "a line": f"{BACK}\r\nSet-Cookie: a=b",
    "a tab": f"{BACK}\t",
    "a space before": f" {BACK}",
    "a space after": f"{BACK} ",
    "an empty query": f"{BACK}?",
    "a query": f"{BACK}?next=https://evil.example",
    "an empty fragment": f"{BACK}#",
    "a fragment": f"{BACK}#x",
    "a parameter of the path": f"{BACK};x=1",
    "a star": f"https://{HOST}/*",
    "a letter that looks alike": BACK.replace("o", "\u043e", 1),
    "the host in punycode that looks alike": "https://xn--mt-cua-hqf.example.gov.vn/dang-nhap/xong",
    "a full-width dot": BACK.replace(".", "\uff0e", 1),
    "two addresses": f"{BACK} https://evil.example/",
    "the number of a machine": "https://203.0.113.7/dang-nhap/xong",
    "this machine": "http://127.0.0.1/dang-nhap/xong",
    "the logout address": f"https://{HOST}/",
}
#: Requests that go back to the system with this error.
TOLD_BACK: dict[str, tuple[dict[str, str | None], str]] = {
    "no PKCE": ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    "PKCE method without challenge": ({"code_challenge": None}, "invalid_request"),
    "PKCE challenge without method": ({"code_challenge_method": None}, "invalid_request"),
    "PKCE plain": ({"code_challenge_method": "plain"}, "invalid_request"),
    "PKCE of a method nobody knows": ({"code_challenge_method": "S512"}, "invalid_request"),
    "PKCE too short": ({"code_challenge": "abc"}, "invalid_request"),
    "PKCE too long": ({"code_challenge": "a" * 44}, "invalid_request"),
    "implicit": ({"response_type": "token"}, "unsupported_response_type"),
    "implicit identity": ({"response_type": "id_token"}, "unsupported_response_type"),
    "hybrid": ({"response_type": "code id_token"}, "unsupported_response_type"),
    "nothing asked for": ({"response_type": None}, "unsupported_response_type"),
    "no scope": ({"scope": None}, "invalid_scope"),
    "a scope nobody knows": ({"scope": "openid everything"}, "invalid_scope"),
    "a scope of the API": ({"scope": "openid account.check"}, "invalid_scope"),
    "without openid": ({"scope": "profile"}, "invalid_scope"),
    "an answer by fragment": ({"response_mode": "fragment"}, "invalid_request"),
    "an answer by form": ({"response_mode": "form_post"}, "invalid_request"),
    "a request in a token": ({"request": "eyJhbGciOiJub25lIn0.e30."}, "invalid_request"),
    "a request at an address": ({"request_uri": "https://evil.example/x"}, "invalid_request"),
    "claims of its own choice": ({"claims": '{"userinfo":{"dvcqg":null}}'}, "invalid_request"),
    "a nonce without end": ({"nonce": "n" * 256}, "invalid_request"),
    "an age that is no number": ({"max_age": "-1"}, "invalid_request"),
    "an age in other digits": ({"max_age": "\u0663\u0660"}, "invalid_request"),
    "a silent and a loud prompt": ({"prompt": "none login"}, "invalid_request"),
    "a prompt nobody knows": ({"prompt": "create"}, "invalid_request"),
}
NOBODY_IS_SENT: dict[str, dict[str, str | None]] = {
    "no system": {"client_id": None},
    "a system nobody knows": {"client_id": "khong-co"},
    "a system in capitals": {"client_id": "HE-THONG"},
    "no address": {"redirect_uri": None},
    "NUL in the state": {"state": "a\x00b"},
    "NUL in the system": {"client_id": "a\x00b"},
}


def leads_away(answer: httpx.Response) -> bool:
    """To another machine, in whatever way."""
    onward = Browser.onward(answer)
    own = str(answer.url.copy_with(path="/", query=None))
    stays = onward.startswith(own) or (onward.startswith("/") and not onward.startswith(("//", "/\\")))
    return answer.status_code < 400 and bool(onward) and not stays


def test_there_are_as_many_cases_as_the_threats_ask_for() -> None:
    assert len(NOT_THE_ADDRESS) >= 50
    refused = len(TOLD_BACK) + len(NOBODY_IS_SENT) + len(BAD_PROOFS) + len(BAD_EXCHANGES) + len(BAD_TOKENS)
    assert refused >= 60


def test_nobody_is_sent_to_an_address_that_was_not_agreed_to(party: ThirdParty, citizen: Browser) -> None:
    party.tokens(citizen)  # agreed to before: only the address stands between the code and the thief
    led = [
        name
        for name, address in NOT_THE_ADDRESS.items()
        if (answer := citizen.http.get(party.asking(redirect_uri=address))).status_code != 400
        or leads_away(answer)
    ]
    assert led == []
    assert SignIn.objects.count() == 1
    assert leads_away(citizen.http.get(party.asking())), "the whole address leads back"


def test_a_weak_or_wide_request_goes_back_with_its_error(party: ThirdParty, citizen: Browser) -> None:
    party.tokens(citizen)
    wrong = {}
    for name, (changed, error) in TOLD_BACK.items():
        answer = citizen.http.get(party.asking(**changed))
        told = parameters(answer.headers.get("location", ""))
        if (told.get("error"), told.get("state"), told.get("iss")) != (error, "trang-thai-1", party.portal):
            wrong[name] = (answer.status_code, told)
        if "code" in told or not answer.headers.get("location", "").startswith(BACK + "?"):
            wrong[name] = (answer.status_code, told)
    assert wrong == {}
    assert SignIn.objects.count() == 1


def test_nobody_is_sent_anywhere_by_a_request_of_nobody(party: ThirdParty, citizen: Browser) -> None:
    sent = [
        name
        for name, changed in NOBODY_IS_SENT.items()
        if (answer := citizen.http.get(party.asking(**changed))).status_code != 400 or leads_away(answer)
    ]
    assert sent == []


def test_parameters_that_come_twice_are_no_request(party: ThirdParty, citizen: Browser) -> None:
    party.tokens(citizen)
    for name, second in (
        ("redirect_uri", "https://evil.example/"),
        ("client_id", "he-thong-khac"),
        ("scope", "openid dvcqg"),
        ("state", "x"),
        ("code_challenge", s256("x" * 43)),
        ("response_type", "token"),
    ):
        answer = citizen.http.get(f"{party.asking()}&{urlencode({name: second})}")
        assert answer.status_code == 400 and not leads_away(answer), name
        form = urlencode(
            {"grant_type": "authorization_code", "client_assertion_type": ASSERTION, "code": "x"}
        )
        twice = httpx.post(
            party.endpoint,
            content=f"{form}&client_assertion={party.proof()}&code=y",
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            timeout=20,
        )
        assert twice.status_code == 400
    assert SignIn.objects.count() == 1


def test_a_silent_request_shows_no_page_and_says_what_is_missing(
    party: ThirdParty, portal: str, citizen: Browser
) -> None:
    def told(browser: Browser, **changed: str) -> str:
        return parameters(browser.http.get(party.asking(prompt="none", **changed)).headers["location"]).get(
            "error", "code"
        )

    assert told(Browser(portal)) == "login_required"
    assert told(citizen) == "consent_required"
    party.tokens(citizen)
    assert told(citizen) == "code"
    assert told(citizen, scope="openid dvcqg") == "consent_required"
    assert told(citizen, max_age="0") == "login_required"


def test_a_fresh_sign_in_is_asked_for_even_of_somebody_who_is_signed_in(
    party: ThirdParty, citizen: Browser
) -> None:
    party.tokens(citizen)
    before = Session.objects.get().created_at
    for changed in ({"prompt": "login"}, {"max_age": "0"}):
        page = citizen.go(party.asking(**changed))
        assert 'name="password"' in page.text
        waiting = page.url.params["tiep"]
        assert 'name="password"' in citizen.go(waiting).text, "going round it leads back to the password"
        told = citizen.answered(party.asking(**changed))
        claims = party.claims(party.exchange(told["code"]).json()["id_token"])
        assert claims["auth_time"] >= int(before.timestamp())
    assert Session.objects.filter(ended_at=None).count() == 1
    assert Session.objects.count() == 3


def proof(**told: Any) -> Callable[[ThirdParty], dict[str, str | None]]:
    return lambda party: {"client_assertion": party.proof(**told)}


def _unsigned(party: ThirdParty) -> dict[str, str | None]:
    _, claims, _ = party.proof().split(".")
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": party.key.kid}).encode()).rstrip(b"=")
    return {"client_assertion": f"{head.decode()}.{claims}."}


def _with_secret(party: ThirdParty) -> dict[str, str | None]:
    public = json.dumps(party.key.as_dict(private=False)).encode()
    claims = jwt.decode(party.proof(), party.key).claims
    head = {"alg": "HS256", "kid": party.key.kid}
    return {"client_assertion": jwt.encode(head, claims, OctKey.import_key(public), algorithms=["HS256"])}


NOW = int(time.time())
BAD_PROOFS: dict[str, Callable[[ThirdParty], dict[str, str | None]]] = {
    "another portal's": proof(aud="https://evil.example"),
    "for nobody": proof(aud=None),
    "for two": lambda party: {"client_assertion": party.proof(aud=[party.portal, "https://evil.example"])},
    "for the portal's host only": proof(aud="localhost"),
    "lapsed": proof(iat=NOW - 900, exp=NOW - 600),
    "for an hour": lambda party: {"client_assertion": party.proof(exp=int(time.time()) + 3600)},
    "for ever": proof(exp=None),
    "until a word": proof(exp="2099"),
    "until half a second": proof(exp=time.time() + 30.5),
    "not yet": lambda party: {"client_assertion": party.proof(nbf=int(time.time()) + 600)},
    "of another issuer": proof(iss="he-thong-khac"),
    "of no issuer": proof(iss=None),
    "of another system": proof(sub="he-thong-khac", iss="he-thong-khac"),
    "of no system": proof(sub=None),
    "of a list": proof(sub=["a"], iss=["a"]),
    "without a name of its own": proof(jti=None),
    "with a short name": proof(jti="1"),
    "with an endless name": proof(jti="j" * 300),
    "by a stranger's key": lambda party: {"client_assertion": party.proof(key=ECKey.generate_key("P-256"))},
    "by a key nobody registered": proof(head={"kid": "khac"}),
    "by a key without a name": proof(head={"kid": None}),
    "by a key it brings itself": lambda party: {
        "client_assertion": (key := ECKey.generate_key("P-256"))
        and party.proof(key=key, head={"jwk": key.as_dict(private=False), "kid": "khac"})
    },
    "by a key at an address": proof(head={"jku": "https://evil.example/jwks", "kid": "khac"}),
    "unsigned": _unsigned,
    "with a secret made of the public key": _with_secret,
    "changed afterwards": lambda party: {"client_assertion": party.proof()[:-6] + "AAAAAA"},
    "nonsense": lambda party: {"client_assertion": "a.b.c"},
    "not text": lambda party: {"client_assertion": "\u0111.\u0111.\u0111"},
    "endless": lambda party: {"client_assertion": "a" * 5000},
    "of another kind": lambda party: {"client_assertion_type": "urn:ietf:params:oauth:grant-type:jwt-bearer"},
    "none, but a name": lambda party: {"client_assertion": "", "client_id": party.client_id},
    "none, but a secret": lambda party: {
        "client_assertion": "", "client_id": party.client_id, "client_secret": "x",
    },
    "beside another name": lambda party: {"client_id": "he-thong-khac"},
}  # fmt: skip


def test_a_system_that_does_not_prove_itself_gets_nothing(party: ThirdParty) -> None:
    let_in = {
        name: answer.text
        for name, bad in BAD_PROOFS.items()
        if (answer := _called(party, bad(party))).status_code not in (400, 401)
        or answer.json().get("error") not in ("invalid_client", "invalid_request")
        or "access_token" in answer.text
    }
    assert let_in == {}
    assert party.call("token", grant_type="client_credentials").status_code == 200
    lone = party.proof(aud=[party.endpoint])
    assert party.call("token", grant_type="client_credentials", client_assertion=lone).status_code == 200


def _called(party: ThirdParty, form: dict[str, str | None]) -> httpx.Response:
    sent = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": party.proof(),
        **form,
    }
    return httpx.post(party.endpoint, data={name: value for name, value in sent.items() if value}, timeout=20)


def test_a_proof_serves_once_even_for_twenty_at_a_time(party: ThirdParty) -> None:
    lone = party.proof()
    with ThreadPoolExecutor(8) as crowd:
        answers = list(
            crowd.map(
                lambda _: party.call("token", grant_type="client_credentials", client_assertion=lone),
                range(20),
            )
        )
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19


def test_basic_and_post_secrets_are_not_asked_for_nor_taken(party: ThirdParty) -> None:
    for how in ({"auth": (party.client_id, "x")}, {"headers": {"Authorization": "Basic ="}}):
        answer = httpx.post(party.endpoint, data={"grant_type": "client_credentials"}, timeout=20, **how)  # type: ignore[arg-type]
        assert answer.status_code in (400, 401) and "access_token" not in answer.text


def test_a_system_calls_from_where_it_said_and_from_nowhere_else(portal: str) -> None:
    elsewhere = registered(portal, addresses="203.0.113.0/24")
    answer = elsewhere.call("token", grant_type="client_credentials")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")


BAD_EXCHANGES: dict[str, dict[str, str | None]] = {
    "no verifier": {"code_verifier": None},
    "another verifier": {"code_verifier": "y" * 43},
    "the challenge for the verifier": {"code_verifier": "CHALLENGE"},
    "a short verifier": {"code_verifier": "abc"},
    "another address": {"redirect_uri": "https://evil.example/"},
    "the address with a slash": {"redirect_uri": BACK + "/"},
    "no address": {"redirect_uri": None},
    "no code": {"code": None},
    "half a code": {"code": "HALF"},
    "an empty code": {"code": ""},
    "an endless code": {"code": "c" * 500},
    "another way": {"grant_type": "password"},
    "no way": {"grant_type": None},
    "the implicit way": {"grant_type": "implicit"},
    "the code as a refresh token": {"grant_type": "refresh_token"},
}


def test_a_code_is_worth_nothing_without_what_it_is_bound_to(party: ThirdParty, citizen: Browser) -> None:
    got = {}
    for name, changed in BAD_EXCHANGES.items():
        code = citizen.code(party.asking())
        known = {"CHALLENGE": s256(party.verifier), "HALF": code[:-1]}
        form = {each: known.get(value or "", value) for each, value in changed.items()}
        answer = party.exchange(form.pop("code", code) or "", **form)  # type: ignore[arg-type]
        if answer.status_code != 400 or "token" in answer.json():
            got[name] = answer.text
    assert got == {}


def test_a_code_that_comes_twice_ends_what_came_of_it(party: ThirdParty, citizen: Browser) -> None:
    code = citizen.code(party.asking(scope="openid offline_access"))
    first = party.exchange(code).json()
    again = party.exchange(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert party.about(first["access_token"]).status_code == 401
    assert party.renew(first["refresh_token"]).json()["error"] == "invalid_grant"
    assert SignIn.objects.get().ended_why == "CODE_REUSED"


def test_of_twenty_who_come_with_one_code_at_most_one_is_served(party: ThirdParty, citizen: Browser) -> None:
    code = citizen.code(party.asking())
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda _: party.exchange(code), range(20)))
    served = [answer for answer in answers if answer.status_code == 200]
    assert len(served) <= 1
    assert all(party.about(answer.json()["access_token"]).status_code == 401 for answer in served)
    assert SignIn.objects.get().ended_why == "CODE_REUSED"


def test_of_twenty_who_come_with_one_refresh_token_none_goes_on(party: ThirdParty, citizen: Browser) -> None:
    token = party.tokens(citizen, scope="openid offline_access")["refresh_token"]
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda _: party.renew(token), range(20)))
    served = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(served) <= 1
    assert all(party.renew(each["refresh_token"]).status_code == 400 for each in served)
    assert RefreshToken.objects.filter(used_at=None).count() <= 1
    assert SignIn.objects.get().ended_why == "REFRESH_REUSED"


def test_a_code_of_a_minute_ago_and_one_of_another_system_are_nothing(
    party: ThirdParty, portal: str, citizen: Browser
) -> None:
    other = registered(portal)
    other.verifier = party.verifier
    code = citizen.code(party.asking())
    assert other.exchange(code).json()["error"] == "invalid_grant"
    assert party.exchange(code).status_code == 200, "somebody else's try does not use it up"
    code = citizen.code(party.asking())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE signin_signin DISABLE TRIGGER sign_in_moves")
        cursor.execute(
            "UPDATE signin_signin SET code_until = now() - interval '1 second' WHERE spent_at IS NULL"
        )
        cursor.execute("ALTER TABLE signin_signin ENABLE TRIGGER sign_in_moves")
    assert party.exchange(code).json()["error"] == "invalid_grant"


def test_another_systems_refresh_token_and_more_than_was_given_are_nothing(
    party: ThirdParty, portal: str, citizen: Browser
) -> None:
    other = registered(portal)
    token = party.tokens(citizen, scope="openid offline_access")["refresh_token"]
    assert other.renew(token).json()["error"] == "invalid_grant"
    assert other.call("revoke", token=token).json()["error"] == "invalid_grant"
    assert party.renew(token, scope="openid dvcqg").json()["error"] == "invalid_scope"


def claims_of(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, signing_keys.key_of).claims)


def again(token: str, *, head: dict[str, Any] | None = None, key: Any = None, **changed: Any) -> str:
    own = signing_keys.standing().signing
    header = {"alg": "ES256", "typ": "at+jwt", "kid": str(own.kid), **(head or {})}
    claims = {name: value for name, value in {**claims_of(token), **changed}.items() if value is not None}
    return jwt.encode(header, claims, key or own, algorithms=[header["alg"]])


BAD_TOKENS: dict[str, Callable[[str, dict[str, Any]], str]] = {
    "of another issuer": lambda token, _: again(token, iss="https://evil.example"),
    "for another audience": lambda token, _: again(token, aud="https://evil.example"),
    "lapsed": lambda token, _: again(token, iat=NOW - 1200, exp=NOW - 600),
    "for years": lambda token, _: again(token, exp=NOW + 10**8),
    "of tomorrow": lambda token, _: again(token, iat=NOW + 86400, exp=NOW + 86400 + 600),
    "of another system": lambda token, _: again(token, client_id="he-thong-khac"),
    "of another person": lambda token, _: again(token, sub="c" * 32),
    "of no sign-in": lambda token, _: again(token, sign_in=None),
    "of a sign-in that is not": lambda token, _: again(token, sign_in="0" * 32),
    "of a sign-in that is a word": lambda token, _: again(token, sign_in="x"),
    "without openid": lambda token, _: again(token, scope="profile"),
    "by a stranger's key": lambda token, _: again(token, key=ECKey.generate_key("P-256")),
    "by a key nobody published": lambda token, _: again(token, head={"kid": "khac"}),
    "with a secret": lambda token, _: again(
        token, head={"alg": "HS256"}, key=OctKey.import_key("k" * 32)
    ),
    "unsigned": lambda token, _: f"eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{token.split('.')[1]}.",
    "of another kind": lambda token, _: again(token, head={"typ": "JWT"}),
    "an ID token": lambda _, tokens: str(tokens["id_token"]),
    "a refresh token": lambda _, tokens: str(tokens["refresh_token"]),
    "changed afterwards": lambda token, _: token[:-6] + "AAAAAA",
    "nonsense": lambda _token, _: "a.b.c",
    "a word": lambda _token, _: "x",
}  # fmt: skip


def test_a_token_that_is_not_whole_tells_nothing_of_anybody(party: ThirdParty, citizen: Browser) -> None:
    tokens = party.tokens(citizen, scope="openid profile offline_access")
    token = tokens["access_token"]
    told = {
        name: answer.text
        for name, bad in BAD_TOKENS.items()
        if (answer := party.about(bad(token, tokens))).status_code != 401
        or "WWW-Authenticate" not in answer.headers
        or "sub" in answer.text
    }
    assert told == {}
    assert party.about(token).json()["name"] == "Nguyễn Văn Mẫu"


def test_a_token_that_is_not_whole_ends_nothing(party: ThirdParty, portal: str, citizen: Browser) -> None:
    """At ``/oauth2/revoke``: whoever forges another's token cannot sign that person out."""
    tokens = party.tokens(citizen, scope="openid profile offline_access")
    others = registered(portal).tokens(citizen)
    forged = {
        **{name: bad(tokens["access_token"], tokens) for name, bad in BAD_TOKENS.items()},
        "another system's": others["access_token"],
        "another system's ID token": others["id_token"],
    }
    # Of its own and signed by the portal: good here, whatever they are good for elsewhere.
    del forged["a refresh token"], forged["without openid"]
    answers = {name: party.call("revoke", token=token).status_code for name, token in forged.items()}
    assert set(answers.values()) <= {200, 400}
    assert not SignIn.objects.exclude(ended_at=None).exists()
    unproved = httpx.post(f"{portal}/oauth2/revoke", data={"token": tokens["access_token"]}, timeout=20)
    assert (unproved.status_code, unproved.json()["error"]) == (400, "invalid_client")
    assert party.about(tokens["access_token"]).status_code == 200


def test_a_token_stands_in_the_header_and_nowhere_else(party: ThirdParty, citizen: Browser) -> None:
    token = party.tokens(citizen)["access_token"]
    about = f"{party.portal}/oauth2/userinfo"
    assert httpx.get(f"{about}?access_token={token}", timeout=20).status_code == 401
    assert httpx.post(about, data={"access_token": token}, timeout=20).status_code == 401
    assert httpx.get(about, cookies={"access_token": token}, timeout=20).status_code == 401
    cookie = citizen.http.get("/oauth2/userinfo")
    assert cookie.status_code == 401, "no cookie lets anybody in"
    for token_in_address in (f"{party.endpoint}?code=x", f"{party.portal}/oauth2/revoke?token=x"):
        sent = httpx.post(token_in_address, data={"client_assertion": party.proof()}, timeout=20)
        assert (sent.status_code, sent.json()["error"]) == (400, "invalid_request")


def test_the_programs_addresses_take_the_method_and_the_shape_they_are_for(party: ThirdParty) -> None:
    for path in ("token", "revoke"):
        assert httpx.get(f"{party.portal}/oauth2/{path}", timeout=20).status_code == 405
        sent = httpx.post(
            f"{party.portal}/oauth2/{path}", json={"grant_type": "client_credentials"}, timeout=20
        )
        assert (sent.status_code, sent.json()["error"]) == (400, "invalid_request")
    assert httpx.post(f"{party.portal}/oauth2/authorize", timeout=20).status_code in (403, 405)


def test_a_system_that_is_stopped_gets_nothing_more_at_any_step(portal: str, citizen: Browser) -> None:
    officer = systems.connector()

    def stopped(party: ThirdParty) -> None:
        clients.stop(authority=officer, client=party.client.public_id, reason="Lộ khóa")

    before, middle, after = (registered(portal) for _ in range(3))
    tokens = after.tokens(citizen, scope="openid offline_access")
    page = citizen.go(middle.asking())
    code = citizen.code(before.asking())
    for party in (before, middle, after):
        stopped(party)

    assert before.exchange(code).json()["error"] == "invalid_client"
    agreed = citizen.send(str(page.url), page, act="agree")
    assert agreed.status_code == 400 and not leads_away(agreed)
    assert after.about(tokens["access_token"]).status_code == 401
    assert after.renew(tokens["refresh_token"]).json()["error"] == "invalid_client"
    assert citizen.http.get(after.asking()).status_code == 400


def test_information_that_two_officers_take_away_is_not_told_any_more(portal: str, citizen: Browser) -> None:
    party = registered(portal)
    tokens = party.tokens(citizen, scope="openid dvcqg offline_access")
    code = citizen.code(party.asking(scope="openid dvcqg"))
    one, two = systems.connector(), systems.connector()
    less = WantedEntry(BACK, "", "", ["offline_access"])
    row = entries.ask(authority=one, client=party.client.public_id, wanted=less)
    entries.approve(authority=two, entry=row.public_id)

    assert party.about(tokens["access_token"]).status_code == 401
    assert party.exchange(code).json()["error"] == "invalid_grant"
    assert "access_token" not in party.renew(tokens["refresh_token"]).json()
    assert parameters(citizen.http.get(party.asking(scope="openid dvcqg")).headers["location"])["error"] == (
        "invalid_scope"
    )


def test_a_request_belongs_to_the_browser_that_brought_it(
    party: ThirdParty, portal: str, citizen: Browser
) -> None:
    """Log-in CSRF: the attacker's request, finished in the victim's browser."""
    attacker = Browser(portal)
    people.account(attacker.person)
    attacker.sign_in()
    waiting = str(attacker.go(party.asking()).url)

    page = citizen.http.get(waiting)
    assert page.status_code == 410 and "Đồng ý" not in page.text
    own = citizen.go(party.asking())
    assert citizen.send(waiting, own, act="agree").status_code == 410
    assert not SignIn.objects.exists()


def test_agreeing_takes_the_forms_own_token(party: ThirdParty, citizen: Browser) -> None:
    page = citizen.go(party.asking())
    for form in ({"act": "agree"}, {"act": "agree", "csrfmiddlewaretoken": "x" * 64}):
        forged = citizen.http.post(str(page.url), data=form, headers={"Origin": "https://evil.example"})
        assert forged.status_code == 403
    assert not SignIn.objects.exists()


def test_no_page_on_the_way_is_framed_kept_or_told_to_others(party: ThirdParty, citizen: Browser) -> None:
    consent = citizen.go(party.asking())
    onward = citizen.send(str(consent.url), consent, act="agree")
    direct = citizen.http.get(party.asking())
    tokens = party.exchange(parameters(direct.headers["location"])["code"])
    for answer in (consent, onward, direct, tokens):
        assert answer.headers["x-frame-options"] == "DENY"
        assert "no-store" in answer.headers["cache-control"]
        assert answer.headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in consent.headers["content-security-policy"]
    assert consent.headers["content-security-policy"].count("form-action 'self'") == 1


def test_an_officers_strict_cookie_comes_by_the_pages_own_step(party: ThirdParty, citizen: Browser) -> None:
    """A visit from another site carries no strict cookie; the portal's own next step does."""
    stranger = Browser(party.portal)
    asked = party.asking()
    page = stranger.http.get(asked, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 200 and 'name="password"' not in page.text
    assert Browser.onward(page).startswith("/oauth2/authorize?")
    assert 'name="password"' in stranger.go(Browser.onward(page)).text
    assert (
        "/oauth2/yeu-cau/"
        in citizen.http.get(asked, headers={"Sec-Fetch-Site": "cross-site"}).headers["location"]
    )


@pytest.mark.parametrize("scope", ["openid profile", "openid dvcqg"])
def test_the_wide_claims_come_only_with_their_scope(party: ThirdParty, citizen: Browser, scope: str) -> None:
    told = party.about(party.tokens(citizen, scope=scope)["access_token"]).json()
    assert ("SoDinhDanh" in told) == ("dvcqg" in scope)
    assert ("name" in told) == ("profile" in scope)
    assert "DanToc" not in told and "TonGiao" not in told
