"""Signing in through the portal, from a desk that knows it by its address only (OpenID Connect, threats T-32).

Everything that comes back is held against what was begun in this browser: state, nonce, PKCE, and who answers (mix-up,
RFC 9207). The algorithm is not read from the token, the keys come from the portal's own address, and the token must be
for this desk. Whose key proves the desk: ``key``, registered at the portal by two officers.
"""

import logging
import re
import secrets
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey

from motcua.desk.signing_in_port import (
    Beginning,
    LoggedOut,
    PortalSilent,
    SignedIn,
    SignInNotFinished,
    SignInNotGenuine,
    Tokens,
)
from motcua.gateways import oidc_parts, portal_proof
from motcua.gateways.portal_description import Portal
from motcua.gateways.wire import LineBroken, Reply

log = logging.getLogger(__name__)

SCOPES: Final = "openid profile desk.officer"
ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_TYPE: Final = "logout+jwt"
#: ``acr`` of a sign-in with two factors.
TWO_FACTORS: Final = "LoA2"
_PATIENCE: Final = 1800
_SKEW: Final = 30
_LONGEST_LIFE: Final = 660
_SUBJECT: Final = re.compile(r"[0-9a-f]{32}")
_FIELD: Final = "gateways.portal_signin"


class HttpPortalSignIn:
    """Implements ``desk.signing_in_port.PortalSignIn``."""

    def __init__(
        self,
        *,
        portal: Portal,
        client_id: str,
        key: ECKey,
        redirect_uri: str,
        scopes: str = SCOPES,
    ) -> None:
        self._portal = portal
        self._client_id = client_id
        self._key = key
        self._redirect_uri = redirect_uri
        self._scopes = scopes

    def begin(
        self, next_address: str, *, again: bool = False, silent: bool = False, strong: bool = False
    ) -> Beginning:
        begun = {
            "state": secrets.token_urlsafe(24),
            "nonce": secrets.token_urlsafe(24),
            "verifier": secrets.token_urlsafe(48),
            "issuer": self._portal.issuer,
            "next": next_address,
            "until": int(time.time()) + _PATIENCE,
            "again": int(time.time()) if again else 0,
        }
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": self._scopes,
            "state": begun["state"],
            "nonce": begun["nonce"],
            "code_challenge": oidc_parts.s256(str(begun["verifier"])),
            "code_challenge_method": "S256",
        }
        if again or silent:
            asked["prompt"] = "login" if again else "none"
        if strong:
            asked["acr_values"] = TWO_FACTORS
        address = f"{self._portal.description().authorization_endpoint}?{urlencode(asked)}"
        return Beginning(address=address, kept=oidc_parts.sealed(_FIELD, begun))

    def finish(self, came: Mapping[str, Sequence[str]], kept: str) -> SignedIn:
        try:
            begun, told = oidc_parts.opened(_FIELD, kept), oidc_parts.once(came)
        except oidc_parts.NotOurs:
            raise SignInNotGenuine from None
        if begun["until"] < time.time() or begun["issuer"] != self._portal.issuer:
            raise SignInNotGenuine
        if not oidc_parts.same(told.get("state", ""), begun["state"]) or not oidc_parts.same(
            told.get("iss", ""), begun["issuer"]
        ):
            raise SignInNotGenuine
        if "error" in told:
            raise SignInNotFinished(why=told["error"] if re.fullmatch(r"[a-z_]{1,40}", told["error"]) else "")
        if not told.get("code"):
            raise SignInNotGenuine
        tokens = self._tokens(
            {
                "grant_type": "authorization_code",
                "code": told["code"],
                "redirect_uri": self._redirect_uri,
                "code_verifier": begun["verifier"],
            }
        )
        claims = self._identity(tokens, begun)
        person = self._person(tokens, claims["sub"])
        return SignedIn(
            subject=claims["sub"],
            sid=claims["sid"],
            acr=str(claims.get("acr", "")),
            amr=tuple(str(means) for means in claims.get("amr", ())),
            name=str(person.get("name", "")),
            organisation=person.get("organisation") is True,
            mandate_scope=_scope(person),
            as_officer=claims.get("desk_officer") is True,
            signed_in_at=int(claims["auth_time"]),
            tokens=tokens,
            next=begun["next"],
        )

    def wanted(self, kept: str) -> str:
        try:
            return str(oidc_parts.opened(_FIELD, kept).get("next", ""))
        except oidc_parts.NotOurs:
            return ""

    def renewed(self, refresh_token: str) -> Tokens:
        return self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token}, id_token="")

    def leaving(self, id_token: str, *, back_to: str = "") -> str:
        asked = {"id_token_hint": id_token, "client_id": self._client_id}
        if back_to:
            asked["post_logout_redirect_uri"] = back_to
        return f"{self._portal.description().end_session_endpoint}?{urlencode(asked)}"

    def heard(self, logout_token: str) -> LoggedOut:
        claims = self._portal.claims_of(logout_token, kind=LOGOUT_TYPE)
        self._addressed(claims)
        events = claims.get("events")
        good = isinstance(events, dict) and LOGOUT_EVENT in events and "nonce" not in claims
        if not good or not all(isinstance(claims.get(name), str) for name in ("sub", "sid", "jti")):
            raise SignInNotGenuine
        return LoggedOut(claims["sub"], claims["sid"], claims["jti"], claims["exp"])

    def _identity(self, tokens: Tokens, begun: Mapping[str, Any]) -> dict[str, Any]:
        claims = self._portal.claims_of(tokens.id_token)
        self._addressed(claims)
        whole = (
            oidc_parts.same(str(claims.get("nonce", "")), begun["nonce"])
            and oidc_parts.same(str(claims.get("at_hash", "")), oidc_parts.half_hash(tokens.access_token))
            and _SUBJECT.fullmatch(str(claims.get("sub", "")))
            and _SUBJECT.fullmatch(str(claims.get("sid", "")))
            and type(claims.get("auth_time")) is int
            and isinstance(claims.get("amr", []), list)
        )
        # Asked to sign in afresh, and an older sign-in came back.
        if not whole or claims["auth_time"] < begun["again"] - _SKEW:
            raise SignInNotGenuine
        return claims

    def _addressed(self, claims: Mapping[str, Any]) -> None:
        """From this portal, for this desk alone, and in time."""
        now = int(time.time())
        until, issued = claims.get("exp"), claims.get("iat")
        good = (
            claims.get("iss") == self._portal.issuer
            and claims.get("aud") in (self._client_id, [self._client_id])
            and claims.get("azp", self._client_id) == self._client_id
            and type(until) is int
            and type(issued) is int
            and issued - _SKEW <= now < until + _SKEW
            and until - issued <= _LONGEST_LIFE
        )
        if not good:
            raise SignInNotGenuine

    def _person(self, tokens: Tokens, subject: str) -> dict[str, Any]:
        address = self._portal.description().userinfo_endpoint
        shown = portal_proof.headers("GET", address, tokens.access_token, key=self._key)
        reply = self._sent("GET", address, headers=shown)
        told = _read(reply)
        if reply.status != 200 or told.get("sub") != subject:  # OpenID Connect Core, 5.3.4
            raise SignInNotGenuine
        return told

    def _tokens(self, form: dict[str, str], *, id_token: str | None = None) -> Tokens:
        endpoint = self._portal.description().token_endpoint
        proved = {**form, "client_assertion_type": ASSERTION, "client_assertion": self._proof(endpoint)}
        held = {"DPoP": portal_proof.proof("POST", endpoint, key=self._key)}
        reply = self._sent("POST", endpoint, form=proved, headers=held)
        if reply.status >= 500 or reply.status == 429:
            raise PortalSilent
        told = _read(reply)
        if told.get("error") == "invalid_dpop_proof":
            # Our clock, or a proxy between: not the person. Nothing of theirs is spent, and nothing is over.
            log.warning("portal does not believe our proof")
            raise PortalSilent
        if reply.status != 200 or told.get("token_type") != "DPoP":
            raise SignInNotGenuine
        found = (told.get("access_token"), told.get("id_token", id_token), told.get("expires_in"))
        access, identity, seconds = found
        if not isinstance(access, str) or not isinstance(identity, str) or type(seconds) is not int:
            raise SignInNotGenuine
        return Tokens(access, seconds, identity, str(told.get("refresh_token", "")))

    def _proof(self, endpoint: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": endpoint,
            "iat": now,
            "exp": now + 60,
            "jti": uuid.uuid4().hex,
        }
        return jwt.encode({"alg": "ES256", "kid": str(self._key.kid)}, claims, self._key)

    def _sent(self, method: str, address: str, **more: Any) -> Reply:
        try:
            with self._portal.breaker.call():
                return self._portal.line.send(method, address, **more)
        except LineBroken as broken:
            raise PortalSilent from broken


def _read(reply: Reply) -> dict[str, Any]:
    try:
        return dict(reply.json())
    except LineBroken as broken:
        raise PortalSilent from broken


def _scope(person: dict[str, Any]) -> tuple[str, ...]:
    """No procedures named: all of them. What is no list of names at all is not believed."""
    told = person.get("mandate_scope", [])
    if not isinstance(told, list) or not all(isinstance(code, str) and code for code in told):
        raise SignInNotGenuine
    return tuple(told)
