"""The line to the portal: a token by private_key_jwt, a proof with each call that it is shown by its holder (DPoP).

Retries never do a write twice; refusals are exceptions.
"""

import base64
import hashlib
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_LIFE: Final = 60
#: A token is renewed this long before it lapses.
_EARLY: Final = 30
#: Worth asking again; 409 only for a write that a twin of this call is doing.
_AGAIN: Final = frozenset({429, 502, 503, 504})
_LONGEST_PAUSE: Final = 10.0


class Unreachable(Exception):
    """No answer that can be believed. Of an account check: unknown, never "no account"."""


class NotTheHoldersToken(Exception):
    """A proof was sent, and the token that came serves whoever has it. It is not shown to anybody: who answered at
    ``token_url`` is not the portal, or something between drops the header ``DPoP``. Ask the portal's people.
    """


@dataclass(eq=False)
class Refused(Exception):
    """The portal's no. ``code`` is for programs, ``detail`` for people; ``request_id`` finds it in the portal's log."""

    status: int
    code: str
    detail: str
    request_id: str = ""

    def __str__(self) -> str:
        return f"{self.status} {self.code}"


@dataclass
class Line:
    """How a system reaches the portal. ``private_key`` is a PEM or JWK of ECDSA P-256; it never leaves the process.

    ``holder_key``: what tokens are made out to, a new one for each process. Keep one when several processes show the
    tokens of people who sign in through your system, and sign their exchange with ``proof`` as well.
    """

    base_url: str
    client_id: str
    private_key: ECKey = field(repr=False)
    key_id: str
    scopes: str
    holder_key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"), repr=False)
    token_url: str = ""
    issuer: str = ""
    timeout: httpx.Timeout = field(default_factory=lambda: httpx.Timeout(3.0, connect=1.0))
    tries: int = 3
    transport: httpx.BaseTransport | None = field(default=None, repr=False)
    pause: Callable[[float], None] = field(default=time.sleep, repr=False)

    def __post_init__(self) -> None:
        self.base_url = self.base_url.rstrip("/")
        self._http = httpx.Client(
            base_url=self.base_url,
            timeout=self.timeout,
            transport=self.transport,
            follow_redirects=False,
            trust_env=False,
        )
        self._token, self._until = "", 0.0
        self._lock = threading.Lock()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        file: tuple[str, bytes] | None = None,
        key: str = "",
        token: str = "",
        public: bool = False,
    ) -> httpx.Response:
        """One operation, asked again while that may help, always under the same ``key``.

        ``token``: of a person who is signed in; else the system's own. Raises Refused, Unreachable,
        NotTheHoldersToken.
        """
        headers = {"Idempotency-Key": key} if key else {}
        # Without a key a write that got no answer may have been done: it is asked only once.
        tries = self.tries if key or method == "GET" else 1
        for nth in range(1, tries + 1):
            if not public:
                headers.update(self._shown(method, path, token or self._own_token()))
            try:
                answer = self._http.request(
                    method,
                    path,
                    json=body,
                    params=query,
                    data=form,
                    files={"file": file} if file else None,
                    headers=headers,
                )
            except httpx.TransportError as broken:
                if nth == tries:
                    raise Unreachable from broken
                self.pause(_pause(nth, None))
                continue
            if answer.is_success:
                return answer
            no = _refusal(answer)
            if nth == tries or not (answer.status_code in _AGAIN or no.code == "write_under_way"):
                raise no
            self.pause(_pause(nth, answer))
        raise Unreachable

    def proof(self, method: str, address: str, token: str = "") -> str:
        """For one call within a minute (RFC 9449): ``address`` without query; ``token`` is what is shown with it."""
        claims = {"jti": uuid.uuid4().hex, "htm": method, "htu": address, "iat": int(time.time())}
        if token:
            digest = hashlib.sha256(token.encode()).digest()
            claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        key = self.holder_key.as_dict(private=False)
        public = {part: key[part] for part in ("kty", "crv", "x", "y")}
        return jwt.encode({"alg": "ES256", "typ": "dpop+jwt", "jwk": public}, claims, self.holder_key)

    def _shown(self, method: str, path: str, token: str) -> dict[str, str]:
        return {
            "Authorization": f"DPoP {token}",
            "DPoP": self.proof(method, f"{self.base_url}{path}", token),
        }

    def _own_token(self) -> str:
        with self._lock:
            if time.monotonic() >= self._until:
                self._token, life = self._asked_token()
                self._until = time.monotonic() + max(life - _EARLY, 0)
            return self._token

    def _asked_token(self) -> tuple[str, float]:
        address = self.token_url or f"{self.base_url}/oauth2/token"
        try:
            answer = self._http.post(
                address,
                data={
                    "grant_type": "client_credentials",
                    "scope": self.scopes,
                    "client_assertion_type": _ASSERTION,
                    "client_assertion": self._assertion(),
                },
                headers={"DPoP": self.proof("POST", address)},
            )
        except httpx.TransportError as broken:
            raise Unreachable from broken
        if not answer.is_success:
            raise _refusal(answer)
        said = answer.json()
        if str(said.get("token_type", "")).lower() != "dpop":  # RFC 9449, 5
            raise NotTheHoldersToken
        return str(said["access_token"]), float(said.get("expires_in", 60))

    def _assertion(self) -> str:
        """Good once, for a minute, and for this portal alone (RFC 7523)."""
        now = int(time.time())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.issuer or self.base_url,
            "iat": now,
            "exp": now + _ASSERTION_LIFE,
            "jti": uuid.uuid4().hex,
        }
        return jwt.encode({"alg": "ES256", "kid": self.key_id}, claims, self.private_key)


def _pause(nth: int, answer: httpx.Response | None) -> float:
    said = answer.headers.get("Retry-After", "") if answer is not None else ""
    wait = float(said) if said.isascii() and said.isdecimal() else 0.2 * 2**nth
    return min(wait, _LONGEST_PAUSE)


def _refusal(answer: httpx.Response) -> Refused:
    try:
        said = answer.json()
    except ValueError:
        said = {}
    said = said if isinstance(said, dict) else {}
    return Refused(
        status=answer.status_code,
        code=str(said.get("code") or said.get("error") or "no_problem_document"),
        detail=str(said.get("detail") or said.get("error_description") or ""),
        request_id=str(said.get("request_id", "")),
    )
