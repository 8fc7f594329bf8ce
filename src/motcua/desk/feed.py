"""Diễn biến hồ sơ cho hệ thống khác: code, state and time of each step, in order, and nothing of anybody.

Problem: a reader that goes on from the last line it saw must never miss one that a slower transaction commits
later under a smaller number. Choice: only lines older than every transaction that is still writing, and a second
of grace for the moment between a line's number and its clock. Price: a line is given out a second late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from motcua.units import tree


@dataclass(frozen=True, slots=True)
class Line:
    """``code`` is the dossier's, or the provisional number while it has none. ``kind`` says what happened."""

    number: int
    code: str
    unit_code: str
    procedure_code: str
    kind: str
    from_state: str
    state: str
    step: str
    at: datetime


#: Of lines ``e``: older than everything that is still being written, so that none appears below them later.
SETTLED: Final = """
    e.at < clock_timestamp() - interval '1 second'
    AND e.at < coalesce((SELECT min(a.xact_start) FROM pg_stat_activity a
                          WHERE a.datname = current_database() AND a.backend_xid IS NOT NULL
                            AND a.pid <> pg_backend_pid()), clock_timestamp()) - interval '1 second'
"""
_LINES: Final = f"""
    SELECT e.id, coalesce(d.code, d.provisional_number, ''), d.unit_code, p.code, e.kind, e.from_state, e.to_state,
           coalesce((SELECT h.step_name FROM desk_hop h
                      WHERE h.dossier_id = d.id AND h.handed_at <= e.at ORDER BY h.id DESC LIMIT 1), ''), e.at
      FROM desk_dossierevent e
      JOIN desk_dossier d ON d.id = e.dossier_id
      JOIN desk_procedure p ON p.id = d.procedure_id
     WHERE e.id > %s AND d.unit_id = ANY(%s)
       AND (d.code IS NOT NULL OR d.provisional_number IS NOT NULL)
       AND {SETTLED}
     ORDER BY e.id LIMIT %s
"""  # noqa: S608 - our own pieces


def lines(*, top_unit: int, after: int, limit: int) -> Sequence[Line]:
    """What happened to the dossiers received at this unit and below, after a number; the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [after, list(tree.subtree_ids(top_unit)), limit])
        return [Line(*row) for row in cursor.fetchall()]
