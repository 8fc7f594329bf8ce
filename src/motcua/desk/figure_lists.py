"""Hồ sơ trong một số liệu của báo cáo: which dossiers it counts, for whoever may read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from motcua.desk import dossiers
from motcua.desk.dossiers import Page, Sort
from motcua.desk.models import Dossier
from motcua.desk.moving import OPEN
from motcua.desk.open_work import Figure
from motcua.desk.states import State
from motcua.kernel.authority import Authority, Power

_OPEN: Final = [state.value for state in OPEN]
_PAGE: Final = 20
#: What is received has come before: online, or while the portal was silent. Nothing waits so long, and the index of
#: arrivals is not read to its end for a week without a reception. The newest first, only the last page reads so far
#: back for what came before the period; the oldest first, the first page does.
_LONGEST_WAIT: Final = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Wanted:
    """``units``: of the viewer's own and those below, others are left out. The days: of RECEIVED only, both counted."""

    figure: Figure
    units: Sequence[int]
    since: date
    until: date
    newest_first: bool = False


def behind(viewer: Authority, wanted: Wanted, *, cursor: str | None, now: datetime) -> Page:
    """Twenty dossiers at most, the oldest first, or the newest (cheap for RECEIVED at any number of dossiers).

    What another unit outside the viewer's received and sent here is counted as overdue here, and is not theirs to read.
    Raises NotAuthorised, BadCursor.
    """
    viewer.require(Power.INSPECT)
    own = set(viewer.subtree or (viewer.unit_id,))
    units = sorted(own.intersection(wanted.units))
    rows = Dossier.objects.select_related("procedure", "process", "unit")
    order = Sort.NEWEST if wanted.newest_first else Sort.OLDEST
    if wanted.figure == Figure.OVERDUE:
        late = rows.filter(at_unit_id__in=units, unit_id__in=own, state__in=_OPEN, due_at__lt=now)
        return dossiers.paged(late, order, cursor, _PAGE)
    if wanted.figure == Figure.PROVISIONAL:
        waiting = rows.filter(unit_id__in=units, state=State.PROVISIONAL)
        return dossiers.paged(waiting, order, cursor, _PAGE)
    received = _received(rows, wanted)
    if len(units) > 1:  # each unit by its own index; the union says of which units
        return dossiers.paged(received, order, cursor, _PAGE, units)
    return dossiers.paged(received.filter(unit_id__in=units), order, cursor, _PAGE)


def _received(rows: "QuerySet[Dossier]", wanted: Wanted) -> "QuerySet[Dossier]":
    first = dossiers.midnight(wanted.since)
    end = dossiers.midnight(wanted.until + timedelta(days=1))
    in_period = Q(received_at__gte=first, received_at__lt=end)
    return rows.filter(in_period, arrived_at__gte=first - _LONGEST_WAIT, arrived_at__lt=end)
