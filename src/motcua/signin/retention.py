"""What the room forgets, and when: kept answers after two days, counters after ninety (the least: migration 0004)."""

from datetime import timedelta
from typing import Final

from django.db import connection, transaction

from motcua.signin import assertions, proofs
from motcua.signin.answers import KEPT

COUNTS_KEPT: Final = timedelta(days=90)
_AT_ONCE: Final = 500
_BATCHES: Final = 20

_OLD_ANSWERS: Final = """
    DELETE FROM signin_keptanswer WHERE id IN (
        SELECT id FROM signin_keptanswer
         WHERE asked_at < clock_timestamp() - make_interval(secs => %s)
           AND (answered_at IS NOT NULL OR lease_until < clock_timestamp())
         ORDER BY asked_at LIMIT %s)
"""
_OLD_COUNTS: Final = """
    DELETE FROM signin_callcount WHERE id IN (
        SELECT id FROM signin_callcount
         WHERE hour < clock_timestamp() - make_interval(secs => %s) ORDER BY id LIMIT %s)
"""

_COUNT_OLD_ANSWERS: Final = """
    SELECT count(*) FROM (
        SELECT 1 FROM signin_keptanswer
         WHERE asked_at < clock_timestamp() - make_interval(secs => %s)
           AND (answered_at IS NOT NULL OR lease_until < clock_timestamp()) LIMIT %s) old
"""


def overdue(at_most: int) -> int:
    """How many answers are past their day and still here; counted no further than ``at_most``."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_OLD_ANSWERS, [KEPT.total_seconds(), at_most])
        return int(cursor.fetchone()[0])


def purge_due() -> int:
    """Some hundreds at a time; how many went. Nothing of it is anybody's, so the journal is not told."""
    return _purge(_OLD_ANSWERS, KEPT) + _purge(_OLD_COUNTS, COUNTS_KEPT)


def forget_proofs() -> int:
    """Proofs of systems and of holders that could not be believed any more anyway; how many went."""
    return assertions.forget_used() + proofs.forget_used()


def _purge(statement: str, kept: timedelta) -> int:
    gone = 0
    for _ in range(_BATCHES):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [kept.total_seconds(), _AT_ONCE])
            batch = cursor.rowcount
        gone += batch
        if batch < _AT_ONCE:
            break
    return gone
