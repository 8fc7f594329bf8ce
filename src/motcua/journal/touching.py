"""What somebody did in a window of time, added up by what it was done to: for telling whom a breach concerns."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

_AT_ONCE: Final = 5_000
# Who looked at the own things is no stranger; whatever the system did by itself has no actor.
_BY_STRANGERS: Final = "actor <> '' AND actor NOT LIKE 'account:%%'"


@dataclass(frozen=True, slots=True)
class Touch:
    """One act on one thing, however often. ``what`` and ``rows`` as the lines' facts say."""

    subject: str
    event: str
    what: str
    times: int
    rows: int
    first_at: datetime
    last_at: datetime


def touches(
    *, since: datetime, until: datetime, events: Collection[str], actor: str = "", units: Collection[str] = ()
) -> Iterator[Touch]:
    """From ``since`` until before ``until``, by one actor, by officers of these units, or by anybody; one statement."""
    where: list[str] = ["at >= %s", "at < %s", "event = ANY(%s)"]
    values: list[Any] = [since, until, sorted(events)]
    if actor:
        where, values = [*where, "actor = %s"], [*values, actor]
    else:
        where.append(_BY_STRANGERS)
    if units:
        where, values = [*where, "unit_code = ANY(%s)"], [*values, sorted(units)]
    yield from _read(" AND ".join(where), values)


def _read(where: str, values: list[Any]) -> Iterator[Touch]:
    with connection.cursor() as cursor:
        # Every piece is ours; what was asked for travels as parameters.
        cursor.execute(
            "SELECT subject, event, coalesce(facts->>'what', ''), count(*)::int,"  # noqa: S608
            " coalesce(sum(CASE WHEN facts->>'rows' ~ '^[0-9]{1,8}$' THEN (facts->>'rows')::int END), 0)::int,"
            f" min(at), max(at) FROM journal_event WHERE {where} GROUP BY 1, 2, 3",
            values,
        )
        while some := cursor.fetchmany(_AT_ONCE):
            for row in some:
                yield Touch(*row)
