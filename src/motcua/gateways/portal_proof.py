"""Bằng chứng giữ thẻ của một cửa: with each call, that the token is shown by the desk itself (RFC 9449).

The key is the desk's own, the one two officers registered: every process of the desk has it, and a person's token that
one of them fetched is shown by another.
"""

import base64
import binascii
import hashlib
import json
import time
import uuid
from pathlib import Path

from django.conf import settings
from joserfc import jwt
from joserfc.jwk import ECKey

from motcua.gateways.client_keys import client_key


def proof(method: str, address: str, *, token: str = "", key: ECKey | None = None) -> str:
    """Good for one call in the next minute; ``address`` without its query."""
    holder = key or client_key(Path(settings.PORTAL_CLIENT_KEY))
    claims = {"jti": uuid.uuid4().hex, "htm": method, "htu": address, "iat": int(time.time())}
    if token:
        claims["ath"] = _spelt(hashlib.sha256(token.encode()).digest())
    shown = holder.as_dict(private=False)
    public = {part: shown[part] for part in ("kty", "crv", "x", "y")}
    return jwt.encode({"alg": "ES256", "typ": "dpop+jwt", "jwk": public}, claims, holder)


def headers(method: str, address: str, token: str, *, key: ECKey | None = None) -> dict[str, str]:
    """How a token is shown: with a proof, unless it is one of before, that is not made out to anybody."""
    if not _is_bound(token):
        return {"Authorization": f"Bearer {token}"}
    return {"Authorization": f"DPoP {token}", "DPoP": proof(method, address, token=token, key=key)}


def _is_bound(token: str) -> bool:
    """Read without being believed: for ten minutes after an update people still hold tokens from before it."""
    part = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        told = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error):
        return True
    return not isinstance(told, dict) or "cnf" in told


def _spelt(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
