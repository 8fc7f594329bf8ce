"""What the OAuth library asks about a system, answered from what two officers agreed."""

from dataclasses import dataclass, field
from typing import Final

from authlib.oauth2.rfc6749 import ClientMixin

from motcua.signin.entries import Entry
from motcua.signin.models import Client, Registration, SignInRegistration
from motcua.signin.scopes import split

AUTH_METHOD: Final = "private_key_jwt"
_PEOPLE: Final = ("authorization_code", "refresh_token")


@dataclass(frozen=True, slots=True)
class TrustedClient(ClientMixin):  # type: ignore[misc]
    """``sign_in`` is None for a system that calls in its own name only."""

    client: Client = field(repr=False)
    keys: Registration = field(repr=False)
    sign_in: SignInRegistration | None = field(repr=False, default=None)

    @property
    def client_id(self) -> str:
        return self.client.client_id

    @property
    def entry(self) -> Entry:
        """Only after ``check_response_type`` or ``check_grant_type`` said yes."""
        assert self.sign_in is not None  # noqa: S101 - the library asks the checks first
        return Entry(client=self.client, keys=self.keys, sign_in=self.sign_in)

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        """None: a request that does not say where to is no request (threats T-32)."""
        return None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Letter by letter (RFC 9700, 2.1)."""
        return self.sign_in is not None and redirect_uri in self.sign_in.redirect_uris

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """All or nothing: what was not agreed is refused, not left out."""
        asked = split(scope or "")
        agreed = frozenset(self.sign_in.scopes) if self.sign_in else frozenset()
        return scope if asked and "openid" in asked and asked <= agreed else None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == AUTH_METHOD

    def check_client_secret(self, client_secret: str) -> bool:
        return False

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and self.sign_in is not None

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials" or (grant_type in _PEOPLE and self.sign_in is not None)
