"""Rows that an older key sealed are sealed anew little by little, past nobody's rule and in nobody's way.

Each row is a transaction of its own and one conditional UPDATE: what was changed, emptied or deleted meanwhile is left
as it is. No row is locked for longer, so nobody waits in a ring for another; a row that somebody holds is passed over.
"""

import logging
import time
from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, InternalError, OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable

from motcua.kernel.key_changes import NotNow
from motcua.kernel.key_files import Ring
from motcua.kernel.sealing import SealBroken
from motcua.keys import knowing, machines, registry
from motcua.keys.models import KnownFieldKey
from motcua.keys.registry import Table

_log = logging.getLogger("motcua.keys")
#: Rows that no key opens or that a rule of their table refuses, by table: told once, passed over until the next start,
#: and no key is retired because of them.
_closed: Final[dict[str, set[Any]]] = {}
#: Where so many of a table stay, the keys are wrong ones: that table is left alone until the next start.
_MOST_CLOSED: Final = 1000
#: Rows that somebody held, and until when they are passed over (monotonic seconds).
_held: Final[dict[str, dict[Any, float]]] = {}
_HELD_FOR: Final = 60.0
_PATIENCE: Final = "200ms"
#: Version, number, nonce and tag of an empty text; ``keys_number`` in the database knows the same.
SHORTEST: Final = 30
_VERSION: Final = 1


def reseal_due(limit: int = 200) -> int:
    """Some rows under the key that seals now; how many. For the worker, every few seconds. Raises NotNow."""
    ring = settings.KEYRING.field_keys
    machines.say(ring.sealing, max(settings.KEYRING.covers.live()))
    if len(ring.live) == 1:
        return 0
    fits(ring)
    done = 0
    for table in registry.tables():
        done += _reseal_some(table, ring, limit - done)
        if done >= limit:
            break
    return done


def fits(ring: Ring) -> None:
    """Whether rows may be sealed anew with these keys. Raises NotNow."""
    knowing.must_be_known(KnownFieldKey, settings.KEYRING.field_keys_path, ring)
    if not KnownFieldKey.objects.filter(number=ring.sealing).exists():
        raise NotNow(
            f"Khóa trường số {ring.sealing} chưa được ghi nhận. Hãy chạy motcua keys begin field ở máy đã đổi khóa."
        )


