"""How much lies open at units: counts for whoever reorganises or reports, and nothing of the dossiers."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Q

from motcua.desk.models import Dossier
from motcua.desk.moving import OPEN
from motcua.desk.open_work import Load
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
