"""Lời chứng của hệ thống: a system proves who it is with a key of its own, once per proof (RFC 7523, threats T-29)."""

from collections.abc import Callable
from typing import Any, Final

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from django.conf import settings
from django.db import connection
from django.utils import timezone
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, GuestProtocol

from motcua import journal
from motcua.signin.trusted_client import AUTH_METHOD, TrustedClient

#: The longest life of one proof; an older one could have lain somewhere.
LONGEST_SECONDS: Final = 300
_SKEW: Final = 30
_LONGEST: Final = 4096
_JTI: Final = range(8, 201)

_BELIEVE_ONCE: Final = """
    INSERT INTO signin_usedassertion (client_id, jti_hash, until)
    SELECT id, %s, to_timestamp(%s) + interval '1 minute' FROM signin_client WHERE client_id = %s
    ON CONFLICT DO NOTHING
"""
_FORGET: Final = "DELETE FROM signin_usedassertion WHERE until < clock_timestamp()"


class ClientProof(JWTBearerClientAssertion):  # type: ignore[misc]
    """The library's validator, narrowed: ES256 by a key that is named, for this portal only, five minutes at most."""

    CLIENT_AUTH_METHOD = AUTH_METHOD

    def __init__(self, audiences: Callable[[], list[str]]) -> None:
        super().__init__(validate_jti=True, leeway=_SKEW)
        self.audiences = audiences

    def __call__(self, query_client: Callable[[str], TrustedClient | None], request: Any) -> Any:
        client = super().__call__(query_client, request)
        if client is not None and request.form.get("client_id", client.client_id) != client.client_id:
            raise InvalidClientError(description="client_id is not the one of the assertion.")
        return client

    def extract_assertion(self, assertion: str) -> Any:
        try:
            if len(assertion) <= _LONGEST:
                return super().extract_assertion(assertion)
        except (ValueError, RecursionError):  # neither base64 nor text
            pass
        raise InvalidClientError(description="Invalid JWT assertion.")

    def get_audiences(self) -> list[str]:
        return self.audiences()

    def resolve_client_public_key(self, client: TrustedClient) -> Any:
        registered = {key["kid"]: key for key in client.keys.jwks["keys"]}

        def named(token: GuestProtocol) -> ECKey:
            return ECKey.import_key(registered[str(token.headers().get("kid"))])

        return named

    def process_assertion_claims(self, assertion: str, resolve_key: Any) -> Any:
        try:
            token = jwt.decode(assertion, resolve_key, algorithms=["ES256"])
        except (JoseError, ValueError, KeyError):
            raise InvalidClientError(description="The assertion is not signed by a registered key.") from None
        self.verify_claims(token.claims)
        return token.claims

    def verify_claims(self, claims: dict[str, Any]) -> None:
        now = int(timezone.now().timestamp())
        until, issued, audience = claims.get("exp"), claims.get("iat", now), claims.get("aud")
        if isinstance(audience, list) and len(audience) != 1:
            raise InvalidClientError(description="The assertion is meant for more than this portal.")
        if type(until) is not int or type(issued) is not int:
            raise InvalidClientError(description="The assertion says no time.")
        if until > now + LONGEST_SECONDS + _SKEW or until > issued + LONGEST_SECONDS or until <= now - _SKEW:
            raise InvalidClientError(description="The assertion lives too long, or no longer.")
        super().verify_claims(claims)

    def validate_jti(self, claims: dict[str, Any], jti: object) -> bool:
        """One INSERT decides, and stays whatever becomes of the request."""
        if not isinstance(jti, str) or len(jti) not in _JTI:
            return False
        with connection.cursor() as cursor:
            mark = settings.KEYRING.mac("client-assertion", jti)
            cursor.execute(_BELIEVE_ONCE, [mark, claims["exp"], claims["sub"]])
            fresh = bool(cursor.rowcount == 1)
        if not fresh:
            journal.record("signin.assertion.repeated", subject=f"client:{claims['sub']}")
        return fresh


def forget_used() -> int:
    """Delete proofs that could not be believed any more anyway; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)
        return int(cursor.rowcount)
