"""Thẻ định danh được đưa lại: an ID token of ours that a system shows to say whom it means (``id_token_hint``)."""

from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError

from motcua.signin import signing_keys
from motcua.signin.own_issuer import issuer

_LONGEST: Final = 8192


def claims_of(token: str) -> dict[str, Any] | None:
    """The claims of an ID token of ours, lapsed or not; None for anything else."""
    if not token or len(token) > _LONGEST:
        return None
    try:
        found = jwt.decode(token, signing_keys.key_of, algorithms=[signing_keys.ALGORITHM])
    except (JoseError, ValueError, RecursionError):
        return None
    ours = found.claims.get("iss") == issuer() and found.header.get("typ") == "JWT"
    return dict(found.claims) if ours else None


def subject_of(token: str, *, client_id: str) -> str | None:
    """Whom the token names at this system; None for a token that is not ours, or of another system."""
    claims = claims_of(token)
    if claims is None or claims.get("aud") != client_id or not isinstance(claims.get("sub"), str):
        return None
    return str(claims["sub"])
