"""The ways in which a system gets tokens of people: a code of a sign-in, a refresh token; beside its own name."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, Final

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from django.utils import timezone
from joserfc.jwk import ECKey

from motcua.signin import access_tokens, claims, hinting, own_name, sign_ins, signing_keys
from motcua.signin.access_tokens import AccessTokenNotTrusted
from motcua.signin.holding import Held
from motcua.signin.models import SignIn
from motcua.signin.own_issuer import issuer
from motcua.signin.scopes import split
from motcua.signin.server import OfWhom, Request, Server
from motcua.signin.sign_ins import Asked
from motcua.signin.token_tables import End
from motcua.signin.trusted_client import AUTH_METHOD, TrustedClient

ID_TOKEN_SECONDS: Final = 600
PROMPTS: Final = ("none", "login", "consent")
_LONGEST: Final = {"state": 1024, "nonce": 255, "acr_values": 100}
_SECONDS: Final = re.compile(r"[0-9]{1,9}")
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
#: A request inside the request (RFC 9101) is not read, and not passed over either.
NOT_READ: Final = ("request", "request_uri", "registration", "claims")


@dataclass(frozen=True, slots=True)
class Issued:
    """A sign-in as the library asks about a code or a refresh token."""

    sign_in: SignIn = field(repr=False)
    code_challenge_method: ClassVar[str] = "S256"

    @property
    def code_challenge(self) -> str:
        return self.sign_in.code_challenge

    def get_redirect_uri(self) -> str:
        return self.sign_in.redirect_uri

    def get_scope(self) -> str:
        return " ".join(sorted(self.sign_in.scopes))

    def get_nonce(self) -> str:
        return self.sign_in.nonce

    def get_auth_time(self) -> int:
        return int(self.sign_in.signed_in_at.timestamp())

    def get_acr(self) -> str:
        return self.sign_in.acr

    def get_amr(self) -> list[str]:
        return list(self.sign_in.amr)

    def check_client(self, client: TrustedClient) -> bool:
        return bool(self.sign_in.client_id == client.client.pk)


class OfAPerson(Held):
    """A grant whose tokens speak of whoever signed in."""

    def of_whom(self, user: SignIn) -> OfWhom:
        return OfWhom(subject=user.subject, session=user.sid, sign_in=user.public_id.hex)

    def generate_token(
        self,
        user: SignIn | None = None,
        scope: str | None = None,
        grant_type: str | None = None,
        expires_in: int | None = None,
        include_refresh_token: bool = True,
    ) -> dict[str, Any]:
        token = super().generate_token(user, scope, grant_type, expires_in, include_refresh_token)
        if include_refresh_token and user is not None and sign_ins.may_be_renewed(user):
            token["refresh_token"] = sign_ins.refresh_token(user)
        return token


class CodeGrant(OfAPerson, AuthorizationCodeGrant):  # type: ignore[misc]
    """A code, spent by one UPDATE before anything else about it is looked at."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = [AUTH_METHOD]

    def generate_authorization_code(self) -> str:
        request = self.request
        asked = request.payload.data
        return sign_ins.begin(
            visitor=request.user,
            entry=request.client.entry,
            asked=Asked(
                redirect_uri=self.redirect_uri,
                scopes=split(request.scope),
                nonce=asked.get("nonce", ""),
                code_challenge=asked["code_challenge"],
            ),
        )

    def save_authorization_code(self, code: str, request: Request) -> None:
        """Written with the sign-in it belongs to."""

    def query_authorization_code(self, code: str, client: TrustedClient) -> Issued | None:
        spent = sign_ins.spend(code, client_id=client.client_id)
        return Issued(spent) if spent else None

    def delete_authorization_code(self, authorization_code: Issued) -> None:
        """Spent already; its trace is what tells a second use."""

    def authenticate_user(self, authorization_code: Issued) -> SignIn | None:
        return still_agreed(authorization_code.sign_in, self.request.client)


