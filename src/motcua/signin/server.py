"""Máy chủ cấp phép: the OAuth library's server, told where our systems, sign-ins and keys are.

Of the library: the order of the checks, PKCE, the system's proof, the ID token. Ours: what two officers agreed
(``trusted_client``), what one UPDATE decides (``sign_ins``), which key signs (``signing_keys``). What is optional and
weaker is left out: one response type, one way to prove a system, S256 only.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import InvalidClientError, OAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from django.utils import timezone

from motcua.signin import access_tokens, clients, entries, proofs
from motcua.signin.own_issuer import issuer
from motcua.signin.proofs import Shown
from motcua.signin.scopes import split
from motcua.signin.trusted_client import TrustedClient


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire: a document, or a redirection when there is a ``location``."""

    status: int
    body: Any = field(repr=False)
    headers: dict[str, str] = field(repr=False, default_factory=dict)

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


class Request(OAuth2Request):  # type: ignore[misc]
    """One request as the library reads it; ``asked`` holds each parameter once, ``address`` where it came from.

    ``came``: the proof beside it, if the call is one that may bring some.
    """

    def __init__(
        self,
        *,
        method: str,
        asked: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
        address: str = "",
        came: Shown | None = None,
    ) -> None:
        # Whether the wire is safe is decided before any view (SECURE_SSL_REDIRECT), behind a proxy as well.
        super().__init__(method, "https://portal.invalid/", headers=headers or {})
        self._asked = dict(asked)
        self.payload = BasicOAuth2Payload(self._asked)
        self.address = address
        self.came = came
        #: The key that tokens are made out to; empty: whoever has one may show it.
        self.held_by = ""

    @property
    def args(self) -> dict[str, str]:
        return self._asked

    @property
    def form(self) -> dict[str, str]:
        return self._asked


class Server(AuthorizationServer):  # type: ignore[misc]
    """The library's server on our tables."""

    def query_client(self, client_id: str) -> TrustedClient | None:
        keys = clients.live_registration(client_id, today=timezone.localdate())
        if keys is None:
            return None
        return TrustedClient(client=keys.client, keys=keys, sign_in=entries.standing_of(keys.client))

    def authenticate_client(self, request: Request, methods: list[str], endpoint: str = "token") -> Any:
        client = super().authenticate_client(request, methods, endpoint)
        if not calls_from_home(client, request.address):
            raise InvalidClientError(description="The address is not registered for this client.")
        return client

    def save_token(self, token: Any, request: Any) -> None:
        """Nothing: what is issued was written down before it was signed, and tokens are stored nowhere."""

    def create_oauth2_request(self, request: Request) -> Request:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Answer:
        return Answer(status=status, body=body, headers=dict(headers))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""


def calls_from_home(client: TrustedClient, address: str) -> bool:
    """Whether the address lies in the networks that two officers agreed to."""
    try:
        at = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(at, ipaddress.IPv6Address) and at.ipv4_mapped is not None:
        at = at.ipv4_mapped
    return any(at in ipaddress.ip_network(net) for net in client.keys.addresses)


@dataclass(frozen=True, slots=True)
class OfWhom:
    """The person a token speaks of, as their system knows them; all empty for a token in the system's own name."""

    subject: str = ""
    session: str = field(default="", repr=False)
    sign_in: str = ""


def bearer(client: TrustedClient, *, whom: OfWhom, scope: str | None, held_by: str) -> dict[str, Any]:
    """A token: signed, ten minutes at most, for a person's sign-in or the system itself, made out to a key if any."""
    scopes = split(scope or "")
    return {
        "token_type": proofs.TOKEN_TYPE if held_by else "Bearer",
        "expires_in": int(access_tokens.LIFE.total_seconds()),
        "scope": " ".join(sorted(scopes)),
        "access_token": access_tokens.issue(
            client_id=client.client_id,
            scopes=scopes,
            now=timezone.now(),
            subject=whom.subject,
            session=whom.session,
            sign_in=whom.sign_in,
            bound_to=held_by,
        ),
    }


def audiences() -> list[str]:
    """As whom a system may address us in its proof."""
    return [issuer(), f"{issuer()}/oauth2/token"]
