"""Rows that an older key sealed are sealed anew little by little, past nobody's rule and in nobody's way.

Each row is a transaction of its own and one conditional UPDATE: what was changed, emptied or deleted meanwhile is left
as it is. No row is locked for longer, so nobody waits in a ring for another.
"""

import logging
from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from motcua.kernel.key_changes import NotNow
from motcua.kernel.key_files import Ring
from motcua.kernel.sealing import SealBroken
from motcua.keys import knowing, registry
from motcua.keys.models import KnownFieldKey
from motcua.keys.registry import Table

_log = logging.getLogger("motcua.keys")
#: Rows that no key opens, by table: told once, passed over until the next start, and no key is retired because of them.
_closed: Final[dict[str, set[Any]]] = {}


def reseal_due(limit: int = 200) -> int:
    """Some rows under the key that seals now; how many. For the worker, again and again until 0. Raises NotNow."""
    ring = settings.KEYRING.field_keys
    if len(ring.live) == 1:
        return 0
    knowing.must_be_known(KnownFieldKey, settings.KEYRING.field_keys_path, ring)
    if not KnownFieldKey.objects.filter(number=ring.sealing).exists():
        raise NotNow("Khóa trường mới chưa được ghi nhận. Hãy thêm khóa bằng motcua keys rotate field.")
    done = 0
    for table in registry.tables():
        done += _reseal_some(table, ring, limit - done)
        if done >= limit:
            break
    return done


def _reseal_some(table: Table, ring: Ring, limit: int) -> int:
    passed_over = _closed.setdefault(table.name, set())
    older = (
        f"SELECT {table.key} FROM {table.name} WHERE {table.oldest_key} < %s AND NOT {table.key} = ANY(%s)"  # noqa: S608
        f" ORDER BY {table.oldest_key} LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(older, [ring.sealing, list(passed_over), limit])
        keys = [key for (key,) in cursor.fetchall()]
    names = ["pk", *dict.fromkeys(name for each in table.columns for name in (each.column, *each.bound_by))]
    rows = table.model._base_manager.filter(pk__in=keys).values(*names)
    return sum(_reseal(table, row, ring.sealing) for row in rows)


def _reseal(table: Table, row: dict[str, Any], number: int) -> int:
    read = {each.column: bytes(row[each.column]) for each in table.columns if row[each.column]}
    try:
        fresh = {
            each.column: _anew(each, row, read[each.column])
            for each in table.columns
            if _is_older(read.get(each.column, b""), number)
        }
    except SealBroken:
        _closed[table.name].add(row["pk"])
        _log.error("sealed value does not open", extra={"kind": table.where})
        return 0
    if not fresh:
        return 0
    sets = ", ".join(f"{column} = %s" for column in fresh)
    still = " AND ".join(f"{column} = %s" for column in fresh)
    with transaction.atomic(), connection.cursor() as cursor:
        # A crash may take it back: it is then found again. Whoever retires a key commits durably, after this.
        cursor.execute("SET LOCAL synchronous_commit = off; SET LOCAL motcua.resealing = 'on'")
        cursor.execute(
            f"UPDATE {table.name} SET {sets} WHERE {table.key} = %s AND {still}",  # noqa: S608
            [*fresh.values(), row["pk"], *(read[column] for column in fresh)],
        )
        return int(cursor.rowcount > 0)


def _anew(column: registry.Sealed, row: dict[str, Any], sealed: bytes) -> bytes:
    bound = column.row.format(**{name: row[name] for name in column.bound_by})
    text = settings.KEYRING.open(column.field, bound, sealed)
    fresh: bytes = settings.KEYRING.seal(column.field, bound, text)
    return fresh


def _is_older(sealed: bytes, number: int) -> bool:
    return len(sealed) >= SHORTEST and sealed[1] < number


#: Version, number, nonce and tag of an empty text; ``keys_number`` in the database knows the same.
SHORTEST: Final = 30


def remaining(number: int) -> dict[str, int]:
    """Table → rows that hold a value under a key before this one; tables without any are left out."""
    with connection.cursor() as cursor:
        return {
            table.name: count
            for table in registry.tables()
            if (count := _count(cursor, f"FROM {table.name} WHERE {table.oldest_key} < %s", number))
        }


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
