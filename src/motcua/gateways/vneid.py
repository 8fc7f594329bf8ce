"""VNeID signs people in to the portal (OpenID Connect: code, PKCE, nonce; domain 5.1). Its tokens are bearer tokens.

Held against each other as in ``portal_signin``: state, nonce, PKCE, issuer, audience, time, signature by VNeID's own
key with the one algorithm of the settings. Who is named is believed only whole: twelve digits, a name, a birth date,
a level of 2 or more by every word that speaks of it.
"""

import base64
import logging
import re
import secrets
import time
import uuid
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Final, NoReturn
from urllib.parse import quote, urlencode

from django.conf import settings
from joserfc import jwt
from joserfc.jwk import ECKey

from motcua.accounts.vneid_port import (
    Beginning,
    Proved,
    VneidLevelTooLow,
    VneidNotAPerson,
    VneidNotFinished,
    VneidNotGenuine,
    VneidPerson,
    VneidSilent,
    VneidUnreadable,
)
from motcua.gateways import oidc_parts
from motcua.gateways.client_keys import client_key
from motcua.gateways.portal_description import Portal
from motcua.gateways.portal_signin import ASSERTION
from motcua.gateways.wire import Line, LineBroken, Reply
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.refusal import Refusal

log = logging.getLogger(__name__)

BACK: Final = "/dang-nhap/vneid/tro-ve/"
_FIELD: Final = "gateways.vneid"
_KEPT: Final = "gateways.vneid.person"
#: How long somebody may think about what they are asked.
_WAITS: Final = 600
_PATIENCE: Final = 1800
_SKEW: Final = 30
#: Ours live eleven minutes; how long VNeID's do is not known (docs/dvcqg.md).
_LONGEST_LIFE: Final = 3600
_TECH_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LEVEL: Final = re.compile(r"(?:LoA|IAL)?([0-9])")
_LOWEST: Final = 2
_PERSON, _OTHERS = "1", ("2", "3")


class Vneid(Portal):
    """What VNeID says of itself; it need not say where people sign out."""

    silent: ClassVar[type[Refusal]] = VneidSilent
    not_genuine: ClassVar[type[Refusal]] = VneidNotGenuine
    wanted: ClassVar[tuple[str, ...]] = (
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
    )

    def __init__(self, issuer: str, *, algorithm: str, line: Line | None = None) -> None:
        super().__init__(issuer, line=line)
        self.algorithm = algorithm


