"""The desk's own way to the portal and back, against our provider on a real port; and everything that may come back."""

import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from motcua.desk.signing_in_port import PortalSilent, SignedIn, SignInNotFinished, SignInNotGenuine
from motcua.gateways.portal_description import Portal
from motcua.gateways.portal_signin import LOGOUT_EVENT, HttpPortalSignIn
from motcua.gateways.wire import Line, Reply
from motcua.kernel.authority import Power
from motcua.signin import signing_keys
from tests.single_sign_on.parties import BACK, Browser, ThirdParty, parameters, registered
from tests.web_office.desk import Desk

Change = Callable[[dict[str, Any]], object]


class BentLine(Line):
    """The portal's line, and somebody on it who changes one answer."""

    def __init__(self, part: str, change: Change) -> None:
        super().__init__(deadline=20)
        self.part, self.change = part, change

    def send(self, method: str, url: str, **more: Any) -> Reply:
        reply = super().send(method, url, **more)
        if self.part not in url:
            return reply
        told = reply.json()
        self.change(told)
        return Reply(reply.status, reply.content_type, json.dumps(told).encode())


@pytest.fixture
def desk(portal: str) -> ThirdParty:
    return registered(portal, of_state=True, desk="mot-cua-mau")


def way(desk: ThirdParty, line: Line | None = None) -> HttpPortalSignIn:
    return HttpPortalSignIn(
        portal=Portal(desk.portal, line=line or Line(deadline=20)),
        client_id=desk.client_id,
        key=desk.key,
        redirect_uri=BACK,
    )


def came(location: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(location).query)


def back(desk: ThirdParty, browser: Browser, line: Line | None = None) -> SignedIn:
    """Away and back in one browser."""
    going = way(desk, line)
    begun = going.begin("/mot-cua/")
    answer = browser.go(begun.address)
    if 'value="agree"' in answer.text:
        answer = browser.send(str(answer.url), answer, act="agree")
    return going.finish(came(browser.onward(answer)), begun.kept)


def test_a_citizen_comes_back_with_the_id_that_receipts_carry(desk: ThirdParty, citizen: Browser) -> None:
    signed = back(desk, citizen)

    assert (signed.name, signed.acr, signed.amr) == ("Nguyễn Văn Mẫu", "LoA1", ("pwd",))
    assert not signed.as_officer and signed.next == "/mot-cua/"
    told = desk.about(signed.tokens.access_token).json()
    assert told["sub"] == signed.subject and abs(signed.signed_in_at - time.time()) < 60
    assert "Nguyễn" not in repr(signed) and signed.tokens.access_token not in repr(signed)


def test_an_officer_comes_back_as_one(portal: str) -> None:
    desk = registered(portal, of_state=True)
    officer = Desk(Power.RECEIVE_DOSSIER)
    browser = Browser(portal, officer.person).sign_in()

    assert back(desk, browser).as_officer


def test_a_desk_that_wants_two_factors_gets_them_from_whoever_it_is(
    desk: ThirdParty, citizen: Browser
) -> None:
    """Posts are the desk's to know: the portal sees a citizen, and asks for the second factor all the same."""
    going = way(desk)
    begun = going.begin("/mot-cua/", again=True, strong=True)

    enrolment = citizen.go(citizen.onward(citizen.submit_sign_in(citizen.go(begun.address))))
    assert citizen.go(begun.address).text.count('name="password"') == 1, "the password alone opened nothing"
    secret = re.search(r'translate="no">([A-Z2-7 ]+)</code>', enrolment.text)
    assert secret, enrolment.text[:800]
    code = pyotp.TOTP(secret[1].replace(" ", "")).now()
    codes = citizen.send(str(enrolment.url), enrolment, act="app", code=code)
    waiting = re.search(r'href="(/oauth2/yeu-cau/[^"]+)"', codes.text)
    assert waiting, codes.text[:800]
    answer = citizen.go(waiting[1])
    if 'value="agree"' in answer.text:
        answer = citizen.send(str(answer.url), answer, act="agree")
    signed = going.finish(came(citizen.onward(answer)), begun.kept)

    assert (signed.acr, signed.amr) == ("LoA2", ("pwd", "otp"))
    assert abs(signed.signed_in_at - time.time()) < 60


