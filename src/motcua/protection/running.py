"""How each chore that deletes ran: written down by the worker, read on the page and by the figures."""

from collections.abc import Callable

from django.db import connection

from motcua.protection.models import ChoreRun

_RAN = """
INSERT INTO protection_chorerun (chore, ran_at, erased_at, erased, erased_ever)
VALUES (%(chore)s, clock_timestamp(), CASE WHEN %(count)s > 0 THEN clock_timestamp() END, %(count)s, %(count)s)
ON CONFLICT (chore) DO UPDATE SET ran_at = clock_timestamp(),
    erased_at = coalesce(excluded.erased_at, protection_chorerun.erased_at),
    erased = CASE WHEN %(count)s > 0 THEN %(count)s ELSE protection_chorerun.erased END,
    erased_ever = protection_chorerun.erased_ever + %(count)s
"""
_FAILED = """
INSERT INTO protection_chorerun (chore, ran_at, failed_at, erased, erased_ever)
VALUES (%(chore)s, NULL, clock_timestamp(), 0, 0)
ON CONFLICT (chore) DO UPDATE SET failed_at = clock_timestamp()
"""


def noted(chore: str, work: Callable[[], int]) -> Callable[[], int]:
    """``work``, and a line about how it went; what it raises is raised."""

    def run() -> int:
        try:
            count = work()
        except Exception:
            _write(_FAILED, chore, 0)
            raise
        _write(_RAN, chore, count)
        return count

    return run


def seconds_since() -> list[tuple[str, float]]:
    """Chore → how long ago it last came to its end, by the database clock; for the figures."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT chore, extract(epoch FROM clock_timestamp() - ran_at) FROM protection_chorerun"
            " WHERE ran_at IS NOT NULL ORDER BY chore"
        )
        return [(chore, float(seconds)) for chore, seconds in cursor.fetchall()]


def last(chore: str) -> ChoreRun | None:
    return ChoreRun.objects.filter(chore=chore).first()


def _write(statement: str, chore: str, count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"chore": chore, "count": count})
