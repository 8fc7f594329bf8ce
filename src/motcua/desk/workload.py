"""How much lies open at units: counts for whoever reorganises or reports, and nothing of the dossiers."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, F, Q

from motcua.desk.models import Dossier, Opinion
from motcua.desk.moving import OPEN
from motcua.desk.open_work import Left, Load
from motcua.desk.states import State

_OPEN = [state.value for state in OPEN]


def open_at(unit_id: int) -> int:
    """Dossiers that somebody at the unit still works on."""
    return Dossier.objects.filter(at_unit_id=unit_id, state__in=_OPEN).count()


def of_units(unit_ids: Sequence[int], *, now: datetime) -> dict[int, Load]:
    """Of each unit that has any; two statements over the small indexes of what is open."""
    here = Dossier.objects.filter(at_unit_id__in=unit_ids, state__in=_OPEN).values_list("at_unit_id")
    found = {
        unit: Load(open=count, overdue=late)
        for unit, count, late in here.annotate(n=Count("id"), late=Count("id", filter=Q(due_at__lt=now)))
    }
    waiting = Dossier.objects.filter(unit_id__in=unit_ids, state=State.PROVISIONAL).values_list("unit_id")
    for unit, count in waiting.annotate(n=Count("id")):
        found[unit] = found.get(unit, Load()) + Load(provisional=count)
    return found


def left_at(unit_ids: Sequence[int]) -> dict[int, Left]:
    """What each unit would leave if it ended now; three statements, however many units."""
    here = Dossier.objects.filter(at_unit_id__in=unit_ids, state__in=_OPEN).values_list("at_unit_id")
    lying = dict(here.annotate(n=Count("id")))
    counted = (
        Dossier.objects.filter(unit_id__in=unit_ids)
        .filter(Q(state__in=[*_OPEN, State.PROVISIONAL, State.NEW, State.DONE]))
        .values_list("unit_id")
        .annotate(
            away=Count("id", filter=Q(state__in=_OPEN) & ~Q(at_unit_id=F("unit_id"))),
            provisional=Count("id", filter=Q(state=State.PROVISIONAL)),
            online=Count("id", filter=Q(state=State.NEW)),
            done=Count("id", filter=Q(state=State.DONE)),
        )
    )
    received = {unit: (away, provisional, online, done) for unit, away, provisional, online, done in counted}
    waiting = Opinion.objects.filter(
        asked_unit_id__in=unit_ids, answered_at=None, dossier__state__in=_OPEN
    ).values_list("asked_unit_id")
    asked = dict(waiting.annotate(n=Count("id")))
    left = {}
    for unit in unit_ids:
        away, provisional, online, done = received.get(unit, (0, 0, 0, 0))
        left[unit] = Left(lying.get(unit, 0), away, provisional, online, done, asked.get(unit, 0))
    return left
