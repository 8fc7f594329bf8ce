"""Thẻ của hệ thống: tokens that a system gets in its own name, the only ones where no accounts are (ADR 0042)."""

from functools import lru_cache
from typing import ClassVar

from authlib.oauth2.rfc6749 import InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant

from motcua.signin.assertions import ClientProof
from motcua.signin.holding import Held
from motcua.signin.scopes import split
from motcua.signin.server import Server, audiences
from motcua.signin.trusted_client import AUTH_METHOD


class OwnNameGrant(Held, ClientCredentialsGrant):  # type: ignore[misc]
    """A system in its own name: what its registration allows, and nobody's person."""

    IN_OWN_NAME = True
    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = [AUTH_METHOD]

    def validate_requested_scope(self) -> None:
        agreed = frozenset(self.request.client.keys.scopes)
        asked = split(self.request.payload.scope or "") or agreed
        if not asked <= agreed:
            raise InvalidScopeError
        self.request.payload.data["scope"] = " ".join(sorted(asked))


def made() -> Server:
    """A server that believes systems by their keys and gives tokens in their own name."""
    server = Server()
    server.register_client_auth_method(AUTH_METHOD, ClientProof(audiences))
    server.register_grant(OwnNameGrant)
    return server


@lru_cache(maxsize=1)
def server() -> Server:
    """One for the process; it holds no state. Nobody signs in through it."""
    return made()
