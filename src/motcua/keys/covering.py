"""Marks of rows are put into another cover: most tables at once, in one short transaction; the rest piece by piece.

With the rights of the tables' owner: rows that are written once are changed past their rules, and nothing of them but
the cover. Whatever can be prepared is prepared while everybody works; the transaction only puts in what lies ready.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled

from motcua.kernel.marks import NOBODY
from motcua.kernel.refusal import Refusal
from motcua.keys.marks import MarkField

#: Whoever writes to these tables waits for no longer; the running system gives up after ten (ops/grants.py).
MOST_SECONDS: Final = 8.0
#: All locks together: less than the second after which PostgreSQL looks for a ring of waiting ones. Where somebody who
#: holds one table waits for another that we hold, it is we who let go; nobody meets an error.
_PATIENCE: Final = 0.8
#: One lock of somebody who holds nothing else, so in no ring: more than that second (`deadlock_timeout`), after which
#: PostgreSQL also sends away an autovacuum that stands in the way.
_PATIENCE_ALONE: Final = 1.8
_TRIES: Final = 20
_PAUSE: Final = 0.5
_AT_ONCE: Final = 20_000
_PIECE: Final = 2_000
#: More than a few in all appeared while the last were prepared: prepare again rather than keep everybody waiting.
_FEW: Final = 2_000
_BEING_DONE: Final = "hashtext('motcua lookup key')"


class TooMany(Refusal):
    code = "lookup_key_takes_too_long"
    status = 409
    message = (
        "Đổi khóa tra cứu cần dừng việc ghi quá {seconds} giây; chưa có gì thay đổi. Đề nghị chạy lại lúc vắng, hoặc"
        " dừng các dịch vụ rồi chạy với --at-rest."
    )


class MarksBusy(Refusal):
    code = "lookup_key_tables_busy"
    status = 409
    message = "Có giao dịch đang ghi quá lâu; chưa có gì thay đổi. Đề nghị chạy lại lệnh này sau ít phút."


class BeingDone(Refusal):
    code = "lookup_key_being_changed"
    status = 409
    message = "Khóa tra cứu đang được đổi bởi một lần chạy khác. Đề nghị chờ lần đó xong, rồi xem “motcua keys list”."


class _Piled(Exception):
    """Too much came since it was prepared."""


class MarkLeft(Exception):
    """A row holds a mark that no live key made: the change is not done."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A table with all its columns of marks. ``alone``: nothing in the database compares them with others."""

    name: str
    key: str
    columns: tuple[str, ...]
    alone: bool
    #: SQL: a row that was emptied, whose mark is nobody's and stands in any form.
    emptied: str = "false"

    def under_less_than(self, number: int) -> str:
        """SQL: a row with a mark under an older key. A number of ours, never text."""
        return " OR ".join(
            f"(keys_mark_number({each}) < {int(number)} AND {each} <> '\\x{NOBODY.hex()}')"
            for each in self.columns
        )


def tables(*, alone: bool | None = None) -> tuple[Marked, ...]:
    """Of all rooms, by name."""
    found = sorted(_found(), key=lambda each: each.name)
    return tuple(each for each in found if alone is None or each.alone is alone)


def _found() -> Iterator[Marked]:
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if isinstance(field, MarkField)]
        if fields:
            yield Marked(
                model._meta.db_table,
                str(model._meta.pk.column),
                tuple(str(field.column) for field in fields),
                alone=all(field.alone for field in fields),
                emptied=" OR ".join(field.emptied for field in fields if field.emptied) or "false",
            )


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """For the whole of a change, on whichever machine. Raises BeingDone."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({_BEING_DONE})")
        if not cursor.fetchone()[0]:
            raise BeingDone
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:  # a connection that is gone has let go
            cursor.execute(f"SELECT pg_advisory_unlock({_BEING_DONE})")


def prepare(number: int) -> int:
    """What each mark becomes, in a table of this connection's own; how many. For begin, before it."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.keys_becomes")
        cursor.execute("CREATE TEMP TABLE keys_becomes (was bytea PRIMARY KEY, becomes bytea NOT NULL)")
        return _prepare_more(cursor, number)


def _prepare_more(cursor: Any, number: int) -> int:
    done = sum(_prepared(cursor, table, number) for table in tables(alone=False))
    cursor.execute("ANALYZE keys_becomes")
    return done


