"""Thẻ truy cập của một cửa: who this desk is to the portal, proved by its own key, to which each is made out."""

import threading
import time
import uuid
from pathlib import Path
from typing import Final

from django.conf import settings
from joserfc import jwt

from motcua.gateways import portal_proof
from motcua.gateways.client_keys import client_key
from motcua.gateways.line import Answer, Line, Request
from motcua.gateways.wire import LineBroken

TOKEN_PATH: Final = "/oauth2/token"  # noqa: S105
_ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_LIFE: Final = 60
#: Fetched anew this long before its end: a token must outlive the call that carries it.
_EARLY: Final = 60.0


class PortalToken:
    """One token of the desk's own for all threads of this process, fetched anew before it lapses."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._lock = threading.Lock()
        self._token = ""
        self._good_until = 0.0
        self._failed_at = 0.0

    def get(self) -> str:
        """LineBroken when the portal gives none; while one thread asks, the others wait for its answer, yes or no."""
        began = time.monotonic()
        with self._lock:
            if time.monotonic() >= self._good_until:
                if self._failed_at >= began:
                    raise LineBroken("no token for another")
                self._ask()
            return self._token

    def _ask(self) -> None:
        try:
            found = granted(self._line, {"grant_type": "client_credentials"})
        except LineBroken:
            self._failed_at = time.monotonic()
            raise
        self._token = str(found["access_token"])
        self._good_until = time.monotonic() + max(5.0, life_of(found) - _EARLY)

    def forget(self, token: str) -> None:
        """The portal did not believe it: the next call asks for another."""
        with self._lock:
            if token == self._token:
                self._good_until = 0.0


def granted(line: Line, wanted: dict[str, str]) -> dict[str, object]:
    """What the token endpoint gives for a grant, with our assertion. Raises LineBroken, GrantRefused."""
    reply: Answer = line.send(
        Request(
            "POST",
            TOKEN_PATH,
            headers={
                "Accept": "application/json",
                "DPoP": portal_proof.proof("POST", settings.PORTAL_URL + TOKEN_PATH),
            },
            form={
                **wanted,
                "client_id": settings.PORTAL_CLIENT_ID,
                "client_assertion_type": _ASSERTION_TYPE,
                "client_assertion": assertion(settings.PORTAL_ISSUER),
            },
        )
    )
    if reply.status in (400, 401):
        raise GrantRefused(str(reply.json().get("error", "")))
    if reply.status != 200:
        raise LineBroken(f"token {reply.status}")
    found = reply.json()
    if not isinstance(found.get("access_token"), str) or not found["access_token"]:
        raise LineBroken("no token")
    if str(found.get("token_type", "")).lower() != "dpop":  # anybody could show it who gets hold of it
        raise LineBroken("token of nobody")
    return found


class GrantRefused(LineBroken):
    """The portal answered, and gave no token: a key it does not know, a code used twice, a session that ended."""


def life_of(found: dict[str, object]) -> float:
    """Seconds that a token is good for; a minute when the portal does not say."""
    told = found.get("expires_in")
    return float(told) if isinstance(told, int) and 0 < told <= 3600 else 60.0


def assertion(audience: str) -> str:
    """Good for a minute and for one use."""
    now = int(time.time())
    claims = {
        "iss": settings.PORTAL_CLIENT_ID,
        "sub": settings.PORTAL_CLIENT_ID,
        "aud": audience,
        "iat": now,
        "exp": now + _ASSERTION_LIFE,
        "jti": uuid.uuid4().hex,
    }
    key = client_key(Path(settings.PORTAL_CLIENT_KEY))
    return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key)