def test_a_session_of_a_password_alone_does_not_pass_for_two_factors(
    desk: ThirdParty, citizen: Browser
) -> None:
    going = way(desk)
    back(desk, citizen)

    begun = going.begin("/mot-cua/", strong=True)

    assert 'name="password"' in citizen.go(begun.address).text
    silent = going.begin("/mot-cua/", silent=True, strong=True)
    with pytest.raises(SignInNotFinished) as no:
        going.finish(came(citizen.onward(citizen.go(silent.address))), silent.kept)
    assert no.value.details == {"why": "login_required"}


def test_what_the_browser_kept_says_nothing_and_serves_this_browsers_way_only(
    desk: ThirdParty, citizen: Browser
) -> None:
    going = way(desk)
    one, other = going.begin("/a/"), going.begin("/b/")
    assert parameters(one.address)["state"] not in one.kept
    location = citizen.answered(one.address)

    with pytest.raises(SignInNotGenuine):
        going.finish({name: [value] for name, value in location.items()}, other.kept)
    for kept in ("", "x", one.kept[:-8], one.kept + "x", "0" * 32 + one.kept[32:]):
        with pytest.raises(SignInNotGenuine):
            going.finish({name: [value] for name, value in location.items()}, kept)


@pytest.mark.parametrize(
    "changed",
    [
        {"state": None}, {"state": ["khac"]}, {"iss": None}, {"iss": ["https://evil.example"]}, {"code": None},
        {"code": ["khac"]}, {"code": ["a", "b"]}, {"state": ["a", "b"]}, {"code": [""]},
    ],
    ids=str,
)  # fmt: skip
def test_an_answer_that_does_not_fit_what_was_begun_lets_nobody_in(
    desk: ThirdParty, citizen: Browser, changed: dict[str, list[str] | None]
) -> None:
    going = way(desk)
    begun = going.begin("/mot-cua/")
    told: dict[str, Any] = {name: [value] for name, value in citizen.answered(begun.address).items()}
    told |= changed
    with pytest.raises(SignInNotGenuine):
        going.finish({name: values for name, values in told.items() if values is not None}, begun.kept)


def test_a_way_begun_long_ago_is_over(desk: ThirdParty, citizen: Browser, monkeypatch: Any) -> None:
    going = way(desk)
    begun = going.begin("/mot-cua/")
    told = {name: [value] for name, value in citizen.answered(begun.address).items()}
    now = time.time()
    monkeypatch.setattr("motcua.gateways.portal_signin.time.time", lambda: now + 1801)
    with pytest.raises(SignInNotGenuine):
        going.finish(told, begun.kept)


def test_a_no_and_nobody_signed_in_are_told_apart_from_a_forgery(portal: str, desk: ThirdParty) -> None:
    going = way(desk)
    silent = going.begin("/mot-cua/", silent=True)
    stranger = Browser(portal)
    with pytest.raises(SignInNotFinished) as no:
        going.finish(came(stranger.onward(stranger.go(silent.address))), silent.kept)
    assert no.value.details == {"why": "login_required"}


def forged(claims: dict[str, Any], *, key: Any = None, **head: Any) -> str:
    own = signing_keys.standing().signing
    header = {"alg": "ES256", "kid": str(own.kid), "typ": "JWT", **head}
    return jwt.encode(header, claims, key or own, algorithms=[header["alg"]])


def of(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, signing_keys.key_of).claims)


def id_token(**changed: Any) -> Change:
    def change(told: dict[str, Any]) -> None:
        claims = {**of(told["id_token"]), **changed}
        told["id_token"] = forged({name: value for name, value in claims.items() if value is not None})

    return change


def otherwise_signed(**head: Any) -> Change:
    keys = {"HS256": OctKey.import_key("k" * 32), "ES256": ECKey.generate_key("P-256")}

    def change(told: dict[str, Any]) -> None:
        told["id_token"] = forged(of(told["id_token"]), key=keys[head.get("alg", "ES256")], **head)

    return change


def unsigned(told: dict[str, Any]) -> None:
    _, body, _ = told["id_token"].split(".")
    told["id_token"] = f"eyJhbGciOiJub25lIn0.{body}."


