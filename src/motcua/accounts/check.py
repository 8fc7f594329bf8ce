"""Is there an account under this number? Asked by a desk for a purpose, counted, shown to the citizen."""

import json
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.db import connection

from motcua.accounts import decoys, identity, receipt_keys
from motcua.accounts.sealed_data import Number, number_fingerprint
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.person_name import NameMatch, PersonName
from motcua.keys import marks

RECEIPT_TYPE: Final = "account-receipt+jwt"
RECEIPT_LIFE: Final = timedelta(minutes=15)


class Standing(StrEnum):
    """The state of an account as a desk may know it."""

    USABLE = "USABLE"
    AWAITING_ACTIVATION = "AWAITING_ACTIVATION"
    LOCKED = "LOCKED"
    CLOSED = "CLOSED"
    REVIEW = "REVIEW"
    #: The portal's own accounts count no longer, and this one is not linked to VNeID (NĐ 69/2024).
    UNLINKED = "UNLINKED"


_STANDING: Final = {
    "active": Standing.USABLE,
    "pending_activation": Standing.AWAITING_ACTIVATION,
    "locked": Standing.LOCKED,
    "frozen": Standing.LOCKED,
    "closed": Standing.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Known:
    """An account was found. ``receipt`` is a JWS (ES256) for one audience; the name is masked (DP-04)."""

    subject: str
    standing: Standing
    receipt: str = field(repr=False)
    name_masked: str = field(repr=False)
    last3: str = field(repr=False)
    by_old_number: bool = False
    #: No code and no news reach the owner by phone; the desk says what to do.
    phone_frozen: bool = False


_LOOK_UP: Final = f"""
    SELECT a.id, a.public_id, a.status,
           a.under_review OR min(d.person_id) OVER () <> max(d.person_id) OVER () AS review,
           p.full_name, p.kind, d.last3, d.number_bi = ANY(%s) AS by_first, p.born_on,
           EXISTS (SELECT 1 FROM accounts_pairwisesubject s WHERE s.account_id = a.id AND s.audience = %s),
           ({receipt_keys.SIGNING}), accounts_own_ended(p.kind) AND NOT accounts_vneid_stands(a.id, p.kind),
           {identity.PHONE_FROZEN} AS phone_frozen
      FROM accounts_identitydocument d
      JOIN accounts_person p ON p.id = d.person_id
      JOIN accounts_account a ON a.person_id = d.person_id
     WHERE d.number_bi = ANY(%s) AND d.status = 'active'
     ORDER BY (d.number_bi = ANY(%s)) DESC, (a.status = 'closed'), a.id DESC
     LIMIT 1
"""  # noqa: S608
_COLUMNS: Final = "number_bi, answer, asked_by, unit_code, purpose, procedure_code, reference"
_TRACE: Final = f"INSERT INTO accounts_lookup ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, '', %s)"  # noqa: S608
# The trace says what was found even when nothing was: the sub-selects are NULL then.
_LOOK_UP_TRACED: Final = f"""
    WITH hit AS ({_LOOK_UP}), trace AS (
        INSERT INTO accounts_lookup ({_COLUMNS})
        SELECT CASE WHEN (SELECT by_first FROM hit) IS FALSE THEN %s::bytea ELSE %s::bytea END,
               coalesce((SELECT CASE WHEN review THEN 'REVIEW' ELSE 'FOUND' END FROM hit), 'NOT_FOUND'),
               %s::text, %s::text, %s::text, '', %s::text)
    SELECT * FROM hit
"""  # noqa: S608


def check(
    *,
    number: Number,
    old_number: Number | None,
    purpose: str,
    asked_by: str,
    unit_code: str,
    reference: str,
    audience: str,
    now: datetime,
    claimed_name: PersonName | None = None,
    claimed_birth: BirthDate | None = None,
    client: str = "",
) -> Known | None:
    """The account behind ``number`` (else behind ``old_number``) with a signed receipt, or None.

    Numbers of two people, or a name or birth date that differs from what is claimed: REVIEW, never a match
    (threats T-18). One indexed read and one trace that the citizen sees afterwards, under the number that led
    to the account (DP-08); one statement does both unless something is claimed, and tells which key signs.
    ``client`` is the connected system that asked, for the alarm.
    """
    first = number_fingerprint(number)
    second = number_fingerprint(old_number) if old_number else first
    of_first = marks.forms(first)
    asked: list[list[bytes] | str] = [of_first, audience, marks.forms(first, second), of_first]
    who = [asked_by, unit_code, purpose, reference]
    with connection.cursor() as cursor:
        if claimed_name is None and claimed_birth is None:
            cursor.execute(_LOOK_UP_TRACED, [*asked, marks.kept(second), marks.kept(first), *who])
            row = cursor.fetchone()
            review = row is not None and row[3]
        else:
            cursor.execute(_LOOK_UP, asked)
            row = cursor.fetchone()
            review = row is not None and (row[3] or _contradicts(row[4], row[8], claimed_name, claimed_birth))
            answer = "NOT_FOUND" if row is None else "REVIEW" if review else "FOUND"
            cursor.execute(_TRACE, [marks.kept(first if row is None or row[7] else second), answer, *who])
    if row is None:
        decoys.watch(number, asked_by=asked_by, unit=unit_code, client=client)
        return None
    (
        account_id, public_id, status, _, full_name, kind, last3, by_first, _, is_named, kid, unlinked, phone_frozen,
    ) = row  # fmt: skip
    standing = Standing.REVIEW if review else standing_of(status, unlinked=unlinked)
    subject = identity.subject_of(public_id, audience)
    if not is_named:
        identity.name_by_id(account_id, subject, audience)
    return Known(
        subject=subject,
        standing=standing,
        receipt=sign_receipt(
            audience=audience,
            subject=subject,
            purpose=purpose,
            standing=standing,
            now=now,
            key=receipt_keys.private_key(kid),
        ),
        name_masked=full_name if kind == "ORGANISATION" else PersonName(full_name).masked,  # parsed when kept
        last3=last3,
        by_old_number=not by_first,
        phone_frozen=phone_frozen and kind != "ORGANISATION",
    )


def standing_of(status: str, *, unlinked: bool) -> Standing:
    """What a desk may know of an account with this status; ``unlinked``: it would count if it were VNeID's too."""
    found = _STANDING[status]
    usable = found in (Standing.USABLE, Standing.AWAITING_ACTIVATION)
    return Standing.UNLINKED if usable and unlinked else found


def _contradicts(
    full_name: str, born_on: date | None, claimed_name: PersonName | None, claimed_birth: BirthDate | None
) -> bool:
    """Whether what is claimed of the person is not what is known; nothing claimed contradicts nothing."""
    if claimed_birth is not None and born_on is not None and claimed_birth.on != born_on:
        return True
    return (
        claimed_name is not None and PersonName.parse(full_name).compare(claimed_name) is NameMatch.DIFFERENT
    )


def sign_receipt(
    *,
    audience: str,
    subject: str,
    purpose: str,
    standing: Standing,
    now: datetime,
    key: EllipticCurvePrivateKey | None = None,
) -> str:
    """A compact JWS that proves the answer to the desk and to nobody else, for 15 minutes.

    ``key``: the one that signs now, if it was read already.
    """
    key = key or receipt_keys.signing_key()
    issued = int(now.timestamp())
    claims = {
        "iss": settings.PORTAL_ISSUER,
        "aud": audience,
        "sub": subject,
        "iat": issued,
        "exp": issued + int(RECEIPT_LIFE.total_seconds()),
        "jti": uuid.uuid4().hex,
        "purpose": purpose,
        "status": standing.value,
    }
    signed = f"{_header(key)}.{_b64(json.dumps(claims, separators=(',', ':')).encode())}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ECDSA(SHA256())))
    return f"{signed}.{_b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


@lru_cache(maxsize=4)
def _header(key: EllipticCurvePrivateKey) -> str:
    named = {"alg": "ES256", "typ": RECEIPT_TYPE, "kid": receipt_keys.jwk(key.public_key())["kid"]}
    return _b64(json.dumps(named, separators=(",", ":")).encode())


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
