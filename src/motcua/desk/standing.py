"""Hồ sơ của ai đang ở đâu, told to a portal that is elsewhere: in the owner's copy, and before an account is closed.

Nothing is promised act by act: the history of dossiers is read on from a mark, as ``feed`` reads it, so that no line
is missed, the first round after an upgrade tells everything, and a silent portal is told later.
"""

import logging
from collections.abc import Sequence
from typing import Final

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from motcua import journal
from motcua.desk import catalogue
from motcua.desk.copying import OVER
from motcua.desk.feed import SETTLED
from motcua.desk.models import Dossier
from motcua.desk.ports import PortalUnavailable
from motcua.desk.ports_standing import DossierStanding, PortalStanding, ProcedureStanding, StandingRefused

log = logging.getLogger(__name__)

AT_ONCE: Final = 100
_LINES: Final = 1000
_NEXT: Final = f"""
    SELECT e.id, e.dossier_id FROM desk_dossierevent e
     WHERE e.id > coalesce((SELECT upto FROM desk_standingmark), 0) AND {SETTLED}
     ORDER BY e.id LIMIT %s
"""  # noqa: S608 - our own pieces
_MOVE: Final = """
    INSERT INTO desk_standingmark AS m (id, upto, told_at) VALUES (1, %s, clock_timestamp())
        ON CONFLICT (id) DO UPDATE SET upto = EXCLUDED.upto, told_at = EXCLUDED.told_at WHERE m.upto < EXCLUDED.upto
"""
_SILENT: Final = """
    INSERT INTO desk_standingmark (id, upto, silent_at) VALUES (1, 0, clock_timestamp())
        ON CONFLICT (id) DO UPDATE SET silent_at = EXCLUDED.silent_at
"""
_REFUSED: Final = """
    INSERT INTO desk_standingmark AS m (id, upto, refused, refused_at, refused_code)
    VALUES (1, 0, 1, clock_timestamp(), %s)
        ON CONFLICT (id) DO UPDATE
       SET refused = m.refused + 1, refused_at = EXCLUDED.refused_at, refused_code = EXCLUDED.refused_code
"""


def tell_due(portal: PortalStanding) -> int:
    """What happened since the mark; how many dossiers were told. 0 as well when the portal is silent."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [_LINES])
        lines = cursor.fetchall()
    if not lines:
        return 0
    told = 0
    try:
        rows = _standings({dossier for _, dossier in lines})
        for first in range(0, len(rows), AT_ONCE):
            _tell(portal, rows[first : first + AT_ONCE])
            told = min(first + AT_ONCE, len(rows))
    except PortalUnavailable:
        # The gateway has written down why; the mark stays, and the same lines are told in the next round.
        _remember(_SILENT)
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [lines[-1][0]])
    return max(1, told)


def _tell(portal: PortalStanding, rows: Sequence[DossierStanding]) -> None:
    """One that cannot be taken keeps no other: it is noted, and the rest goes on. Raises PortalUnavailable."""
    try:
        portal.tell_dossiers(rows)
    except StandingRefused as no:
        if len(rows) == 1:
            journal.record(
                "desk.standing.refused", subject=f"dossier:{rows[0].reference}", facts={"answer": no.why[:80]}
            )
            _remember(_REFUSED, no.why[:80])
            return
        for row in rows:
            _tell(portal, [row])


def _remember(statement: str, *values: str) -> None:
    """For the page that says how the telling goes."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))


def tell_procedures(portal: PortalStanding) -> int:
    """Everything that is received here today."""
    today = timezone.localdate()
    of_organisations = catalogue.for_organisations(on=today)
    rows = [
        ProcedureStanding(code, _plain(name), code in of_organisations)
        for code, name in catalogue.received(on=today).items()
    ]
    try:
        portal.tell_procedures(rows)
    except (PortalUnavailable, StandingRefused) as no:
        log.error("desk.procedures_not_told", extra={"reason": type(no).__name__})
        return 0
    return len(rows)


def _plain(name: str) -> str:
    """As the portal takes it: one line, as long as its box."""
    return " ".join("".join(char if char.isprintable() else " " for char in name).split())[:500] or "—"


def _standings(dossiers: set[int]) -> Sequence[DossierStanding]:
    """As they stand now, of owners whom the portal knows; ``line`` is the newest of each."""
    rows = Dossier.objects.filter(pk__in=dossiers).exclude(owner_subject="").select_related("procedure")
    return [
        DossierStanding(
            reference=row.public_id,
            subject=row.owner_subject,
            code=row.code or row.provisional_number or str(row.procedure.code),
            procedure_code=row.procedure.code,
            procedure_name=_plain(row.procedure.name),
            state=row.state,
            arrived_on=timezone.localdate(row.arrived_at),
            open=row.state not in OVER,
            line=row.newest,
        )
        for row in rows.annotate(newest=Max("events__id")).order_by("pk")
    ]