class RefreshGrant(OfAPerson, RefreshTokenGrant):  # type: ignore[misc]
    """Another token for the one that is given up."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = [AUTH_METHOD]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Issued | None:
        renewed = sign_ins.renew(refresh_token, client_id=self.request.client.client_id)
        return Issued(renewed) if renewed else None

    def authenticate_user(self, refresh_token: Issued) -> SignIn | None:
        return still_agreed(refresh_token.sign_in, self.request.client)

    def revoke_old_credential(self, refresh_token: Issued) -> None:
        """Given up before the new one was made."""


class S256Only(CodeChallenge):  # type: ignore[misc]
    """PKCE of every system; the library asks it of public ones only, and knows "plain"."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD: ClassVar = ["S256"]

    def validate_code_challenge(self, grant: CodeGrant, redirect_uri: str) -> None:
        asked = grant.request.payload.data
        if not _CHALLENGE.fullmatch(asked.get("code_challenge", "")):
            raise InvalidRequestError("Missing or invalid 'code_challenge'")
        if asked.get("code_challenge_method") != "S256":
            raise InvalidRequestError("'code_challenge_method' must be S256")


class IdToken(OpenIDCode):  # type: ignore[misc]
    """What a system is told of the sign-in, signed."""

    def exists_nonce(self, nonce: str, request: Request) -> bool:
        """A nonce is for the system's own look (OpenID Connect Core, 3.1.2.1); codes are single, so nothing replays."""
        return False

    def resolve_client_private_key(self, client: TrustedClient) -> ECKey:
        return signing_keys.standing().signing

    def get_client_algorithm(self, client: TrustedClient) -> str:
        return signing_keys.ALGORITHM

    def get_encode_header(self, client: TrustedClient) -> dict[str, str]:
        key = signing_keys.standing().signing
        return {"alg": signing_keys.ALGORITHM, "kid": str(key.kid), "typ": "JWT"}

    def get_client_claims(self, client: TrustedClient) -> dict[str, Any]:
        now = int(timezone.now().timestamp())
        return {"iss": issuer(), "aud": client.client_id, "iat": now, "exp": now + ID_TOKEN_SECONDS}

    def generate_user_info(self, user: SignIn, scope: str) -> dict[str, Any]:
        return claims.of_token(user)


class Narrowed:
    """What a request may hold besides, and how long it may be."""

    def __call__(self, grant: CodeGrant) -> None:
        grant.register_hook("after_validate_authorization_request_payload", self.look)

    def look(self, grant: CodeGrant, redirect_uri: str) -> None:
        asked = grant.request.payload.data
        for name in NOT_READ:
            if name in asked:
                raise InvalidRequestError(f"'{name}' is not supported")
        for name, longest in _LONGEST.items():
            if len(asked.get(name, "")) > longest:
                raise InvalidRequestError(f"'{name}' is too long")
        hint = asked.get("id_token_hint")
        if hint is not None and hinting.subject_of(hint, client_id=grant.request.client.client_id) is None:
            raise InvalidRequestError("'id_token_hint' must be an ID token of this system")
        if asked.get("response_mode", "query") != "query":
            raise InvalidRequestError("'response_mode' must be query")
        if "max_age" in asked and not _SECONDS.fullmatch(asked["max_age"]):
            raise InvalidRequestError("'max_age' must be a number of seconds")
        prompts = asked.get("prompt", "").split()
        if not set(prompts) <= set(PROMPTS) or ("none" in prompts and len(prompts) > 1):
            raise InvalidRequestError("'prompt' must be none, or login, consent")


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    """Giving a token back ends its whole sign-in; a token in a system's own name only lapses (RFC 7009, 2.2.1)."""

    CLIENT_AUTH_METHODS: ClassVar = [AUTH_METHOD]

    def query_token(self, token: str, hint: str | None) -> Issued | None:
        link = sign_ins.of_refresh_token(token)
        if link is not None:
            return Issued(link)
        try:
            read = access_tokens.read(token, now=timezone.now())
        except AccessTokenNotTrusted:
            return None
        found = sign_ins.by_token(read.sign_in, client_id=read.client_id)
        return Issued(found) if found and found.subject == read.subject else None

    def revoke_token(self, token: Issued, request: Request) -> None:
        sign_ins.end(token.sign_in, End.REVOKED)


def still_agreed(sign_in: SignIn, client: TrustedClient) -> SignIn | None:
    """Nothing is issued for information that two officers have taken away meanwhile."""
    agreed = client.sign_in.scopes if client.sign_in else []
    return sign_in if set(sign_in.scopes) <= set(agreed) else None


@lru_cache(maxsize=1)
def server() -> Server:
    """One for the process; it holds no state."""
    made = own_name.made()
    made.register_grant(CodeGrant, [S256Only(required=True), Narrowed(), IdToken()])
    made.register_grant(RefreshGrant)
    made.register_endpoint(Revocation)
    return made
