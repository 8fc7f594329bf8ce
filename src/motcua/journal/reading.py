"""The journal as an inspector reads it: lines of the own units, found by an index, page by page, never counted."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from motcua.kernel.authority import Authority, Power

PAGE: Final = 30
#: Outside every unit: what citizens and the system did themselves.
NO_UNIT: Final = ""

_MARK: Final = re.compile(r"[0-9]{1,18}")
# A row draws its id, then reads the clock; a writer may be paused between the two. So whoever comes a minute
# or more after another row also has the larger id: days are told to the index of ids by such a row.
_PAUSE: Final = timedelta(minutes=1)
_LAST_BEFORE: Final = "coalesce((SELECT id FROM journal_event WHERE at < %s ORDER BY at DESC LIMIT 1), 0)"
_FIRST_FROM: Final = (
    "coalesce((SELECT id FROM journal_event WHERE at >= %s ORDER BY at LIMIT 1), 9223372036854775807)"
)
_COLUMNS: Final = "id, at, event, subject, actor, unit_code, facts::text"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters; None means any. ``units`` are the codes whose lines the inspector may read."""

    units: tuple[str, ...]
    subjects: tuple[str, ...] | None = None
    actors: tuple[str, ...] | None = None
    event: str = ""
    since: date | None = None
    until: date | None = None
    oldest_first: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line: codes and ids."""

    id: int
    at: datetime
    event: str
    subject: str
    actor: str
    unit_code: str
    facts: dict[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """Keyset pages: the marks go back into ``lines``."""

    rows: list[Line]
    next_after: str
    previous_before: str


def lines(viewer: Authority, wanted: Wanted, *, after: str = "", before: str = "") -> Page:
    """One page; one statement whatever the filters."""
    viewer.require(Power.INSPECT)
    backwards = bool(_MARK.fullmatch(before))
    mark = before if backwards else after if _MARK.fullmatch(after) else ""
    found = _find(wanted, mark=int(mark) if mark else None, backwards=backwards, limit=PAGE + 1)
    rows = found[:PAGE][::-1] if backwards else found[:PAGE]
    more = len(found) > PAGE
    has_next = bool(rows) and (more or backwards)
    has_previous = bool(rows) and (more if backwards else bool(mark))
    return Page(rows, str(rows[-1].id) if has_next else "", str(rows[0].id) if has_previous else "")


def some(viewer: Authority, wanted: Wanted, *, limit: int) -> list[Line]:
    """The first so many lines, for a file."""
    viewer.require(Power.INSPECT)
    return _find(wanted, mark=None, backwards=False, limit=limit)


def _find(wanted: Wanted, *, mark: int | None, backwards: bool, limit: int) -> list[Line]:
    ascending = wanted.oldest_first != backwards
    column, keys = _led_by(wanted)
    where, params = _conditions(wanted, column)
    if mark is not None:
        where.append(f"id {'>' if ascending else '<'} %s")
        params.append(mark)
    order = "ASC" if ascending else "DESC"
    # Each key is read in the order of its own index and stops when the page is full: one unit of a million
    # lines and sixty small ones cost sixty short walks. Every piece is ours; what was typed travels as parameters.
    statement = (
        f"SELECT l.* FROM unnest(%s::text[]) AS k (key) CROSS JOIN LATERAL ("  # noqa: S608
        f" SELECT {_COLUMNS} FROM journal_event WHERE {column} = k.key AND {' AND '.join(where)}"
        f" ORDER BY id {order} LIMIT {limit}) AS l ORDER BY l.id {order} LIMIT {limit}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(keys), *params])
        return [line_of(row) for row in cursor]


def _led_by(wanted: Wanted) -> tuple[str, Sequence[str]]:
    """The column with the fewest lines to read, and its values."""
    if wanted.subjects is not None:
        return "subject", sorted(set(wanted.subjects))
    if wanted.actors is not None:
        return "actor", sorted(set(wanted.actors))
    return "unit_code", sorted(set(wanted.units))


def _conditions(wanted: Wanted, led_by: str) -> tuple[list[str], list[Any]]:
    where: list[str] = ["TRUE"]
    params: list[Any] = []
    if led_by != "unit_code":
        where.append("unit_code = ANY(%s)")
        params.append(list(wanted.units))
    if led_by != "actor" and wanted.actors is not None:
        where.append("actor = ANY(%s)")
        params.append(list(wanted.actors))
    if wanted.event:
        where.append("event = %s")
        params.append(wanted.event)
    if wanted.since is not None:
        begins = _midnight(wanted.since)
        where.append(f"at >= %s AND id > {_LAST_BEFORE}")
        params += [begins, begins - _PAUSE]
    if wanted.until is not None:
        ends = _midnight(wanted.until + timedelta(days=1))
        where.append(f"at < %s AND id < {_FIRST_FROM}")
        params += [ends, ends + _PAUSE]
    return where, params


def line_of(row: Sequence[Any]) -> Line:
    """The columns of a line, in the order of the table, its facts as text."""
    row_id, at, event, subject, actor, unit_code, facts = row
    return Line(row_id, at, event, subject, actor, unit_code, json.loads(facts))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
