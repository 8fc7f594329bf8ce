"""Kept files as an installation has them after years: sealed on disk, each with its row; past the inspection."""

import os
import secrets
import uuid
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from motcua.files import storing
from motcua.files.models import StoredFile

_CHUNK = 500
_HEAD = b"%PDF-1.7\n"


def grow(count: int, size: int) -> None:
    """``count`` scans of ``size`` bytes, none like another; synced once at the end."""
    for first in range(0, count, _CHUNK):
        rows = [_one(size, durable=False) for _ in range(first, min(first + _CHUNK, count))]
        StoredFile.objects.bulk_create(rows)
    storing.sync_all()


def one_more(size: int) -> StoredFile:
    """As the running system keeps it: durable before its row is there."""
    row = _one(size, durable=True)
    row.save(force_insert=True)
    return row


def _one(size: int, *, durable: bool) -> StoredFile:
    data = _HEAD + os.urandom(size - len(_HEAD))
    key, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
    row = StoredFile(
        public_id=uuid.uuid4(),
        purpose=StoredFile.Purpose.ID_SCAN,
        kind=StoredFile.Kind.PDF,
        size=size,
        sha256=sha256(data).digest(),
        scan_status=StoredFile.ScanStatus.CLEAN,
        antivirus=StoredFile.AntivirusStatus.NOT_CONFIGURED,
        page_count=2,
        purge_after=datetime.now(UTC) + timedelta(days=3650),
    )
    row.name_sealed = settings.KEYRING.seal("stored_file.name", str(row.public_id), "can-cuoc.pdf")
    row.wrapped_key = settings.KEYRING.wrap(key, context=str(row.public_id))
    sealed = nonce + AESGCM(key).encrypt(nonce, data, row.public_id.bytes)
    if durable:
        row.place = storing.write(sealed)
        return row
    name = secrets.token_hex(16)
    row.place = f"{name[:2]}/{name[2:4]}/{name}"
    storing.put_back(row.place, sealed)
    return row
