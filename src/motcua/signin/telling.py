"""Trả lời về một người: what a token is good for at the portal's own address (OpenID Connect Core, 5.3)."""

from typing import Any

from django.utils import timezone

from motcua.signin import access_tokens, claims, grants, sign_ins
from motcua.signin.access_tokens import AccessTokenNotTrusted
from motcua.signin.models import SignIn
from motcua.signin.server import calls_from_home


def person_of(token: str, *, address: str) -> dict[str, Any]:
    """What the system of this token may know now. Raises AccessTokenNotTrusted for every other case."""
    sign_in, scopes = holder_of(token, address=address)
    return claims.of_person(sign_in, scopes)


def holder_of(token: str, *, address: str) -> tuple[SignIn, frozenset[str]]:
    """The sign-in behind a person's token that is good at this moment, and the scopes of the token.

    Looked at: the token, its sign-in, the session at the portal, the system's registrations, where it calls from.
    Raises AccessTokenNotTrusted.
    """
    read = access_tokens.read(token, now=timezone.now())
    client = grants.server().query_client(read.client_id)
    if client is None or not calls_from_home(client, address):
        raise AccessTokenNotTrusted
    sign_in = sign_ins.by_token(read.sign_in, client_id=read.client_id)
    if sign_in is None or sign_in.subject != read.subject or "openid" not in read.scopes:
        raise AccessTokenNotTrusted
    if grants.still_agreed(sign_in, client) is None:
        raise AccessTokenNotTrusted
    return sign_in, read.scopes & set(sign_in.scopes)
