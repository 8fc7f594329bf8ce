"""What the desk forgets, and when: whose a dossier was, whom a check was about (threats DP-11). Codes and ids stay.

A row is forgotten by touching it: a trigger empties the personal columns, and only when their day has come
(migration of forgetting). A period may be set longer than the trigger's, never shorter.
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from motcua import journal
from motcua.desk import filing_drafts, group_reception

_AT_ONCE: Final = 200
_BATCHES: Final = 20

_CHECKS: Final = """
UPDATE desk_accountcheck SET visit = visit WHERE id IN (
    SELECT id FROM desk_accountcheck
     WHERE checked_at <= clock_timestamp() - make_interval(months => %s)
       AND number_bi <> decode(repeat('00', 32), 'hex')
     ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id
"""
_DOSSIERS: Final = """
UPDATE desk_dossier SET version = version WHERE id IN (
    SELECT d.id FROM desk_dossier d
     WHERE d.state IN ('NOT_ACCEPTED', 'WITHDRAWN', 'STOPPED', 'DONE', 'RETURNED') AND d.owner_name <> ''
       AND greatest(d.arrived_at, (SELECT max(e.at) FROM desk_dossierevent e WHERE e.dossier_id = d.id))
           <= clock_timestamp() - make_interval(years => %s)
     ORDER BY d.id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id
"""
# Named by the dossiers of this batch: what was written about them on the way.
_WITH_THEM: Final = (
    "UPDATE desk_dossierevent SET words = words WHERE dossier_id = ANY(%s)",
    "UPDATE desk_hop SET note = note WHERE dossier_id = ANY(%s)",
    "UPDATE desk_notice SET reason = reason WHERE dossier_id = ANY(%s)",
    "UPDATE desk_opinion SET content = content WHERE dossier_id = ANY(%s)",
    "UPDATE desk_charge SET kind = kind WHERE dossier_id = ANY(%s)",
    "UPDATE desk_result SET name = name WHERE dossier_id = ANY(%s)",
    "UPDATE desk_rating SET stars = stars WHERE dossier_id = ANY(%s)",
    "UPDATE desk_handout SET how = how WHERE dossier_id = ANY(%s)",
    "UPDATE desk_receptioncorrection SET reason = reason WHERE dossier_id = ANY(%s)",
    "UPDATE desk_nationalsync SET version = version WHERE dossier_id = ANY(%s)",
    "UPDATE desk_ownercorrection SET reason = reason WHERE dossier_id = ANY(%s)",
    "UPDATE desk_representation SET kind = kind"
    " WHERE id IN (SELECT representation_id FROM desk_dossier WHERE id = ANY(%s))",
    "UPDATE desk_gateexception SET reason = reason"
    " WHERE id IN (SELECT exception_id FROM desk_dossier WHERE id = ANY(%s))",
)
_EXCEPTIONS: Final = """
UPDATE desk_gateexception SET reason = reason WHERE id IN (
    SELECT x.id FROM desk_gateexception x
     WHERE x.owner_name <> '' AND x.asked_at <= clock_timestamp() - make_interval(years => %s)
       AND NOT EXISTS (SELECT 1 FROM desk_dossier d WHERE d.exception_id = x.id)
     ORDER BY x.id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id
"""

_OLD_CHECKS: Final = """
SELECT count(*) FROM (
    SELECT 1 FROM desk_accountcheck
     WHERE checked_at <= clock_timestamp() - make_interval(months => %s)
       AND number_bi <> decode(repeat('00', 32), 'hex') LIMIT %s
) old
"""
_OLD_DOSSIERS: Final = """
SELECT count(*) FROM (
    SELECT 1 FROM desk_dossier d
     WHERE d.state IN ('NOT_ACCEPTED', 'WITHDRAWN', 'STOPPED', 'DONE', 'RETURNED') AND d.owner_name <> ''
       AND greatest(d.arrived_at, (SELECT max(e.at) FROM desk_dossierevent e WHERE e.dossier_id = d.id))
           <= clock_timestamp() - make_interval(years => %s)
     LIMIT %s
) old
"""
_OLD_EXCEPTIONS: Final = """
SELECT count(*) FROM (
    SELECT 1 FROM desk_gateexception x
     WHERE x.owner_name <> '' AND x.asked_at <= clock_timestamp() - make_interval(years => %s)
       AND NOT EXISTS (SELECT 1 FROM desk_dossier d WHERE d.exception_id = x.id)
     LIMIT %s
) old
"""


def overdue(at_most: int) -> int:
    """How many rows are past their day and still name somebody; counted no further than ``at_most`` of each kind."""
    years = settings.DOSSIERS_KEPT_YEARS
    return (
        _count(_OLD_CHECKS, settings.CHECKS_KEPT_MONTHS, at_most)
        + _count(_OLD_DOSSIERS, years, at_most)
        + _count(_OLD_EXCEPTIONS, years, at_most)
        + filing_drafts.overdue(at_most)
        + group_reception.overdue(at_most)
    )


def _count(statement: str, period: int, at_most: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, [period, at_most])
        return int(cursor.fetchone()[0])


def purge_due() -> int:
    """Forget what is past its day, some hundreds at a time; returns how many rows. Twice is once."""
    return (
        _in_batches(lambda: _forget("checks", _CHECKS, settings.CHECKS_KEPT_MONTHS))
        + _in_batches(lambda: _forget("dossiers", _DOSSIERS, settings.DOSSIERS_KEPT_YEARS, _WITH_THEM))
        + _in_batches(lambda: _forget("exceptions", _EXCEPTIONS, settings.DOSSIERS_KEPT_YEARS))
        + _in_batches(filing_drafts.purge_lapsed)
        + group_reception.forget_lapsed()
    )


def _in_batches(batch: Callable[[], int]) -> int:
    gone = 0
    for _ in range(_BATCHES):
        now_gone = batch()
        gone += now_gone
        if now_gone < _AT_ONCE:
            break
    return gone


@transaction.atomic
def _forget(what: str, touch: str, period: int, with_them: tuple[str, ...] = ()) -> int:
    """One batch and its line in the journal: neither without the other."""
    with connection.cursor() as cursor:
        cursor.execute(touch, [period, _AT_ONCE])
        touched = [pk for (pk,) in cursor.fetchall()]
        for statement in with_them if touched else ():
            cursor.execute(statement, [touched])
    if touched:
        journal.record("desk.data.erased", subject="room:desk", facts={what: len(touched)})
    return len(touched)
