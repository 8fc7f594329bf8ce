"""Whether the keys that lie here open every sealed value: after a restore, and before a key goes for good.

A value that opens with no key can be given up for lost: its first byte becomes 0, which no sealed value has. It opens
as little as before, but counts for no key any more. The rest of it stays, for the day when its key is found.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from motcua.kernel.sealing import SealBroken
from motcua.keys import registry
from motcua.keys.registry import Sealed, Table

_AT_ONCE = 2000
_GIVEN_UP: Final = 0
#: Whoever writes to the table stands behind us.
_PATIENCE_FOR_LOCKS: Final = "1s"
#: So many rows of a column are named; all are counted.
_NAMED: Final = 1000


class NotAsMany(Exception):
    """Another number of values does not open than somebody accepted the loss of."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(count)


@dataclass(slots=True)
class Looked:
    """How many values opened, of which columns how many did not and in which rows, how many were given up before."""

    whole: int = 0
    broken: dict[str, int] = field(default_factory=dict)
    given_up: int = 0
    rows: dict[str, list[Any]] = field(default_factory=dict, compare=False)

    @property
    def lost(self) -> int:
        return sum(self.broken.values())


def look_at_all() -> Looked:
    """Reads every sealed value once; a minute or two for a million people."""
    found = Looked()
    for table in registry.tables():
        for column, row in _each(table):
            value = row[column.column]
            if value[0] == _GIVEN_UP:
                found.given_up += 1
            elif opens(column, row):
                found.whole += 1
            else:
                where = f"{table.name}.{column.column}"
                found.broken[where] = found.broken.get(where, 0) + 1
                if len(named := found.rows.setdefault(where, [])) < _NAMED:
                    named.append(row["pk"])
    return found


def give_up(count: int) -> None:
    """Every value that does not open is written down as lost, past the rules of its table. Raises NotAsMany.

    ``count``: how many somebody said they may be. Only with the rights of the tables' owner. Everything is looked at
    before a table is locked; what somebody wrote meanwhile makes the number another one, and nothing is given up.
    """
    broken = [(table, column, found) for table in registry.tables() for column, found in _broken(table)]
    lost = sum(len(found) for _, _, found in broken)
    if lost != count:
        raise NotAsMany(lost)
    with transaction.atomic():
        marked = sum(_mark(table, column, found) for table, column, found in broken)
        if marked != count:
            raise NotAsMany(marked)


def _broken(table: Table) -> Iterator[tuple[Sealed, list[tuple[Any, bytes]]]]:
    """(column, (primary key, value) of each that does not open)."""
    found: dict[Sealed, list[tuple[Any, bytes]]] = {}
    for column, row in _each(table):
        if row[column.column][0] != _GIVEN_UP and not opens(column, row):
            found.setdefault(column, []).append((row["pk"], bytes(row[column.column])))
    yield from found.items()


def _mark(table: Table, column: Sealed, found: list[tuple[Any, bytes]]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL lock_timeout = '{_PATIENCE_FOR_LOCKS}'")
        cursor.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
        cursor.executemany(
            f"UPDATE {table.name} SET {column.column} = set_byte({column.column}, 0, {_GIVEN_UP})"  # noqa: S608
            f" WHERE {table.key} = %s AND {column.column} = %s",
            found,
        )
        marked = int(cursor.rowcount)
        cursor.execute(f"ALTER TABLE {table.name} ENABLE TRIGGER USER")
    return marked


def _each(table: Table) -> Iterator[tuple[Sealed, dict[str, Any]]]:
    for row in _rows(table):
        for column in table.columns:
            if row[column.column]:
                yield column, row


def _rows(table: Table) -> Iterator[dict[str, Any]]:
    return iter(table.model._base_manager.values("pk", *table.read).iterator(chunk_size=_AT_ONCE))


def opens(column: Sealed, row: dict[str, Any]) -> bool:
    try:
        settings.KEYRING.open(column.field, column.bound_in(row), row[column.column])
    except SealBroken:
        return False
    return True
