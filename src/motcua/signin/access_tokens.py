"""Thẻ truy cập: what a system shows at each call, signed by us and good for ten minutes at most (RFC 9068).

Who holds one was let in by a token endpoint; what the system may do is read from its live registration at every
call all the same (``clients.live_registration``), so that stopping it works with the next call.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.util import json_b64decode

from motcua.kernel.refusal import Refusal
from motcua.signin import own_issuer, signing_keys

LIFE: Final = timedelta(minutes=10)
TOKEN_TYPE: Final = "at+jwt"  # noqa: S105 - the media type of RFC 9068
_LONGEST: Final = 4096
_SKEW: Final = 30


class AccessTokenNotTrusted(Refusal):
    """Missing, forged, changed, lapsed or meant for somebody else; ``details`` never say which to the caller."""

    code = "access_token_not_trusted"
    status = 401
    message = (
        "Thẻ truy cập không có hoặc không còn hiệu lực. Đề nghị hệ thống kết nối xin thẻ mới rồi gọi lại."
    )


@dataclass(frozen=True, slots=True)
class AccessToken:
    """``subject`` is the person's opaque id at that client, empty for a call in the system's own name."""

    client_id: str
    scopes: frozenset[str]
    jti: str
    expires_at: int
    subject: str = ""
    session: str = field(default="", repr=False)
    #: The sign-in it was issued from (``sign_ins``), which must still stand; empty for a system's own call.
    sign_in: str = ""
    #: The thumbprint of the key that must be shown with it (RFC 9449, 6.1); empty: whoever has it may show it.
    bound_to: str = ""


def issue(
    *,
    client_id: str,
    scopes: frozenset[str],
    now: datetime,
    subject: str = "",
    session: str = "",
    sign_in: str = "",
    bound_to: str = "",
) -> str:
    """A token for one client; ``session`` is what that client knows the person's session by, if any."""
    issued, ours = int(now.timestamp()), own_issuer.named()
    claims: dict[str, Any] = {
        "iss": ours,
        "aud": ours,
        "sub": subject or client_id,
        "client_id": client_id,
        "scope": " ".join(sorted(scopes)),
        "iat": issued,
        "exp": issued + int(LIFE.total_seconds()),
        "jti": uuid.uuid4().hex,
    }
    if session:
        claims["sid"] = session
    if sign_in:
        claims["sign_in"] = sign_in
    if bound_to:
        claims["cnf"] = {"jkt": bound_to}
    key = signing_keys.standing().signing
    return jwt.encode({"alg": signing_keys.ALGORITHM, "typ": TOKEN_TYPE, "kid": str(key.kid)}, claims, key)


def read(token: str, *, now: datetime) -> AccessToken:
    """What a token says. Raises AccessTokenNotTrusted."""
    if len(token) > _LONGEST:
        raise AccessTokenNotTrusted
    try:
        # Which keys are believed is asked each time; that one of them signed this very token is true for good.
        found = _signed(token, signing_keys.believed(_kid_of(token.partition(".")[0])))
    except (JoseError, ValueError, RecursionError):
        raise AccessTokenNotTrusted from None
    claims = found.claims
    at = int(now.timestamp())
    trusted = (
        found.header.get("typ") == TOKEN_TYPE
        and claims.get("iss") == claims.get("aud") == own_issuer.named()
        and isinstance(claims.get("exp"), int)
        and isinstance(claims.get("iat"), int)
        and claims["iat"] - _SKEW <= at < claims["exp"] <= claims["iat"] + LIFE.total_seconds()
        and all(isinstance(claims.get(name), str) for name in ("sub", "client_id", "scope", "jti"))
    )
    if not trusted:
        raise AccessTokenNotTrusted
    subject = "" if claims["sub"] == claims["client_id"] else str(claims["sub"])
    return AccessToken(
        client_id=claims["client_id"],
        scopes=frozenset(claims["scope"].split()),
        jti=claims["jti"],
        expires_at=claims["exp"],
        subject=subject,
        session=str(claims.get("sid", "")),
        sign_in=str(claims.get("sign_in", "")),
        bound_to=_holder(claims),
    )


def _signed(token: str, key: ECKey) -> jwt.Token:
    """A token is shown with each call for ten minutes: its signature is verified once by each process.

    By this very key, which stays one object while it is believed: its thumbprint would be reckoned at each call.
    """
    by, found = _verified.get(token, (None, None))
    if by is not key or found is None:
        found = jwt.decode(token, key, algorithms=[signing_keys.ALGORITHM])
        if len(_verified) >= _MOST_KEPT:
            _verified.clear()
        _verified[token] = (key, found)
    return found


_MOST_KEPT: Final = 1_024
_verified: dict[str, tuple[ECKey, jwt.Token]] = {}


@lru_cache(maxsize=256)
def _kid_of(head: str) -> str:
    """Raises ValueError."""
    read = json_b64decode(head.encode("ascii"))
    if not isinstance(read, dict):
        raise ValueError("no header")
    return str(read.get("kid"))


def _holder(claims: dict[str, Any]) -> str:
    """Whose token it is. One that is bound in a way we do not know is not taken for one that is not bound."""
    if "cnf" not in claims:
        return ""
    held = claims["cnf"]
    if (
        not isinstance(held, dict)
        or set(held) != {"jkt"}
        or not isinstance(held["jkt"], str)
        or not held["jkt"]
    ):
        raise AccessTokenNotTrusted
    return held["jkt"]