class HttpVneidSignIn:
    """Implements ``accounts.vneid_port.VneidSignIn``. ``key`` proves us, or else ``secret`` does."""

    def __init__(
        self,
        *,
        provider: Vneid,
        client_id: str,
        redirect_uri: str,
        key: ECKey | None = None,
        secret: str = "",
    ) -> None:
        self._provider = provider
        self._client_id = client_id
        self._redirect_uri = redirect_uri
        self._key = key
        self._secret = secret

    def begin(self, next_address: str, *, strong: bool = False, beside: bool = False) -> Beginning:
        now = int(time.time())
        begun = {
            "state": secrets.token_urlsafe(24),
            "nonce": secrets.token_urlsafe(24),
            "verifier": secrets.token_urlsafe(48),
            "issuer": self._provider.issuer,
            "next": next_address,
            "strong": strong,
            "beside": beside,
            "at": now,
            "until": now + _PATIENCE,
        }
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "openid",
            "acr_values": "LoA2",
            # Whoever sat at this computer before may still be signed in at VNeID (OpenID Connect Core, 3.1.2.1).
            "prompt": "login",
            "max_age": "0",
            "state": begun["state"],
            "nonce": begun["nonce"],
            "code_challenge": oidc_parts.s256(str(begun["verifier"])),
            "code_challenge_method": "S256",
        }
        address = f"{self._provider.description().authorization_endpoint}?{urlencode(asked)}"
        return Beginning(address=address, kept=oidc_parts.sealed(_FIELD, begun))

    def finish(self, came: Mapping[str, Sequence[str]], kept: str) -> Proved:
        begun, told = self._held(came, kept)
        if "error" in told:
            raise VneidNotFinished
        if not told.get("code"):
            raise VneidNotGenuine
        tokens = self._tokens(told["code"], begun["verifier"])
        claims = self._identity(tokens, begun["nonce"])
        _refuse_earlier(claims, begun["at"])
        person = person_of(self._userinfo(tokens["access_token"], claims["sub"]))
        return Proved(
            person=person,
            next=str(begun["next"]),
            strong=begun["strong"] is True,
            beside=begun["beside"] is True,
        )

    def wanted(self, kept: str) -> tuple[str, bool]:
        try:
            begun = oidc_parts.opened(_FIELD, kept)
        except oidc_parts.NotOurs:
            return "", False
        return str(begun["next"]), begun["strong"] is True

    def keep(self, proved: Proved) -> str:
        who = proved.person
        told = {
            "tech_id": who.tech_id,
            "number": who.citizen_id.value,
            "name": who.full_name.value,
            "born": who.born_on.shown,
            "level": who.level,
            "next": proved.next,
            "strong": proved.strong,
            "beside": proved.beside,
            "until": int(time.time()) + _WAITS,
        }
        return oidc_parts.sealed(_KEPT, told)

    def kept(self, text: str) -> Proved:
        try:
            told = oidc_parts.opened(_KEPT, text)
        except oidc_parts.NotOurs:
            raise VneidNotGenuine from None
        if told["until"] < time.time():
            raise VneidNotGenuine
        person = VneidPerson(
            tech_id=str(told["tech_id"]),
            citizen_id=CitizenId.parse(told["number"]),
            full_name=PersonName.parse(told["name"]),
            born_on=BirthDate.parse(told["born"]),
            level=int(told["level"]),
        )
        return Proved(person=person, next=str(told["next"]), strong=told["strong"], beside=told["beside"])

    def _held(self, came: Mapping[str, Sequence[str]], kept: str) -> tuple[dict[str, Any], dict[str, str]]:
        """What was begun in this browser, and what came back for it. Where VNeID names itself, it must be VNeID."""
        try:
            begun, told = oidc_parts.opened(_FIELD, kept), oidc_parts.once(came)
        except oidc_parts.NotOurs:
            raise VneidNotGenuine from None
        good = (
            begun["until"] >= time.time()
            and begun["issuer"] == self._provider.issuer
            and oidc_parts.same(told.get("state", ""), begun["state"])
            and told.get("iss", begun["issuer"]) == begun["issuer"]
        )
        if not good:
            raise VneidNotGenuine
        return begun, told

    def _tokens(self, code: str, verifier: str) -> dict[str, str]:
        endpoint = self._provider.description().token_endpoint
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": verifier,
            **self._proof(endpoint),
        }
        reply = self._sent("POST", endpoint, form=form, headers=self._basic())
        told = _read(reply)
        if reply.status == 401 or told.get("error") == "invalid_client":
            # Our registration or our clock: nothing that the person could put right.
            log.warning("vneid does not believe our proof")
            raise VneidSilent
        access, identity = told.get("access_token"), told.get("id_token")
        if reply.status != 200 or str(told.get("token_type", "")).lower() != "bearer":
            raise VneidNotGenuine
        if not isinstance(access, str) or not isinstance(identity, str):
            raise VneidNotGenuine
        return {"access_token": access, "id_token": identity}

    def _identity(self, tokens: Mapping[str, str], nonce: str) -> dict[str, Any]:
        claims = self._provider.claims_of(tokens["id_token"])
        now = int(time.time())
        until, issued = claims.get("exp"), claims.get("iat")
        at_hash = claims.get("at_hash")
        good = (
            claims.get("iss") == self._provider.issuer
            and claims.get("aud") in (self._client_id, [self._client_id])
            and claims.get("azp", self._client_id) == self._client_id
            and type(until) is int
            and type(issued) is int
            and issued - _SKEW <= now < until + _SKEW
            and until - issued <= _LONGEST_LIFE
            and oidc_parts.same(str(claims.get("nonce", "")), nonce)
            and (
                at_hash is None or oidc_parts.same(str(at_hash), oidc_parts.half_hash(tokens["access_token"]))
            )
            and isinstance(claims.get("sub"), str)
            and claims["sub"]
        )
        if not good:
            raise VneidNotGenuine
        return claims

    def _userinfo(self, token: str, subject: str) -> dict[str, Any]:
        address = self._provider.description().userinfo_endpoint
        reply = self._sent("GET", address, headers={"Authorization": f"Bearer {token}"})
        told = _read(reply)
        if reply.status != 200 or told.get("sub") != subject:  # OpenID Connect Core, 5.3.4
            raise VneidNotGenuine
        return told

    def _proof(self, endpoint: str) -> dict[str, str]:
        """private_key_jwt where we have a key (OpenID Connect Core, 9); nothing in the form otherwise."""
        if self._key is None:
            return {}
        now = int(time.time())
        claims = {
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": endpoint,
            "iat": now,
            "exp": now + 60,
            "jti": uuid.uuid4().hex,
        }
        shown = jwt.encode({"alg": "ES256", "kid": str(self._key.kid)}, claims, self._key)
        return {"client_assertion_type": ASSERTION, "client_assertion": shown}

    def _basic(self) -> dict[str, str]:
        """client_secret_basic where we have a secret (RFC 6749, 2.3.1)."""
        if self._key is not None:
            return {}
        pair = f"{quote(self._client_id, safe='')}:{quote(self._secret, safe='')}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    def _sent(self, method: str, address: str, **more: Any) -> Reply:
        try:
            with self._provider.breaker.call():
                reply = self._provider.line.send(method, address, **more)
                if reply.status >= 500 or reply.status == 429:
                    raise LineBroken("status")
                return reply
        except LineBroken as broken:
            raise VneidSilent from broken


