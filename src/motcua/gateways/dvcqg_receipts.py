"""The desk's own word about what Cổng DVCQG answered: it signs no receipts itself, and the gate wants one.

Problem: a dossier needs a receipt that can be verified for years, and DVCQG answers in bare JSON. Choice: this
adapter signs what it heard with this installation's receipt key, marked ``via: dvcqg``, with TechID as subject.
Price: such a receipt proves what we wrote down at that moment, not what DVCQG said (docs/dvcqg.md).
The owner's number travels inside, sealed: the national store is asked by number, and the desk's ports know none.
"""

import base64
import binascii
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings

from motcua.desk.portal_keys import PortalKey
from motcua.desk.ports import RECEIPT_TYPE, OwnerStatus
from motcua.desk.receipts import LONGEST_LIFE
from motcua.kernel.sealing import SealBroken

VIA: Final = "dvcqg"
_FIELD: Final = "gateways.dvcqg.number"


@dataclass(frozen=True, slots=True)
class Account:
    """What DVCQG said of an account. ``kind`` is LoaiTaiKhoan; ``verified``: checked with VNeID.

    ``number`` is empty in a receipt whose key is gone: it is asked with for hours, the rest is read for years.
    """

    tech_id: str
    kind: str
    verified: bool
    number: str = field(repr=False)


def sign(account: Account, *, purpose: str, status: OwnerStatus, now: datetime) -> str:
    """A compact JWS that the desk believes as it believes the portal's, for 15 minutes."""
    issued, jti = int(now.timestamp()), uuid.uuid4().hex
    sealed: bytes = settings.KEYRING.seal(_FIELD, jti, account.number)
    claims = {
        "iss": settings.PORTAL_ISSUER,
        "aud": settings.DESK_ID,
        "sub": account.tech_id,
        "iat": issued,
        "exp": issued + int(LONGEST_LIFE.total_seconds()),
        "jti": jti,
        "purpose": purpose,
        "status": status.value,
        "via": VIA,
        "kind": account.kind,
        "verified": account.verified,
        "number": _b64(sealed),
    }
    head = _b64(json.dumps({"alg": "ES256", "typ": RECEIPT_TYPE}, separators=(",", ":")).encode())
    signed = f"{head}.{_b64(json.dumps(claims, separators=(',', ':')).encode())}"
    r, s = decode_dss_signature(_key().sign(signed.encode(), ECDSA(SHA256())))
    return f"{signed}.{_b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _key() -> EllipticCurvePrivateKey:
    """The key that this installation signs with."""
    if settings.HOSTS_PORTAL:
        from motcua.accounts import receipt_keys  # a desk alone has no tables of the portal

        return receipt_keys.signing_key()
    key: EllipticCurvePrivateKey = settings.KEYRING.receipt_key
    return key


class OwnKeys:
    """Implements ``desk.portal_keys.PortalKeys`` for a desk that signs for itself what DVCQG answered."""

    def known(self, kid: str = "") -> Sequence[PortalKey]:
        return [PortalKey("", settings.KEYRING.receipt_key.public_key())]

    def refresh(self) -> int:
        return 0


def account_in(receipt: str) -> Account | None:
    """The account a receipt of this adapter names, or None for any other. Its signature was judged before."""
    try:
        body = receipt.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        if claims.get("via") != VIA:
            return None
        sealed = base64.urlsafe_b64decode(claims["number"] + "=" * (-len(claims["number"]) % 4))
        return Account(
            tech_id=claims["sub"],
            kind=claims["kind"],
            verified=claims["verified"] is True,
            number=_number(claims["jti"], sealed),
        )
    except (IndexError, KeyError, ValueError, AttributeError, TypeError, binascii.Error):
        return None


def _number(jti: str, sealed: bytes) -> str:
    try:
        number: str = settings.KEYRING.open(_FIELD, jti, sealed)
    except SealBroken:
        return ""
    return number


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
