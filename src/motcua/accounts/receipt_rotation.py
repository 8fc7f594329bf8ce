"""Đổi khóa ký biên nhận: the next key is shown an hour before it signs, or signs at once when one is lost.

The hour is for desks elsewhere, which fetch our keys: a receipt is never signed by a key that they cannot know yet.
A key that somebody else may have is lost: what it and those before it signed is believed no more from that moment.
"""

import json

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.db import connection, transaction

from motcua import journal
from motcua.accounts import receipt_keys
from motcua.accounts.models import ReceiptKey
from motcua.accounts.models.columns import ClockTimestamp
from motcua.kernel.refusal import Refusal


class ReceiptKeyWaiting(Refusal):
    code = "receipt_key_waiting"
    status = 409
    message = (
        "Khóa ký biên nhận mới đã công bố và sẽ dùng sau không quá một giờ. "
        "Đề nghị chờ khóa đó bắt đầu rồi đổi tiếp."
    )


@transaction.atomic
def rotate(*, lost: bool = False) -> str:
    """Have another key take over in an hour; at once when a key may be known to somebody (``lost``).

    Lost also means that what any key before signed is believed no more. Returns the new key's id.
    Raises ReceiptKeyWaiting.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE accounts_receiptkey IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(
            "SELECT 1 FROM accounts_receiptkey WHERE lost_at IS NULL AND signs_from > clock_timestamp()"
        )
        if cursor.fetchone() and not lost:
            raise ReceiptKeyWaiting
    if not ReceiptKey.objects.exists():
        _write(settings.KEYRING.receipt_key.public_key(), sealed=None, wait="0")
    if lost:
        ReceiptKey.objects.filter(lost_at=None).update(lost_at=ClockTimestamp())
    key = generate_private_key(SECP256R1())
    kid = receipt_keys.jwk(key.public_key())["kid"]
    sealed = settings.KEYRING.seal(receipt_keys.COLUMN, kid, _pem(key))
    _write(key.public_key(), sealed=sealed, wait="0" if lost else "1 hour")
    journal.record("accounts.receipt_key.made", subject="room:accounts", facts={"lost": lost})
    transaction.on_commit(receipt_keys.forget)
    return kid


def _write(key: EllipticCurvePublicKey, *, sealed: bytes | None, wait: str) -> None:
    shown = receipt_keys.jwk(key)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_receiptkey (kid, public, private, made_at, signs_from)"
            " VALUES (%s, %s::jsonb, %s, statement_timestamp(), statement_timestamp() + %s::interval)",
            [
                shown["kid"],
                json.dumps({part: shown[part] for part in ("kty", "crv", "x", "y")}),
                sealed,
                wait,
            ],
        )


def _pem(key: EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