def _prepared(cursor: Any, table: Marked, number: int, most: int | None = None) -> int:
    """How many were missing. Raises _Piled where they are more than ``most``."""
    done = 0
    for column in table.columns:
        while found := _missing(cursor, table, column, number):
            done += len(found)
            if most is not None and done > most:
                raise _Piled
            fresh = [_anew(mark, number) for mark in found]
            cursor.execute(
                "INSERT INTO keys_becomes SELECT * FROM unnest(%s::bytea[], %s::bytea[]) ON CONFLICT DO NOTHING",
                [found, fresh],
            )
    return done


def _missing(cursor: Any, table: Marked, column: str, number: int) -> list[bytes]:
    cursor.execute(
        f"SELECT DISTINCT t.{column} FROM {table.name} t LEFT JOIN keys_becomes b ON b.was = t.{column}"  # noqa: S608
        f" WHERE b.was IS NULL AND keys_mark_number(t.{column}) < %s AND t.{column} <> %s LIMIT %s",
        [number, NOBODY, _AT_ONCE],
    )
    return [bytes(mark) for (mark,) in cursor.fetchall()]


def _anew(kept: bytes, number: int) -> bytes:
    covers = settings.KEYRING.covers
    fresh: bytes = covers.cover(covers.read(kept), number)
    return fresh


def put_in(number: int, *, and_then: Callable[[], object], at_rest: bool = False) -> float:
    """All tables whose marks are compared, in one transaction: nobody ever sees two forms of one. Seconds it took.

    ``and_then`` is done in it. Raises TooMany, MarksBusy: then nothing changed.
    """
    piled = False
    for nth in range(_TRIES):
        if nth:
            time.sleep(_PAUSE)
            with connection.cursor() as cursor:
                _prepare_more(cursor, number)
        try:
            _knock()
            return _put_in(number, and_then, at_rest=at_rest)
        except _Piled:
            piled = True
        except OperationalError as no:
            if isinstance(no.__cause__, QueryCanceled):
                raise TooMany(seconds=int(MOST_SECONDS)) from no
            if not isinstance(no.__cause__, LockNotAvailable | DeadlockDetected):
                raise
            piled = False
    raise TooMany(seconds=int(MOST_SECONDS)) if piled else MarksBusy


def _knock() -> None:
    """Each table's lock once, alone and let go at once: what would stand in the way for long has gone then."""
    for table in tables(alone=False):
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            _lock(cursor, table, _PATIENCE_ALONE)


class _Clock:
    """Writers have waited since the first lock: every statement gets what is left of ``MOST_SECONDS``, then none."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def look(self) -> float:
        """Seconds left. Raises TooMany."""
        if (left := MOST_SECONDS - self.seconds) <= 0:
            raise TooMany(seconds=int(MOST_SECONDS))
        return left

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """As Django's ``execute_wrapper``, so that no statement is forgotten, of whichever room."""
        limit = max(1, int(1000 * self.look()))
        with connection.wrap_database_errors:
            connection.connection.execute(f"SET LOCAL statement_timeout = {limit}")
        return execute(sql, params, many, context)


@transaction.atomic(durable=True)
def _put_in(number: int, and_then: Callable[[], object], *, at_rest: bool) -> float:
    marked = tables(alone=False)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        clock = _Clock()
        for table in marked:
            _lock(cursor, table, _PATIENCE - clock.seconds)
        with nullcontext() if at_rest else connection.execute_wrapper(clock):
            _change_all(cursor, marked, number, few=None if at_rest else _FEW)
            cursor.execute("INSERT INTO keys_begunlookupkey (number) VALUES (%s)", [number])
            and_then()
        if not at_rest:
            clock.look()  # the last moment to turn back: a commit has no limit
    return clock.seconds


def _change_all(cursor: Any, marked: Sequence[Marked], number: int, *, few: int | None) -> None:
    """Raises _Piled, MarkLeft."""
    came = 0
    for table in marked:
        came += _prepared(cursor, table, number, most=None if few is None else few - came)
    for table in marked:
        cursor.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
        cursor.execute(_all_of(table, number))
        cursor.execute(f"ALTER TABLE {table.name} ENABLE TRIGGER USER")
        cursor.execute(f"SELECT 1 FROM {table.name} WHERE {table.under_less_than(number)} LIMIT 1")  # noqa: S608
        if cursor.fetchone():
            raise MarkLeft


def _lock(cursor: Any, table: Marked, patience: float) -> None:
    """Against writers and those who hold rows to write them: afterwards no row is waited for. Readers go on."""
    cursor.execute(f"SET LOCAL lock_timeout = {max(1, int(1000 * patience))}")
    cursor.execute(f"LOCK TABLE {table.name} IN EXCLUSIVE MODE")


