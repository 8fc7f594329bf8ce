"""What a portal says of itself, believed only where it speaks of itself, and its keys (OpenID Connect Discovery)."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, GuestProtocol, RSAKey

from motcua.desk.signing_in_port import PortalSilent, SignInNotGenuine
from motcua.gateways.breaker import Breaker
from motcua.gateways.wire import Line, LineBroken
from motcua.kernel.refusal import Refusal

_KEPT_SECONDS: Final = 300
#: An unknown key id asks once more, and not more often than this: nobody makes us ask by inventing ids.
_ASKED_AGAIN_SECONDS: Final = 10
_LONGEST: Final = 8192
_SHORTEST_RSA: Final = 2048
#: Which key goes with which algorithm: never one key for two.
_SHAPES: Final = {"ES256": ("EC", "P-256"), "RS256": ("RSA", None), "PS256": ("RSA", None)}
Key = ECKey | RSAKey
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
    """One portal. Safe for threads; what it said is kept for five minutes.

    Another provider of identities (VNeID) is a sub-class that names its own algorithm and its own refusals.
    """

    algorithm: str = "ES256"
    silent: ClassVar[type[Refusal]] = PortalSilent
    not_genuine: ClassVar[type[Refusal]] = SignInNotGenuine
    #: The addresses that must stand in the description.
    wanted: ClassVar[tuple[str, ...]] = _ADDRESSES

    def __init__(
        self, issuer: str, *, line: Line | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.issuer = issuer.rstrip("/")
        self.line = line or Line()
        self.breaker = Breaker()
        self._clock = clock
        self._lock = threading.Lock()
        self._described: tuple[float, Description] | None = None
        self._keys: tuple[float, dict[str, Key]] | None = None

    def description(self) -> Description:
        """Raises PortalSilent, for a portal that describes another one as well."""
        with self._lock:
            if self._described and self._clock() - self._described[0] < _KEPT_SECONDS:
                return self._described[1]
        told = self._json(f"{self.issuer}/.well-known/openid-configuration")
        if told.get("issuer") != self.issuer:
            raise self.silent
        found = {name: told.get(name, "" if name not in self.wanted else None) for name in _ADDRESSES}
        # The portal's own addresses only: a description that leads elsewhere is not followed (mix-up).
        for name, address in found.items():
            if name not in self.wanted and not address:
                continue
            if not isinstance(address, str) or origin(address) != origin(self.issuer):
                raise self.silent
        description = Description(**found)  # type: ignore[arg-type]
        with self._lock:
            self._described = (self._clock(), description)
        return description

    def claims_of(self, token: str, *, kind: str = "JWT") -> dict[str, Any]:
        """The claims of a token that this portal signed with ES256. Raises SignInNotGenuine, PortalSilent."""
        if len(token) > _LONGEST:
            raise self.not_genuine

        def signed_by(shown: GuestProtocol) -> Key:
            key = self._key(str(shown.headers().get("kid")))
            if key is None:
                raise ValueError("no such key")
            return key

        try:
            found = jwt.decode(token, signed_by, algorithms=[self.algorithm])
        except (JoseError, ValueError):
            raise self.not_genuine from None
        if str(found.header.get("typ", "JWT")).lower() != kind.lower():
            raise self.not_genuine
        return dict(found.claims)

    def usable(self, told: list[Any]) -> "list[tuple[str, Key]]":
        """Of the keys that were shown, those that ``algorithm`` can be checked with, by their ids."""
        wanted = _SHAPES[self.algorithm]
        found: list[tuple[str, Key]] = []
        for key in told:
            if not isinstance(key, dict) or (key.get("kty"), key.get("crv")) != wanted:
                continue
            if key.get("alg", self.algorithm) != self.algorithm or key.get("use", "sig") != "sig":
                continue
            if isinstance(key.get("kid"), str) and "d" not in key:
                try:
                    found.append((key["kid"], _imported(key)))
                except (JoseError, ValueError):
                    continue
        return found

    def _key(self, kid: str) -> Key | None:
        with self._lock:
            kept = self._keys
        age = self._clock() - kept[0] if kept else _KEPT_SECONDS
        if kept and (age < _ASKED_AGAIN_SECONDS or (kid in kept[1] and age < _KEPT_SECONDS)):
            return kept[1].get(kid)
        told = self._json(self.description().jwks_uri).get("keys")
        keys = dict(self.usable(told if isinstance(told, list) else []))
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
            raise self.silent from broken


def origin(address: str) -> tuple[str, str]:
    """Scheme, and host with port."""
    parts = urlsplit(address)
    return parts.scheme, parts.netloc


def _imported(key: dict[str, Any]) -> Key:
    if key["kty"] == "EC":
        return ECKey.import_key(key)
    found = RSAKey.import_key(key)
    if found.public_key.key_size < _SHORTEST_RSA:
        raise ValueError("short key")
    return found
