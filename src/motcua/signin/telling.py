"""Trả lời về một người: what a token is good for at the portal's own address (OpenID Connect Core, 5.3)."""

from typing import Any

from django.utils import timezone

from motcua.signin import access_tokens, claims, grants, proof_refusals, proofs, sign_ins
from motcua.signin.access_tokens import AccessTokenNotTrusted
from motcua.signin.models import SignIn
from motcua.signin.proofs import ProofRefused, Shown
from motcua.signin.server import calls_from_home


def person_of(came: Shown, *, address: str) -> dict[str, Any]:
    """What the system of this token may know now. Raises as ``holder_of``."""
    sign_in, scopes = holder_of(came, address=address)
    return claims.of_person(sign_in, scopes)


def holder_of(came: Shown, *, address: str) -> tuple[SignIn, frozenset[str]]:
    """The sign-in behind a person's token that is good at this moment, and the scopes of the token.

    Looked at: the token, its holder's proof where it is made out to one, its sign-in, the session at the portal, the
    system's registrations, where it calls from.
    Raises AccessTokenNotTrusted, ProofWanted, ProofNotTrusted, ProofRepeated.
    """
    read = access_tokens.read(came.token, now=timezone.now())
    try:
        if proof := proofs.of_call(came, bound_to=read.bound_to):
            proofs.spend(proof)
    except ProofRefused as no:
        proof_refusals.note(no, client_id=read.client_id)
        raise
    client = grants.server().query_client(read.client_id)
    if client is None or not calls_from_home(client, address):
        raise AccessTokenNotTrusted
    sign_in = sign_ins.by_token(read.sign_in, client_id=read.client_id)
    if sign_in is None or sign_in.subject != read.subject or "openid" not in read.scopes:
        raise AccessTokenNotTrusted
    if grants.still_agreed(sign_in, client) is None:
        raise AccessTokenNotTrusted
    return sign_in, read.scopes & set(sign_in.scopes)
