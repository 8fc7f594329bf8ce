"""The portal's signed answer: read, and believed only when everything about it is right."""

import base64
import binascii
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings

from motcua.desk import portal_keys
from motcua.desk.ports import RECEIPT_TYPE, OwnerStatus
from motcua.kernel.refusal import Refusal

LONGEST_LIFE = timedelta(minutes=15)
CLOCK_SKEW = timedelta(seconds=60)
_PART = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST = 4096
_HEADER_KEYS = {"alg", "typ", "kid"}


class ReceiptNotTrusted(Refusal):
    """Details name the reason in a code word; never the content."""

    code = "receipt_not_trusted"
    status = 502
    message = (
        "Kết quả kiểm tra tài khoản không xác thực được nguồn gốc từ Cổng DVCQG. "
        "Đề nghị ông/bà kiểm tra lại; nếu vẫn vậy, báo quản trị hệ thống."
    )


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a verified receipt says."""

    subject: str
    jti: str
    purpose: str
    status: OwnerStatus
    issued_at: datetime
    expires_at: datetime
    jws: str = field(repr=False)


def of_the_portal(jws: str, *, now: datetime, back_then: bool = False) -> Receipt:
    """A receipt of this desk's portal, for this desk; any of the keys that the portal signs with may have signed it.

    ``back_then``: as it was judged at the moment ``now``, by the keys of then. Raises ReceiptNotTrusted.
    """
    keys = portal_keys.believed(kid_of(jws), at=now if back_then else None)
    return by_one_of(
        [key.public for key in keys],
        jws,
        audience=settings.DESK_ID,
        issuer=settings.PORTAL_ISSUER,
        now=now,
    )


def by_one_of(
    keys: Iterable[ec.EllipticCurvePublicKey],
    jws: str,
    *,
    audience: str,
    issuer: str,
    now: datetime,
    late: bool = False,
) -> Receipt:
    """The receipt, if one of these keys signed it. Raises ReceiptNotTrusted."""
    refused = ReceiptNotTrusted(reason="no_keys")
    for key in keys:
        try:
            return verify(jws, audience=audience, issuer=issuer, public_key=key, now=now, late=late)
        except ReceiptNotTrusted as no:
            refused = no
            if no.details.get("reason") != "signature":
                break
    raise refused


def kid_of(jws: str) -> str:
    """Which key a receipt says it was signed with; only a hint where to begin: it chooses nothing. "" when none."""
    try:
        named = _object(_decoded(jws.partition(".")[0][:_LONGEST])).get("kid")
    except ReceiptNotTrusted:
        return ""
    return named if isinstance(named, str) else ""


def verify(
    jws: str,
    *,
    audience: str,
    issuer: str,
    public_key: ec.EllipticCurvePublicKey,
    now: datetime,
    late: bool = False,
) -> Receipt:
    """The receipt, or ReceiptNotTrusted. ES256 and our ``typ`` only; nothing in the header chooses the key.

    ``late`` leaves the expiry aside: what a desk owes may be delivered hours after the check.
    """
    head, body, signature = _parts(jws)
    _verify_header(_object(head))
    _verify_signature(jws, signature, public_key)
    claims = _object(body)
    if _text(claims, "iss") != issuer:
        raise ReceiptNotTrusted(reason="issuer")
    if _text(claims, "aud") != audience:
        raise ReceiptNotTrusted(reason="audience")
    issued_at, expires_at = _moment(claims, "iat"), _moment(claims, "exp")
    _verify_times(issued_at, expires_at, min(now, issued_at) if late else now)
    return Receipt(
        subject=_text(claims, "sub"),
        jti=_text(claims, "jti"),
        purpose=_text(claims, "purpose"),
        status=_status(claims),
        issued_at=issued_at,
        expires_at=expires_at,
        jws=jws,
    )


def _parts(jws: str) -> tuple[bytes, bytes, bytes]:
    pieces = jws.split(".") if len(jws) <= _LONGEST else []
    if len(pieces) != 3:
        raise ReceiptNotTrusted(reason="shape")
    head, body, signature = (_decoded(piece) for piece in pieces)
    return head, body, signature


def _decoded(piece: str) -> bytes:
    """Base64url without padding, in its one canonical spelling."""
    if not _PART.fullmatch(piece):
        raise ReceiptNotTrusted(reason="base64")
    try:
        raw = base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4))
    except (binascii.Error, ValueError) as broken:
        raise ReceiptNotTrusted(reason="base64") from broken
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii") != piece:
        raise ReceiptNotTrusted(reason="base64")
    return raw


def _object(raw: bytes) -> dict[str, object]:
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_without_doubles)
    except (UnicodeDecodeError, ValueError, RecursionError) as broken:
        raise ReceiptNotTrusted(reason="json") from broken
    if not isinstance(value, dict):
        raise ReceiptNotTrusted(reason="json")
    return value


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key stands twice")
    return value


def _verify_header(header: dict[str, object]) -> None:
    if header.get("alg") != "ES256":
        raise ReceiptNotTrusted(reason="alg")
    if header.get("typ") != RECEIPT_TYPE:
        raise ReceiptNotTrusted(reason="typ")
    if set(header) - _HEADER_KEYS:  # crit, jwk, jku, x5u: whoever wrote them is not our portal
        raise ReceiptNotTrusted(reason="header")


def _verify_signature(jws: str, signature: bytes, public_key: ec.EllipticCurvePublicKey) -> None:
    if len(signature) != 64 or public_key.curve.name != "secp256r1":
        raise ReceiptNotTrusted(reason="signature")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    signed = jws.rpartition(".")[0].encode("ascii")
    try:
        public_key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
    except InvalidSignature as forged:
        raise ReceiptNotTrusted(reason="signature") from forged


def _text(claims: dict[str, object], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 200 or "\x00" in value:
        raise ReceiptNotTrusted(reason=name)
    return value


def _moment(claims: dict[str, object], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**33:
        raise ReceiptNotTrusted(reason=name)
    return datetime.fromtimestamp(value, tz=UTC)


def _verify_times(issued_at: datetime, expires_at: datetime, now: datetime) -> None:
    if not timedelta(0) < expires_at - issued_at <= LONGEST_LIFE:
        raise ReceiptNotTrusted(reason="life")
    if issued_at > now + CLOCK_SKEW:
        raise ReceiptNotTrusted(reason="early")
    if expires_at <= now:
        raise ReceiptNotTrusted(reason="expired")


def _status(claims: dict[str, object]) -> OwnerStatus:
    try:
        return OwnerStatus(_text(claims, "status"))
    except ValueError as unknown:
        raise ReceiptNotTrusted(reason="status") from unknown
