"""A file is checked, sealed with its own key, kept for one purpose until its day, then made unreadable."""

import errno
import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Now

from motcua.files import inspection, storing
from motcua.files.inspection import KINDS, Inspected
from motcua.files.models import StoredFile
from motcua.files.ports import Antivirus, AntivirusUnavailable, Finding
from motcua.files.reasons import AntivirusDown, Infected
from motcua.kernel.refusal import Refusal
from motcua.kernel.sealing import SealBroken

_NONCE = 12
_NAME_FIELD = "stored_file.name"
_LEFT_BEHIND_AFTER = timedelta(days=1)


class FileUnreadable(Refusal):
    """Purged, not yet clean, or its bytes are not those that were kept."""

    code = "file_unreadable"
    status = 410
    message = "Tệp không còn hoặc chưa được phép mở. Đề nghị ông/bà liên hệ nơi tiếp nhận để được hướng dẫn."


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """Bytes that passed the inspection and the antivirus; made only by ``check``."""

    data: bytes = field(repr=False)
    inspected: Inspected
    antivirus: StoredFile.AntivirusStatus


def check(data: bytes, *, name: str, antivirus: Antivirus, kinds: tuple[str, ...] = KINDS) -> CheckedFile:
    """Inspect and scan. Takes up to seconds and talks to the outside: call it before any transaction."""
    inspected = inspection.inspect(data, name, kinds)
    try:
        finding = antivirus.scan(data).finding
    except AntivirusUnavailable as failure:
        raise AntivirusDown from failure
    match finding:
        case Finding.CLEAN:
            status = StoredFile.AntivirusStatus.CLEAN
        case Finding.NOT_CONFIGURED:
            status = StoredFile.AntivirusStatus.NOT_CONFIGURED
        case _:
            raise Infected
    return CheckedFile(data=data, inspected=inspected, antivirus=status)


def keep(
    data: bytes,
    *,
    name: str,
    purpose: str,
    purge_after: datetime,
    antivirus: Antivirus,
    kinds: tuple[str, ...] = KINDS,
) -> StoredFile:
    """``check`` and ``keep_checked`` in one, for callers that hold no transaction open."""
    checked = check(data, name=name, antivirus=antivirus, kinds=kinds)
    return keep_checked(checked, purpose=purpose, purge_after=purge_after)


def resigned(stored: StoredFile, data: bytes, *, name: str) -> CheckedFile:
    """Our own signature laid over a kept file: inspected again; the antivirus has seen what it was laid over."""
    inspected = inspection.inspect(data, name, (StoredFile.Kind.PDF,))
    return CheckedFile(data=data, inspected=inspected, antivirus=StoredFile.AntivirusStatus(stored.antivirus))


def keep_checked(checked: CheckedFile, *, purpose: str, purge_after: datetime) -> StoredFile:
    """Seal, write, read back, and only then make the row, in the caller's transaction.

    If that transaction fails, the bytes stay behind without their key and ``sweep`` removes them.
    """
    found = checked.inspected
    row = StoredFile(
        public_id=uuid.uuid4(),
        purpose=StoredFile.Purpose(purpose),
        kind=found.kind,
        size=found.size,
        sha256=found.sha256,
        scan_status=StoredFile.ScanStatus.CLEAN,
        antivirus=checked.antivirus,
        page_count=found.page_count,
        purge_after=purge_after,
    )
    row.name_sealed = settings.KEYRING.seal(_NAME_FIELD, str(row.public_id), found.name)
    _seal_into(row, checked.data)
    row.save(force_insert=True)
    return row


def _seal_into(row: StoredFile, data: bytes) -> None:
    key = secrets.token_bytes(32)
    nonce = secrets.token_bytes(_NONCE)
    row.place = storing.write(nonce + AESGCM(key).encrypt(nonce, data, row.public_id.bytes))
    row.wrapped_key = settings.KEYRING.wrap(key, context=str(row.public_id))
    try:
        is_there = hashlib.sha256(_opened(row)).digest() == row.sha256
    except FileUnreadable as no:
        raise OSError(errno.EIO, "The file written cannot be read back.") from no
    if not is_there:
        raise OSError(errno.EIO, "The file read back is not the file written.")


def read(stored: StoredFile) -> bytes:
    """The bytes as they were kept, compared with their hash. The caller decides who may see them."""
    if stored.scan_status != StoredFile.ScanStatus.CLEAN:
        raise FileUnreadable
    data = _opened(stored)
    if not hmac.compare_digest(hashlib.sha256(data).digest(), bytes(stored.sha256)):
        raise FileUnreadable
    return data


def _opened(stored: StoredFile) -> bytes:
    if stored.wrapped_key is None or stored.purged_at is not None:
        raise FileUnreadable
    try:
        key = settings.KEYRING.unwrap(stored.wrapped_key, context=str(stored.public_id))
        sealed = storing.read(stored.place)
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], stored.public_id.bytes)
    except (SealBroken, InvalidTag, OSError, ValueError) as failure:
        raise FileUnreadable from failure


def name_of(stored: StoredFile) -> str:
    """The name the person gave, for showing; empty once purged."""
    if not stored.name_sealed:
        return ""
    name: str = settings.KEYRING.open(_NAME_FIELD, str(stored.public_id), stored.name_sealed)
    return name


def share(stored: StoredFile, purpose: str, purge_after: datetime) -> StoredFile:
    """A copy for another purpose, with its own key and its own day: losing one does not lose the other."""
    data = read(stored)
    inspected = Inspected(
        kind=stored.kind,
        size=stored.size,
        sha256=bytes(stored.sha256),
        page_count=stored.page_count,
        name=name_of(stored),
    )
    checked = CheckedFile(data, inspected, StoredFile.AntivirusStatus(stored.antivirus))
    return keep_checked(checked, purpose=purpose, purge_after=purge_after)


def keep_until(stored: StoredFile, purge_after: datetime) -> None:
    """Another last day, in the caller's transaction; a file already purged stays purged."""
    StoredFile.objects.filter(pk=stored.pk, purged_at=None).update(purge_after=purge_after)


def purge_due(now: datetime, *, limit: int = 500) -> int:
    """Forget the keys of files whose day has passed, then delete their bytes. The hash stays as evidence.

    Run outside a transaction: the key must be gone for good before the bytes go. What a crash leaves
    between the two is unreadable, and ``sweep`` removes it.
    """
    due = _past_their_day(now).order_by("purge_after")
    return sum(_purge(pk, place, now) for pk, place in due.values_list("pk", "place")[:limit])


def overdue(now: datetime, at_most: int) -> int:
    """How many files are past their day and can still be opened; counted no further than ``at_most``."""
    return _past_their_day(now).order_by()[:at_most].count()


def _past_their_day(now: datetime) -> "QuerySet[StoredFile]":
    return StoredFile.objects.filter(purged_at=None, purge_after__lte=now)


def _purge(pk: int, place: str, now: datetime) -> int:
    still_due = StoredFile.objects.filter(pk=pk, purged_at=None, purge_after__lte=now)
    forgotten = still_due.update(wrapped_key=None, name_sealed=b"", purged_at=Now())
    if forgotten:
        storing.delete(place)
    return forgotten


def sweep(now: datetime) -> int:
    """Remove bytes that no row can open: failed transactions, interrupted writes, purges; a day old."""
    removed = 0
    for place in storing.places_older_than((now - _LEFT_BEHIND_AFTER).timestamp()):
        if storing.delete_unfinished(place):
            removed += 1
        elif not StoredFile.objects.filter(place=place, purged_at=None).exists():
            storing.delete(place)
            removed += 1
    return removed
