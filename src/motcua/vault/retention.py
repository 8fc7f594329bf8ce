"""What the vault forgets, and when: who looked, after 24 months (threats DP-08). Papers stay their owner's."""

from typing import Final

from django.conf import settings
from django.db import connection, transaction

from motcua import journal

_AT_ONCE: Final = 500
_BATCHES: Final = 20

# The oldest stand first; a contested look stays as evidence. A trigger refuses any other deletion.
_DELETE_OLD_LOOKS: Final = """
DELETE FROM vault_look WHERE id IN (
    SELECT id FROM (
        SELECT l.id, l.at FROM vault_look l
         WHERE NOT EXISTS (SELECT 1 FROM vault_contest c WHERE c.look_id = l.id)
         ORDER BY l.id LIMIT %s
    ) oldest WHERE oldest.at <= clock_timestamp() - make_interval(months => %s)
)
"""

_COUNT_OLD_LOOKS: Final = """
SELECT count(*) FROM (
    SELECT 1 FROM vault_look l
     WHERE l.at <= clock_timestamp() - make_interval(months => %s)
       AND NOT EXISTS (SELECT 1 FROM vault_contest c WHERE c.look_id = l.id)
     LIMIT %s
) old
"""


def overdue(at_most: int) -> int:
    """How many looks are past their day and still here; counted no further than ``at_most``."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_OLD_LOOKS, [settings.LOOKS_KEPT_MONTHS, at_most])
        return int(cursor.fetchone()[0])


def purge_due() -> int:
    """Delete looks past their day, some hundreds at a time; returns how many."""
    gone = 0
    for _ in range(_BATCHES):
        batch = _looks()
        gone += batch
        if batch < _AT_ONCE:
            break
    return gone


@transaction.atomic
def _looks() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_DELETE_OLD_LOOKS, [_AT_ONCE, settings.LOOKS_KEPT_MONTHS])
        gone: int = cursor.rowcount
    if gone:
        journal.record("vault.data.erased", subject="room:vault", facts={"looks": gone})
    return gone