def _reseal_some(table: Table, ring: Ring, limit: int) -> int:
    closed = _closed.setdefault(table.name, set())
    if len(closed) >= _MOST_CLOSED:
        return 0
    older = (
        f"SELECT {table.key} FROM {table.name} WHERE {table.oldest_key} < %s AND NOT {table.key} = ANY(%s)"  # noqa: S608
        f" ORDER BY {table.oldest_key} LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(older, [ring.sealing, [*closed, *_held_now(table)], limit])
        keys = [key for (key,) in cursor.fetchall()]
    rows = table.model._base_manager.filter(pk__in=keys).values("pk", *table.read)
    done = sum(_reseal(table, row, ring.sealing) for row in rows)
    if len(closed) >= _MOST_CLOSED:
        _log.error(
            "too many rows stay under an older key",
            extra={"kind": table.model._meta.db_table, "count": len(closed)},
        )
    return done


def _held_now(table: Table) -> list[Any]:
    held, now = _held.setdefault(table.name, {}), time.monotonic()
    for key in [key for key, until in held.items() if until <= now]:
        del held[key]
    return list(held)


def _reseal(table: Table, row: dict[str, Any], number: int) -> int:
    read = {each.column: bytes(row[each.column]) for each in table.columns if row[each.column]}
    try:
        fresh = {
            each.column: _anew(each, row, read[each.column])
            for each in table.columns
            if _is_older(read.get(each.column, b""), number)
        }
    except SealBroken:
        _log.error("sealed value does not open", extra=_stays(table, row["pk"]))
        return 0
    if not fresh or any(
        value[1] != number for value in fresh.values()
    ):  # the key changed again in this moment
        return 0
    try:
        return _write(table, row["pk"], {column: read[column] for column in fresh}, fresh)
    except (IntegrityError, InternalError):
        _log.error("row not sealed anew, a rule of its table refused", extra=_stays(table, row["pk"]))
        return 0
    except OperationalError as no:
        if not isinstance(no.__cause__, LockNotAvailable | DeadlockDetected):
            raise
        _held[table.name][row["pk"]] = time.monotonic() + _HELD_FOR
        return 0


def _write(table: Table, key: Any, read: dict[str, bytes], fresh: dict[str, bytes]) -> int:
    sets = ", ".join(f"{column} = %s" for column in fresh)
    still = " AND ".join(f"{column} = %s" for column in fresh)
    with transaction.atomic(), connection.cursor() as cursor:
        # A crash may take it back: it is then found again. Whoever retires a key commits durably after this.
        cursor.execute(
            "SET LOCAL synchronous_commit = off; SET LOCAL motcua.resealing = 'on';"
            f" SET LOCAL lock_timeout = '{_PATIENCE}'"
        )
        cursor.execute(
            f"UPDATE {table.name} SET {sets} WHERE {table.key} = %s AND {still}",  # noqa: S608
            [*fresh.values(), key, *read.values()],
        )
        return int(cursor.rowcount > 0)


def _stays(table: Table, key: Any) -> dict[str, object]:
    """Said by its key, which names nobody, so that somebody can look at the row."""
    _closed[table.name].add(key)
    return {"kind": table.model._meta.db_table, "count": 1, "reference": str(key)}


def _anew(column: registry.Sealed, row: dict[str, Any], sealed: bytes) -> bytes:
    bound = column.bound_in(row)
    text = settings.KEYRING.open(column.field, bound, sealed)
    fresh: bytes = settings.KEYRING.seal(column.field, bound, text)
    return fresh


def _is_older(sealed: bytes, number: int) -> bool:
    return len(sealed) >= SHORTEST and sealed[0] == _VERSION and sealed[1] < number


def remaining(number: int) -> dict[str, int]:
    """Table → rows that hold a value under a key before this one; tables without any are left out."""
    with connection.cursor() as cursor:
        return {
            table.name: count
            for table in registry.tables()
            if (count := _count(cursor, f"FROM {table.name} WHERE {table.oldest_key} < %s", number))
        }


def at_least(number: int, most: int) -> int:
    """As ``remaining``, summed, and not counted beyond ``most``: for a page that is looked at while most are old."""
    left = 0
    with connection.cursor() as cursor:
        for table in registry.tables():
            old = f"SELECT 1 FROM {table.name} WHERE {table.oldest_key} < %s LIMIT %s"  # noqa: S608
            cursor.execute(f"SELECT count(*) FROM ({old}) AS old", [number, most - left])  # noqa: S608
            left += int(cursor.fetchone()[0])
            if left >= most:
                break
    return left


def used() -> dict[int, int]:
    """Number of a key → how many values of all columns are sealed with it. Reads every table whole."""
    found: dict[int, int] = {}
    with connection.cursor() as cursor:
        for column, number, count in counted(cursor):
            del column
            found[number] = found.get(number, 0) + count
    return found


def counted(cursor: Any) -> Iterator[tuple[str, int, int]]:
    """(column, number of the key, how many values): the counter by which an old key is seen to be unused."""
    for table in registry.tables():
        for each in table.columns:
            cursor.execute(
                f"SELECT keys_number({each.column}), count(*) FROM {table.name}"  # noqa: S608
                f" WHERE keys_number({each.column}) IS NOT NULL GROUP BY 1 ORDER BY 1"
            )
            for number, count in cursor.fetchall():
                yield f"{table.name}.{each.column}", int(number), int(count)


def _count(cursor: Any, what: str, number: int) -> int:
    cursor.execute(f"SELECT count(*) {what}", [number])
    return int(cursor.fetchone()[0])
