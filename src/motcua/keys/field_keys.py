"""Another key seals the fields of rows; the one of before goes when nothing is left under it (threats V-36, DP-14)."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import OperationalError, connection, transaction

from motcua.kernel import key_changes, key_files
from motcua.kernel.refusal import Refusal
from motcua.keys import knowing, registry, resealing
from motcua.keys.models import KnownFieldKey, RetiredFieldKey
from motcua.keys.registry import Table

#: Longer than any transaction of the running system may stand still (ops/grants.py).
SLOWEST: Final = timedelta(minutes=5)
#: Writers that came before are waited for so long; those that come meanwhile stand behind us.
_PATIENCE_FOR_LOCKS: Final = "10s"


class StillUsed(Refusal):
    code = "field_key_still_used"
    status = 409
    message = "Còn {count} dòng dùng khóa số {key}. Worker đang mã hóa lại; đề nghị chạy lại lệnh này sau."


class TooSoon(Refusal):
    code = "field_key_too_soon"
    status = 409
    message = "Khóa vừa đổi chưa tới {minutes} phút. Đề nghị chạy lại lệnh này sau."


class NoSuchKey(Refusal):
    code = "field_key_unknown"
    status = 404
    message = "Không có khóa trường số {key}, hoặc khóa đó đang được dùng."


class TablesBusy(Refusal):
    code = "field_key_tables_busy"
    status = 409
    message = "Có giao dịch đang ghi quá lâu. Đề nghị chạy lại lệnh này sau ít phút."


def path() -> Path:
    return Path(settings.KEYRING.field_keys_path)


@transaction.atomic
def add(*, waits: bool) -> key_files.Ring:
    """Another key, known to the database before a row is sealed with it. Raises NotNow."""
    return key_changes.add(path(), waits=waits, agreed=knowing.get_known(KnownFieldKey, path()))


@transaction.atomic
def begin() -> key_files.Ring:
    """The key that waits seals from now on, on this machine. Raises NotNow."""
    return key_changes.begin(path(), agreed=knowing.get_known(KnownFieldKey, path()))


@transaction.atomic
def get_known() -> None:
    """After a restore: the keys that lie here are those of their numbers. Raises NotNow."""
    knowing.get_known(KnownFieldKey, path())(settings.KEYRING.field_keys)


def patience() -> timedelta:
    """How long after a change everything under the key of before has to open: transactions, cookies, receipts."""
    return max([SLOWEST, *(each.lasts for each in registry.carried())])


def retire(number: int) -> None:
    """The key is gone for good, here and on this machine's disk. Raises StillUsed, TooSoon, NoSuchKey, TablesBusy.

    First the number is written down and committed: from then on each table refuses values under it. Then the writers
    that came before are waited for, table by table, and what they left is counted. Only then the key is deleted; a
    slow writer is refused, no row is kept under a key that nobody has. Whatever stops it half-way, the key still opens.
    """
    ring = settings.KEYRING.field_keys
    if not 1 <= number < ring.sealing:
        raise NoSuchKey(key=number)
    if time.time() - path().stat().st_mtime < patience().total_seconds():
        raise TooSoon(minutes=int(patience().total_seconds() // 60))
    knowing.must_be_known(KnownFieldKey, path(), ring)
    if left := sum(resealing.remaining(number + 1).values()):  # before anybody is made to wait or refused
        raise StillUsed(count=left, key=number)
    RetiredFieldKey.objects.get_or_create(number=number)
    for table in registry.tables():
        _after_all_writers(table, number)
    key_changes.forget(path(), number)


def _after_all_writers(table: Table, number: int) -> None:
    """One table at a time: two locks at once could stand across somebody who holds the one and wants the other."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{_PATIENCE_FOR_LOCKS}'")
            cursor.execute(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE")
            if left := _left(cursor, table, number):
                raise StillUsed(count=left, key=number)
    except OperationalError as busy:
        raise TablesBusy from busy


def _left(cursor: Any, table: Table, number: int) -> int:
    cursor.execute(
        f"SELECT count(*) FROM {table.name} WHERE {table.oldest_key} <= %s",  # noqa: S608
        [number],
    )
    return int(cursor.fetchone()[0])


def standing() -> Iterator[tuple[int, str, int]]:
    """Each key's number, what it does, and how many values are sealed with it."""
    ring, counts = settings.KEYRING.field_keys, resealing.used()
    for number in range(1, len(ring.keys) + 1):
        yield number, key_changes.word(ring, number), counts.get(number, 0)
