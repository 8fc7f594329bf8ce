"""How much lies open at units: counts for whoever reorganises or reports, and nothing of the dossiers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from motcua.desk.models import Dossier, GateException, GroupReception, GroupRow, Opinion
from motcua.desk.moving import OPEN
from motcua.desk.open_work import Left, Load
from motcua.desk.states import State

_OPEN = [state.value for state in OPEN]
_NOW = RawSQL("clock_timestamp()", ())


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


def left_at(groups: Mapping[int, Sequence[int]]) -> dict[int, Left]:
    """What each would leave, with all that it took over; five statements, however many units.

    ``groups``: each unit with those whose work comes to it. A unit stands in one group; a dossier that went from one
    of a group to another lies there, and is counted there only.
    """
    every = [unit for units in groups.values() for unit in units]
    lies_at = _group_of("at_unit_id", groups)
    here = Dossier.objects.filter(at_unit_id__in=every, state__in=_OPEN).annotate(group=lies_at)
    lying = dict(here.order_by().values_list("group").annotate(n=Count("id")))
    counted = (
        Dossier.objects.filter(unit_id__in=every)
        .filter(Q(state__in=[*_OPEN, State.PROVISIONAL, State.NEW, State.DONE]))
        .annotate(group=_group_of("unit_id", groups), lies=lies_at)
        .order_by()
        .values_list("group")
        .annotate(
            away=Count("id", filter=Q(state__in=_OPEN) & ~Q(lies=F("group"))),
            provisional=Count("id", filter=Q(state=State.PROVISIONAL)),
            online=Count("id", filter=Q(state=State.NEW)),
            done=Count("id", filter=Q(state=State.DONE)),
        )
    )
    received = {unit: (away, provisional, online, done) for unit, away, provisional, online, done in counted}
    waiting = Opinion.objects.filter(asked_unit_id__in=every, answered_at=None, dossier__state__in=_OPEN)
    asked = _by_group(waiting, "asked_unit_id", groups)
    unused = GateException.objects.filter(unit_id__in=every, declined_at=None, dossier=None)
    exceptions = _by_group(unused, "unit_id", groups)
    unfinished = GroupRow.objects.filter(dossier=None, group__kept_until__gt=_NOW).values("group")
    lists = GroupReception.objects.filter(unit_id__in=every, pk__in=unfinished)
    classes = _by_group(lists, "unit_id", groups)
    return {
        unit: Left(
            lying.get(unit, 0),
            *received.get(unit, (0, 0, 0, 0)),
            opinions=asked.get(unit, 0),
            exceptions=exceptions.get(unit, 0),
            classes=classes.get(unit, 0),
        )
        for unit in groups
    }


def _by_group(rows: "QuerySet[Any]", column: str, groups: Mapping[int, Sequence[int]]) -> dict[int, int]:
    found = rows.annotate(of_group=_group_of(column, groups)).order_by().values_list("of_group")
    return dict(found.annotate(n=Count("id")))


def _group_of(column: str, groups: Mapping[int, Sequence[int]]) -> Case:
    """To which group the unit of that column belongs; 0 for every other."""
    whens = [When(**{f"{column}__in": list(units)}, then=Value(group)) for group, units in groups.items()]
    return Case(*whens, default=Value(0), output_field=BigIntegerField())
