"""Whoever holds the key of a token, and what they show with each call."""

import base64
import hashlib
import time
import uuid
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

#: The key that tokens of these tests are made out to, unless they say otherwise.
KEY = ECKey.generate_key("P-256")


def thumbprint(key: ECKey = KEY) -> str:
    return key.thumbprint()


def public(key: ECKey = KEY) -> dict[str, Any]:
    shown = key.as_dict(private=False)
    return {part: shown[part] for part in ("kty", "crv", "x", "y")}


def proof(
    method: str,
    address: str,
    token: str = "",
    *,
    key: ECKey = KEY,
    head: dict[str, Any] | None = None,
    **told: Any,
) -> str:
    """A proof of now; ``None`` leaves a part out."""
    claims = {
        "jti": uuid.uuid4().hex,
        "htm": method,
        "htu": address,
        "iat": int(time.time()),
        "ath": hash_of(token) if token else None,
        **told,
    }
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": public(key), **(head or {})}
    return jwt.encode(
        {name: value for name, value in header.items() if value is not None},
        {name: value for name, value in claims.items() if value is not None},
        key,
    )


def hash_of(token: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()


def headers(method: str, address: str, token: str, *, key: ECKey = KEY, **told: Any) -> dict[str, str]:
    """As a holder calls."""
    return {"Authorization": f"DPoP {token}", "DPoP": proof(method, address, token, key=key, **told)}