NOW = int(time.time())
BENT: dict[str, Change] = {
    "another portal's": id_token(iss="https://evil.example"),
    "another system's": id_token(aud="he-thong-khac"),
    "for two systems": id_token(aud=["x", "y"]),
    "authorised for another": id_token(azp="he-thong-khac"),
    "of another sign-in": id_token(nonce="khac"),
    "of no sign-in": id_token(nonce=None),
    "lapsed": id_token(exp=NOW - 120, iat=NOW - 600),
    "for years": id_token(exp=NOW + 10**8),
    "of tomorrow": id_token(iat=NOW + 86400, exp=NOW + 86400 + 600),
    "without an end": id_token(exp=None),
    "without a person": id_token(sub=None),
    "with a citizen number for a person": id_token(sub="052090000101"),
    "without a session": id_token(sid=None),
    "beside another access token": id_token(at_hash="khac"),
    "with no access token's mark": id_token(at_hash=None),
    "without the time of signing in": id_token(auth_time=None),
    "signed by a stranger": otherwise_signed(),
    "signed by a key nobody published": otherwise_signed(kid="khac"),
    "signed with a shared secret": otherwise_signed(alg="HS256"),
    "unsigned": unsigned,
    "an access token in its place": lambda told: told.update(id_token=told["access_token"]),
    "missing": lambda told: told.pop("id_token"),
    "nonsense": lambda told: told.update(id_token="a.b.c"),
    "of a token of nobody": lambda told: told.update(token_type="Bearer"),
}


@pytest.mark.parametrize("bent", BENT, ids=str)
def test_a_token_that_is_not_whole_lets_nobody_in(desk: ThirdParty, citizen: Browser, bent: str) -> None:
    with pytest.raises(SignInNotGenuine):
        back(desk, citizen, BentLine("/oauth2/token", BENT[bent]))


def test_the_name_of_somebody_else_is_not_taken(desk: ThirdParty, citizen: Browser) -> None:
    with pytest.raises(SignInNotGenuine):
        back(desk, citizen, BentLine("/oauth2/userinfo", lambda told: told.update(sub="c" * 32)))


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "https://evil.example/token"},
        {"jwks_uri": "https://evil.example/jwks"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"userinfo_endpoint": None},
    ],
    ids=str,
)
def test_a_description_that_leads_elsewhere_is_not_followed(desk: ThirdParty, change: dict[str, Any]) -> None:
    with pytest.raises(PortalSilent):
        way(desk, BentLine("/.well-known/", lambda told: told.update(change))).begin("/mot-cua/")


def test_a_portal_that_is_down_is_silent_and_nothing_else() -> None:
    nowhere = HttpPortalSignIn(
        portal=Portal("http://127.0.0.1:9"), client_id="x", key=ECKey.generate_key("P-256"), redirect_uri=BACK
    )
    with pytest.raises(PortalSilent):
        nowhere.begin("/mot-cua/")


def test_a_new_key_of_the_portal_is_believed_as_soon_as_it_signs(desk: ThirdParty, citizen: Browser) -> None:
    clock = [0.0]
    portal = Portal(desk.portal, line=Line(deadline=20), clock=lambda: clock[0])
    going = HttpPortalSignIn(portal=portal, client_id=desk.client_id, key=desk.key, redirect_uri=BACK)

    def once() -> SignedIn:
        begun = going.begin("/")
        return going.finish({n: [v] for n, v in citizen.answered(begun.address).items()}, begun.kept)

    once()
    signing_keys.rotate(now_at_once=True)
    clock[0] += 11
    assert once().subject


def logout_token(desk: ThirdParty, **changed: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": desk.portal, "aud": desk.client_id, "iat": now, "exp": now + 120, "jti": "j" * 20,
        "sub": "a" * 32, "sid": "b" * 32, "events": {LOGOUT_EVENT: {}}, **changed,
    }  # fmt: skip
    head = {"typ": changed.pop("typ", "logout+jwt")} if "typ" in changed else {"typ": "logout+jwt"}
    claims.pop("typ", None)
    return forged({name: value for name, value in claims.items() if value is not None}, **head)


def test_news_of_a_session_that_is_over_is_believed_only_whole(desk: ThirdParty) -> None:
    going = way(desk)
    assert going.heard(logout_token(desk)).sid == "b" * 32
    for changed in (
        {"aud": "khac"}, {"iss": "https://evil.example"}, {"events": {}}, {"events": None}, {"nonce": "x"},
        {"sub": None}, {"sid": None}, {"jti": None}, {"typ": "JWT"}, {"exp": NOW - 600, "iat": NOW - 700},
    ):  # fmt: skip
        with pytest.raises(SignInNotGenuine):
            going.heard(logout_token(desk, **changed))
