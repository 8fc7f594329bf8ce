"""Khóa của Cổng: with which public keys the portal signs its receipts.

Where the portal is here too, its own key says so. Elsewhere the keys were fetched from the portal and lie in a file
(``PORTAL_KEYS_FILE``), so that believing a receipt needs no line to the portal; keys that it signs with no more stay
in it, because what they signed is read again for years.
"""

import json
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from joserfc.errors import JoseError
from joserfc.jwk import ECKey


def known() -> tuple[ec.EllipticCurvePublicKey, ...]:
    """The keys, the newest first; none when none was fetched yet."""
    if settings.HOSTS_PORTAL:
        return (settings.KEYRING.receipt_key.public_key(),)
    path = Path(settings.PORTAL_KEYS_FILE)
    try:
        written_at = path.stat().st_mtime_ns
    except FileNotFoundError:
        return ()
    return _read(path, written_at)


def parse(text: str) -> tuple[ec.EllipticCurvePublicKey, ...]:
    """The P-256 keys of a JWK set; ValueError for anything else."""
    found = json.loads(text)
    keys = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(keys, list) or not keys:
        raise ValueError("not a JWK set")
    return tuple(_public(key) for key in keys)


@lru_cache(maxsize=4)
def _read(path: Path, written_at: int) -> tuple[ec.EllipticCurvePublicKey, ...]:
    return parse(path.read_text(encoding="utf-8"))


def _public(key: object) -> ec.EllipticCurvePublicKey:
    if not isinstance(key, dict) or (key.get("kty"), key.get("crv")) != ("EC", "P-256") or "d" in key:
        raise ValueError("not a public P-256 key")
    try:
        public = ECKey.import_key(key).get_op_key("verify")
    except JoseError as no:
        raise ValueError("not a public P-256 key") from no
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise ValueError("not a public P-256 key")
    return public
