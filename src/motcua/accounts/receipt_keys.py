"""Khóa ký biên nhận: which key signs receipts now, which ones are believed, which ones signed once.

The first key is the installation's own (``receipt.pem``); each later one is a row, sealed (``receipt_rotation``), and
with the first of them the installation's own gets a row as well. A key that signs no more stays believed until the
last receipt it signed has lapsed, and readable ever after: receipts are read again for years.
"""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.db import connection
from joserfc.jwk import ECKey

from motcua.accounts.models import ReceiptKey

#: How long a process goes on with what it read: what is lost is believed nowhere after this (SPEC 4: 5 seconds).
KEPT_SECONDS: Final = 5.0
COLUMN: Final = "accounts_receiptkey.private"

#: Which key signs, by the database's clock; NULL while there is only the installation's own.
SIGNING: Final = """
    SELECT kid FROM accounts_receiptkey
     WHERE lost_at IS NULL AND signs_from <= clock_timestamp() ORDER BY signs_from DESC, id DESC LIMIT 1
"""
# A receipt lives 15 minutes; five more for clocks that differ.
_ALL: Final = f"""
    SELECT kid, public, signs_from, lost_at, kid = ({SIGNING}),
           CASE WHEN lost_at IS NOT NULL THEN lost_at
                WHEN ended_at + interval '20 minutes' <= clock_timestamp() THEN ended_at + interval '20 minutes' END
      FROM (SELECT k.*, lead(signs_from) OVER (PARTITION BY lost_at IS NULL ORDER BY signs_from, id) AS ended_at
              FROM accounts_receiptkey k) each_key
     ORDER BY signs_from DESC, id DESC
"""  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class Kept:
    """One key. ``until``: from then on its receipts are believed no more, except those that were looked at before."""

    kid: str
    public: EllipticCurvePublicKey = field(repr=False)
    signs: bool
    until: datetime | None = None
    lost: bool = False


def every() -> tuple[Kept, ...]:
    """Every key there ever was, the newest first; one read, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL)
        rows = cursor.fetchall()
    if not rows:
        own = settings.KEYRING.receipt_key.public_key()
        return (Kept(jwk(own)["kid"], own, signs=True),)
    return tuple(
        Kept(kid, _public(_read(public)), signs=bool(signs), until=until, lost=lost_at is not None)
        for kid, public, _, lost_at, signs, until in rows
    )


def known(kid: str = "") -> tuple[Kept, ...]:
    """The same, read anew after some seconds, or when a receipt names a key that was not there."""
    now = time.monotonic()
    read_at, keys = _lately[0]
    if now - read_at > KEPT_SECONDS or (kid and all(one.kid != kid for one in keys)):
        keys = every()
        _lately[0] = (now, keys)
    return keys


_NEVER: Final[tuple[float, tuple[Kept, ...]]] = (float("-inf"), ())
#: Replaced whole: a thread sees what was read before or after, never a part.
_lately = [_NEVER]


def forget() -> None:
    """Read anew next time, as another process would."""
    _lately[0] = _NEVER


def private_key(kid: str | None) -> EllipticCurvePrivateKey:
    """The key that signs under this id; ``None``: the installation's own."""
    own: EllipticCurvePrivateKey = settings.KEYRING.receipt_key
    return own if kid is None else _private(kid, own)


def signing_key() -> EllipticCurvePrivateKey:
    """The key that signs now."""
    with connection.cursor() as cursor:
        cursor.execute(SIGNING)
        row = cursor.fetchone()
    return private_key(row[0] if row else None)


def believed(keys: Iterable[Kept]) -> list[Kept]:
    return [one for one in keys if one.until is None]


def ever_ours(kid: str = "") -> list[EllipticCurvePublicKey]:
    """The keys that nobody but us ever had, the named one first: for receipts that come back days later."""
    ours = [one for one in known(kid) if not one.lost]
    return [one.public for one in sorted(ours, key=lambda one: one.kid != kid)]


def published() -> list[dict[str, str]]:
    """Every key whose receipts are still believed, and the one that signs next; as RFC 7517 says it."""
    return [jwk(one.public) for one in sorted(believed(every()), key=lambda one: not one.signs)]


def retired() -> list[dict[str, Any]]:
    """Every key whose receipts count only for whoever looked at them in time: until when, and whether it was lost."""
    return [
        {**jwk(one.public), "until": one.until, "lost": one.lost} for one in every() if one.until is not None
    ]


def jwk(key: EllipticCurvePublicKey) -> dict[str, str]:
    """As it is published (RFC 7517); ``kid`` is its thumbprint (RFC 7638)."""
    numbers = key.public_numbers()
    counted = {
        "crv": "P-256",
        "kty": "EC",
        "x": _b64(numbers.x.to_bytes(32, "big")),
        "y": _b64(numbers.y.to_bytes(32, "big")),
    }
    printed = sha256(json.dumps(counted, separators=(",", ":")).encode()).digest()
    return {**counted, "kid": _b64(printed), "alg": "ES256", "use": "sig"}


@lru_cache(maxsize=16)
def _private(kid: str, own: EllipticCurvePrivateKey) -> EllipticCurvePrivateKey:
    sealed = ReceiptKey.objects.values_list("private", flat=True).get(kid=kid)
    if sealed is None:
        return own
    key = load_pem_private_key(settings.KEYRING.open(COLUMN, kid, bytes(sealed)).encode(), None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError("not an EC key")
    return key


def _public(parts: dict[str, str | list[str]]) -> EllipticCurvePublicKey:
    key = ECKey.import_key(parts).get_op_key("verify")
    if not isinstance(key, EllipticCurvePublicKey):
        raise TypeError("not an EC key")
    return key


def _read(public: Any) -> dict[str, str | list[str]]:
    read: dict[str, str | list[str]] = json.loads(public) if isinstance(public, str) else public
    return read


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