def _refuse_earlier(claims: Mapping[str, Any], begun: int) -> None:
    """Proved for this sign-in, and not by whoever was at this computer before. Raises VneidNotGenuine."""
    proved = claims.get("auth_time")
    if type(proved) is not int or not begun - _SKEW <= proved <= time.time() + _SKEW:
        log.warning("vneid does not say that the person proved themselves anew")
        raise VneidNotGenuine


def person_of(told: Mapping[str, Any]) -> VneidPerson:
    """Whom VNeID's answer names. Raises VneidNotAPerson, VneidLevelTooLow, VneidUnreadable."""
    kind = str(told.get("LoaiTaiKhoan", ""))
    if kind in _OTHERS:
        raise VneidNotAPerson
    level = _level(told)
    if level is not None and level < _LOWEST:
        raise VneidLevelTooLow
    tech_id = told.get("TechID")
    claim = "SoDinhDanh"
    try:
        number = CitizenId.parse(_text(told, claim))
        claim = "HoVaTen"
        full_name = PersonName.parse(_text(told, claim))
        claim = "NgayThangNamSinh"
        born = BirthDate.parse(_text(told, claim))
    except Refusal:
        _unreadable(claim)
    odd = {
        "LoaiTaiKhoan": kind != _PERSON,
        "loAs": level is None,
        "TechID": not isinstance(tech_id, str) or not _TECH_ID.fullmatch(tech_id),
        "SoDinhDanh": number.kind != "CCCD12",
    }
    if any(odd.values()):
        _unreadable(*(claim for claim, is_odd in odd.items() if is_odd))
    return VneidPerson(
        tech_id=str(tech_id), citizen_id=number, full_name=full_name, born_on=born, level=int(level or 0)
    )


def _unreadable(*claims: str) -> NoReturn:
    """Where VNeID changes how it writes, everybody is stopped: whoever watches the log sees by which claim."""
    log.warning("vneid told somebody in a way that we do not read: %s", ", ".join(claims))
    raise VneidUnreadable


def _level(told: Mapping[str, Any]) -> int | None:
    """The lower of what is said of the sign-in and of the identity; None when either is said in other words."""
    said = [str(told[name]) for name in ("loAs", "IAL") if told.get(name) not in (None, "")]
    found = [_LEVEL.fullmatch(one) for one in said]
    if not found or not all(found):
        return None
    return min(int(one[1]) for one in found if one)


def _text(told: Mapping[str, Any], name: str) -> str:
    found = told.get(name)
    return found if isinstance(found, str) else ""


def _read(reply: Reply) -> dict[str, Any]:
    try:
        return dict(reply.json())
    except LineBroken as broken:
        raise VneidSilent from broken


@lru_cache(maxsize=1)
def entrance() -> HttpVneidSignIn:
    """Made once for each process, from the settings."""
    key = settings.VNEID_CLIENT_KEY
    return HttpVneidSignIn(
        provider=Vneid(
            settings.VNEID_ISSUER or "-",
            algorithm=settings.VNEID_ALGORITHM,
            line=Line(trust=settings.VNEID_TRUST),
        ),
        client_id=settings.VNEID_CLIENT_ID,
        redirect_uri=settings.PUBLIC_URL + BACK,
        key=client_key(Path(key)) if key else None,
        secret=settings.VNEID_CLIENT_SECRET,
    )
