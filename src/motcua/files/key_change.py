"""Another key wraps the keys of files: those of before are wrapped anew little by little, and the old one may go.

Files themselves stay as they are. No row is locked for longer than its own UPDATE, and who reads meanwhile opens
what was read with the key it was wrapped with.
"""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from motcua.files.models import KnownFileKey, RetiredFileKey, StoredFile
from motcua.kernel import key_changes, key_files
from motcua.kernel.refusal import Refusal
from motcua.keys import knowing

#: Longer than any transaction of the running system may stand still (ops/grants.py).
SLOWEST: Final = timedelta(minutes=5)
# By the index stored_file_by_key, in its order: asked every five seconds, for nothing on most days of the year.
_OTHERS: Final = """
SELECT id, public_id, wrapped_key FROM files_storedfile
 WHERE wrapped_key IS NOT NULL AND get_byte(wrapped_key || '\\x0000'::bytea, 1) < %s
 ORDER BY get_byte(wrapped_key || '\\x0000'::bytea, 1) LIMIT %s
"""
_IN_USE: Final = """
SELECT EXISTS (SELECT 1 FROM files_storedfile WHERE wrapped_key IS NOT NULL
                AND get_byte(wrapped_key || '\\x0000'::bytea, 1) = %s)
"""
_COUNT: Final = """
SELECT get_byte(wrapped_key || '\\x0000'::bytea, 1), count(*) FROM files_storedfile
 WHERE wrapped_key IS NOT NULL GROUP BY 1 ORDER BY 1
"""
# Writers wait for the end of the transaction, and then the trigger file_key_not_retired judges them.
_WRITERS_WAIT: Final = "LOCK TABLE files_storedfile IN SHARE ROW EXCLUSIVE MODE"


class StillUsed(Refusal):
    code = "file_key_still_used"
    status = 409
    message = "Còn {count} tệp dùng khóa số {key}. Worker đang bọc lại; đề nghị chạy lại lệnh này sau."


class TooSoon(Refusal):
    code = "file_key_too_soon"
    status = 409
    message = "Khóa vừa đổi chưa tới {minutes} phút. Đề nghị chạy lại lệnh này sau."


class NoSuchKey(Refusal):
    code = "file_key_unknown"
    status = 404
    message = "Không có khóa số {key}, hoặc khóa đó đang được dùng để bọc tệp mới."


def path() -> Path:
    return Path(settings.KEYRING.file_keys_path)


@transaction.atomic
def add(*, waits: bool) -> key_files.Ring:
    """Another key, known to the database before a file is wrapped with it. Raises NotNow."""
    return key_changes.add(path(), waits=waits, agreed=knowing.get_known(KnownFileKey, path()))


@transaction.atomic
def begin() -> key_files.Ring:
    """The key that waits wraps from now on, on this machine; one that wraps unknown gets known. Raises NotNow."""
    ring, agreed = settings.KEYRING.file_keys, knowing.get_known(KnownFileKey, path())
    if not ring.waits and knowing.uses_unknown(KnownFileKey, ring):
        agreed(ring)
        return ring
    return key_changes.begin(path(), agreed=agreed)


def rewrap_due(limit: int = 200) -> int:
    """Some files' keys, wrapped with the key that seals now; how many. For the worker, again and again until 0."""
    ring = settings.KEYRING.file_keys
    if len(ring.live) == 1:
        return 0
    knowing.must_be_known(KnownFileKey, path(), ring)
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, [ring.sealing, limit])
        rows = cursor.fetchall()
    return sum(_rewrap(pk, str(public_id), bytes(wrapped)) for pk, public_id, wrapped in rows)


def _rewrap(pk: int, context: str, wrapped: bytes) -> int:
    """Only what is still as it was read: a file that was purged meanwhile gets no key again."""
    fresh = settings.KEYRING.wrap(settings.KEYRING.unwrap(wrapped, context=context), context=context)
    return StoredFile.objects.filter(pk=pk, wrapped_key=wrapped).update(wrapped_key=fresh)


def used() -> dict[int, int]:
    """Number of a key → how many files are wrapped with it."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)
        return {int(number): int(count) for number, count in cursor.fetchall()}


def retire(number: int, *, written_down: Callable[[], object] = lambda: None) -> None:
    """The key is gone for good, here and on this machine's disk. Raises StillUsed, TooSoon, NoSuchKey.

    Nobody who wrapped with it should still be writing after ``SLOWEST``. For whoever is: first the database refuses
    every file under it, then the key is deleted; a slow writer is refused, no file is kept under a key that nobody has.
    """
    ring = settings.KEYRING.file_keys
    if number >= ring.sealing or number not in ring.live:
        raise NoSuchKey(key=number)
    if time.time() - path().stat().st_mtime < SLOWEST.total_seconds():
        raise TooSoon(minutes=int(SLOWEST.total_seconds() // 60))
    knowing.must_be_known(KnownFileKey, path(), ring)
    if count := used().get(number, 0):  # before anybody is made to wait
        raise StillUsed(count=count, key=number)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WRITERS_WAIT)
        cursor.execute(_IN_USE, [number])
        if cursor.fetchone()[0]:
            raise StillUsed(count=used()[number], key=number)
        RetiredFileKey.objects.get_or_create(number=number)
        written_down()
    key_changes.forget(path(), number)


def standing() -> Iterator[tuple[int, str, int]]:
    """Each key's number, what it does, and how many files are wrapped with it."""
    ring, counts = settings.KEYRING.file_keys, used()
    for number in range(1, len(ring.keys) + 1):
        yield number, key_changes.word(ring, number), counts.get(number, 0)
