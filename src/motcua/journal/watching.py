"""The journal as those who watch over it read it: the lines of a day by their acts, without asking who looks."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from motcua.journal.reading import Line, line_of

#: A screen shows no more lines of one matter.
SHOWN: Final = 200
_COLUMNS: Final = "id, at, event, subject, actor, unit_code, facts::text"


def lines_of_day(day: date, events: Iterable[str], *, but_for: Iterable[str] = ()) -> list[Line]:
    """Every line of these events on that day (Vietnam's), the oldest first; one statement.

    ``but_for``: purposes whose lines stay where they are, because there may be twenty thousand of them.
    """
    begins = timezone.make_aware(datetime.combine(day, time.min))
    return _read(
        "at >= %s AND at < %s AND event = ANY(%s) AND coalesce(facts->>'purpose', '') <> ALL(%s)",
        [begins, begins + timedelta(days=1), sorted(set(events)), sorted(set(but_for))],
    )


def lines_about(subjects: Iterable[str], event: str) -> list[Line]:
    """The lines of one event about these subjects; one statement."""
    return _read("subject = ANY(%s) AND event = %s", [sorted(set(subjects)), event])


def lines_with(ids: Sequence[int]) -> list[Line]:
    """The first of these lines, for a page that shows what something rests on."""
    return _read("id = ANY(%s)", [sorted(ids)[:SHOWN]])


def _read(where: str, values: list[Any]) -> list[Line]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM journal_event WHERE {where} ORDER BY id", values)  # noqa: S608
        return [line_of(row) for row in cursor]
