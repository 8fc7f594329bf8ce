"""Another key seals the fields of rows; the one of before goes when nothing is left under it (threats V-36, DP-14)."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from motcua.kernel import key_changes, key_files
from motcua.kernel.refusal import Refusal
from motcua.keys import knowing, machines, registry, resealing
from motcua.keys.models import KnownFieldKey, RetiredFieldKey
from motcua.keys.registry import Table

#: Longer than any transaction of the running system may stand still (ops/grants.py).
SLOWEST: Final = timedelta(minutes=5)
#: Writers that came before are waited for so long each time; those that come meanwhile stand behind us no longer.
_PATIENCE_FOR_LOCKS: Final = "1s"
_TRIES: Final = 5
_PAUSE: Final = 2.0


class StillUsed(Refusal):
    code = "field_key_still_used"
    status = 409
    message = (
        "Còn {count} dòng dùng khóa số {key} hoặc khóa trước đó. Worker đang mã hóa lại; đề nghị chạy lại"
        " lệnh này sau."
    )


class StillSealing(Refusal):
    code = "field_key_still_seals"
    status = 409
    message = (
        "Máy {machine} còn mã hóa bằng khóa số {key} hoặc khóa trước đó. Đề nghị chép field.key tới máy đó, chạy"
        " “motcua keys begin field” ở đó nếu khóa mới đang chờ, rồi chạy lại lệnh này sau."
    )


class TooSoon(Refusal):
    code = "field_key_too_soon"
    status = 409
    message = "Khóa vừa đổi chưa tới {minutes} phút, ở máy này hoặc máy khác. Đề nghị chạy lại lệnh này sau."


class NoSuchKey(Refusal):
    code = "field_key_unknown"
    status = 404
    message = "Không có khóa trường số {key}, khóa đó đã bỏ, hoặc đang được dùng."


class TablesBusy(Refusal):
    code = "field_key_tables_busy"
    status = 409
    message = "Có giao dịch đang ghi quá lâu. Đề nghị chạy lại lệnh này sau ít phút."


def path() -> Path:
    return Path(settings.KEYRING.field_keys_path)


@transaction.atomic
def add(*, waits: bool) -> key_files.Ring:
    """Another key, written down in the same transaction. Raises NotNow.

    The file is replaced before the commit: where that fails, ``begin`` writes the key down later; until then it seals
    and opens, and nothing is sealed anew with it.
    """
    return key_changes.add(path(), waits=waits, agreed=knowing.get_known(KnownFieldKey, path()))


@transaction.atomic
def begin() -> key_files.Ring:
    """The key that waits seals from now on, on this machine; one that seals unknown gets known. Raises NotNow."""
    ring, agreed = settings.KEYRING.field_keys, knowing.get_known(KnownFieldKey, path())
    if not ring.waits and knowing.uses_unknown(KnownFieldKey, ring):
        agreed(ring)
        return ring
    return key_changes.begin(path(), agreed=agreed)


def must_fit() -> None:
    """After a restore: no key that lies here is another than that of its number, the one in use is not gone.

    Nothing is written. Raises NotNow.
    """
    ring = settings.KEYRING.field_keys
    knowing.must_be_known(KnownFieldKey, path(), ring)
    if RetiredFieldKey.objects.filter(number=ring.sealing).exists():
        raise key_changes.NotNow(
            f"Khóa số {ring.sealing} của {path().name} đã bỏ trong cơ sở dữ liệu. Hãy dùng {path().name} mới hơn."
        )


@transaction.atomic
def get_known() -> None:
    """After a restore in which every value opened: the keys that lie here are those of their numbers. Raises NotNow."""
    knowing.get_known(KnownFieldKey, path())(settings.KEYRING.field_keys)


@transaction.atomic
def take_as_they_lie() -> None:
    """After a restore in which values were given up for lost: no number means another key than the one that lies here.

    Only with the rights of the tables' owner.
    """
    ring = settings.KEYRING.field_keys
    beyond = KnownFieldKey.objects.filter(number__gt=len(ring.keys)).values_list("number", flat=True)
    wrong = knowing.others_than_known(KnownFieldKey, ring) | set(beyond)
    knowing.unlearn(KnownFieldKey, "field_key_known_for_good", wrong)
    knowing.unlearn(RetiredFieldKey, "field_key_stays_retired", set(ring.live) | set(beyond))
    get_known()


def patience() -> timedelta:
    """How long after a change everything under the key of before has to open: transactions, cookies, receipts."""
    return max([SLOWEST, *(each.lasts for each in registry.carried())])


def retire(number: int, *, written_down: Callable[[], object] = lambda: None) -> None:
    """The key is gone for good, here and on this machine's disk.

    Raises StillUsed, StillSealing, TooSoon, NoSuchKey, TablesBusy, and RuntimeError within a transaction.

    First the number is written down and committed: from then on each table refuses values under it. Then the writers
    that came before are waited for, table by table, and what they left is counted. Then ``written_down`` and one commit
    that reaches the disk, and with it all that was sealed anew before. Only then the key is deleted; a slow writer is
    refused, no row is kept under a key that nobody has. Whatever stops it half-way, the key still opens.
    """
    ring = settings.KEYRING.field_keys
    if number >= ring.sealing or number not in ring.live:
        raise NoSuchKey(key=number)
    least = patience()
    if time.time() - path().stat().st_mtime < least.total_seconds() or not machines.all_since(least):
        raise TooSoon(minutes=int(least.total_seconds() // 60))
    if machine := machines.behind(number):
        raise StillSealing(machine=machine, key=number)
    knowing.must_be_known(KnownFieldKey, path(), ring)
    if left := sum(resealing.remaining(number + 1).values()):  # before anybody is made to wait or refused
        raise StillUsed(count=left, key=number)
    with transaction.atomic(durable=True):
        RetiredFieldKey.objects.get_or_create(number=number)
    for table in registry.tables():
        _after_all_writers(table, number)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        # What the worker commits does not wait for the disk. This does, and writes something in any case.
        cursor.execute("SET LOCAL synchronous_commit = on")
        cursor.execute("SELECT pg_logical_emit_message(true, 'motcua', 'field key retired')")
        written_down()
    key_changes.forget(path(), number)


def _after_all_writers(table: Table, number: int) -> None:
    """Some tries with pauses: whoever writes meanwhile stands behind us for a second at most."""
    for nth in range(_TRIES):
        if nth:
            time.sleep(_PAUSE)
        try:
            return _count_alone(table, number)
        except OperationalError as no:
            if not isinstance(no.__cause__, LockNotAvailable):
                raise
    raise TablesBusy


def _count_alone(table: Table, number: int) -> None:
    """One table at a time: two locks at once could stand across somebody who holds the one and wants the other."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_PATIENCE_FOR_LOCKS}'")
        cursor.execute(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE")
        if left := _left(cursor, table, number):
            raise StillUsed(count=left, key=number)


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