def _all_of(table: Marked, number: int) -> str:
    """Each row written once; what is in its cover already, or nobody's, stays."""
    sets = ", ".join(
        f"{each} = coalesce((SELECT becomes FROM keys_becomes WHERE was = t.{each}), t.{each})"  # noqa: S608
        for each in table.columns
    )
    return f"UPDATE {table.name} t SET {sets} WHERE {table.under_less_than(number)}"  # noqa: S608


def put_in_rest(number: int) -> int:
    """The tables that stand alone, some rows at a time; how many rows. May be stopped and given again."""
    return sum(_piece_by_piece(table, number) for table in tables(alone=True))


def _piece_by_piece(table: Marked, number: int) -> int:
    done, last = 0, 0
    while True:
        found = _tried(lambda last=last: _piece(table, number, last))  # type: ignore[misc]
        if not found:
            return done
        done, last = done + len(found), found[-1]


def _tried(work: Callable[[], list[int]]) -> list[int]:
    for nth in range(_TRIES):
        if nth:
            time.sleep(_PAUSE)
        try:
            return work()
        except OperationalError as no:
            if not isinstance(no.__cause__, LockNotAvailable | DeadlockDetected):
                raise
    raise MarksBusy


@transaction.atomic(durable=True)
def _piece(table: Marked, number: int, after: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _lock(cursor, table, _PATIENCE_ALONE)
        cursor.execute(
            f"SELECT {table.key}, {', '.join(table.columns)} FROM {table.name}"  # noqa: S608
            f" WHERE {table.key} > %s AND ({table.under_less_than(number)}) ORDER BY {table.key} LIMIT %s",
            [after, _PIECE],
        )
        rows = cursor.fetchall()
        if rows:
            cursor.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
            _write(cursor, table, number, rows)
            cursor.execute(f"ALTER TABLE {table.name} ENABLE TRIGGER USER")
    return [int(row[0]) for row in rows]


def _write(cursor: Any, table: Marked, number: int, rows: Iterable[Sequence[Any]]) -> None:
    sets = ", ".join(f"{each} = n.{each}" for each in table.columns)
    given = list(zip(*(_anew_row(row, number) for row in rows), strict=True))
    arrays = ", ".join(["%s::bigint[]", *("%s::bytea[]" for _ in table.columns)])
    cursor.execute(
        f"UPDATE {table.name} t SET {sets} FROM unnest({arrays}) AS n ({table.key}, {', '.join(table.columns)})"  # noqa: S608
        f" WHERE t.{table.key} = n.{table.key}",
        [list(each) for each in given],
    )


def _anew_row(row: Sequence[Any], number: int) -> list[Any]:
    key, *found = row
    return [key, *(None if mark is None else _stays_or_anew(bytes(mark), number) for mark in found)]


def _stays_or_anew(kept: bytes, number: int) -> bytes:
    return (
        kept
        if kept == NOBODY or (kept[:1] == bytes((number,)) and len(kept) > len(NOBODY))
        else _anew(kept, number)
    )


def left(number: int, *, alone: bool | None = None) -> int:
    """Rows with somebody's mark under a key before this one."""
    with connection.cursor() as cursor:
        return sum(_count(cursor, table, number) for table in tables(alone=alone))


def _count(cursor: Any, table: Marked, number: int) -> int:
    cursor.execute(f"SELECT count(*) FROM {table.name} WHERE {_somebodys(table, number)}")  # noqa: S608
    return int(cursor.fetchone()[0])


def any_left(number: int, *, alone: bool) -> bool:
    """Whether there is such a row."""
    with connection.cursor() as cursor:
        for table in tables(alone=alone):
            cursor.execute(f"SELECT 1 FROM {table.name} WHERE {_somebodys(table, number)} LIMIT 1")  # noqa: S608
            if cursor.fetchone():
                return True
    return False


def _somebodys(table: Marked, number: int) -> str:
    return f"({table.under_less_than(number)}) AND NOT ({table.emptied})"


def numbers_alone() -> set[int]:
    """Under which keys the rows of the tables that stand alone lie. Reads them whole."""
    found = set[int]()
    with connection.cursor() as cursor:
        for table in tables(alone=True):
            for column in table.columns:
                cursor.execute(
                    f"SELECT DISTINCT keys_mark_number({column}) FROM {table.name} WHERE {column} <> %s",  # noqa: S608
                    [NOBODY],
                )
                found.update(number for (number,) in cursor.fetchall() if number is not None)
    return found
