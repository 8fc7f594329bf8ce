"""What a portal says of itself, believed only where it speaks of itself, and its keys (OpenID Connect Discovery)."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, GuestProtocol

from motcua.desk.signing_in_port import PortalSilent, SignInNotGenuine
from motcua.gateways.breaker import Breaker
from motcua.gateways.wire import Line, LineBroken

_KEPT_SECONDS: Final = 300
#: An unknown key id asks once more, and not more often than this: nobody makes us ask by inventing ids.
_ASKED_AGAIN_SECONDS: Final = 10
_LONGEST: Final = 8192
_ADDRESSES: Final = (
    "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "end_session_endpoint", "jwks_uri",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Description:
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    end_session_endpoint: str
    jwks_uri: str


class Portal:
    """One portal. Safe for threads; what it said is kept for five minutes."""

    def __init__(
        self, issuer: str, *, line: Line | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.issuer = issuer.rstrip("/")
        self.line = line or Line()
        self.breaker = Breaker()
        self._clock = clock
        self._lock = threading.Lock()
        self._described: tuple[float, Description] | None = None
        self._keys: tuple[float, dict[str, ECKey]] | None = None

    def description(self) -> Description:
        """Raises PortalSilent, for a portal that describes another one as well."""
        with self._lock:
            if self._described and self._clock() - self._described[0] < _KEPT_SECONDS:
                return self._described[1]
        told = self._json(f"{self.issuer}/.well-known/openid-configuration")
        if told.get("issuer") != self.issuer:
            raise PortalSilent
        found = {name: told.get(name) for name in _ADDRESSES}
        # The portal's own addresses only: a description that leads elsewhere is not followed (mix-up).
        for address in found.values():
            if not isinstance(address, str) or origin(address) != origin(self.issuer):
                raise PortalSilent
        description = Description(**found)  # type: ignore[arg-type]
        with self._lock:
            self._described = (self._clock(), description)
        return description

    def claims_of(self, token: str, *, kind: str = "JWT") -> dict[str, Any]:
        """The claims of a token that this portal signed with ES256. Raises SignInNotGenuine, PortalSilent."""
        if len(token) > _LONGEST:
            raise SignInNotGenuine

        def signed_by(shown: GuestProtocol) -> ECKey:
            key = self._key(str(shown.headers().get("kid")))
            if key is None:
                raise ValueError("no such key")
            return key

        try:
            found = jwt.decode(token, signed_by, algorithms=["ES256"])
        except (JoseError, ValueError):
            raise SignInNotGenuine from None
        if str(found.header.get("typ", "JWT")).lower() != kind.lower():
            raise SignInNotGenuine
        return dict(found.claims)

    def _key(self, kid: str) -> ECKey | None:
        with self._lock:
            kept = self._keys
        age = self._clock() - kept[0] if kept else _KEPT_SECONDS
        if kept and (age < _ASKED_AGAIN_SECONDS or (kid in kept[1] and age < _KEPT_SECONDS)):
            return kept[1].get(kid)
        told = self._json(self.description().jwks_uri).get("keys")
        keys = dict(_usable(told if isinstance(told, list) else []))
        with self._lock:
            self._keys = (self._clock(), keys)
        return keys.get(kid)

    def _json(self, address: str) -> dict[str, Any]:
        try:
            with self.breaker.call():
                reply = self.line.send("GET", address, headers={"Accept": "application/json"})
                if reply.status != 200:
                    raise LineBroken("status")
                return reply.json()
        except LineBroken as broken:
            raise PortalSilent from broken


def origin(address: str) -> tuple[str, str]:
    """Scheme, and host with port."""
    parts = urlsplit(address)
    return parts.scheme, parts.netloc


def _usable(told: list[Any]) -> "list[tuple[str, ECKey]]":
    found = []
    for key in told:
        if not isinstance(key, dict) or (key.get("kty"), key.get("crv")) != ("EC", "P-256"):
            continue
        if isinstance(key.get("kid"), str) and "d" not in key and key.get("use", "sig") == "sig":
            try:
                found.append((key["kid"], ECKey.import_key(key)))
            except (JoseError, ValueError):
                continue
    return found
