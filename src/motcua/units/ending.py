"""Đơn vị sắp kết thúc: whom its end concerns, before it happens, and who goes on with its work afterwards."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet

from motcua.kernel.authority import Power
from motcua.units.models import GrantRequest, Post, Unit

#: What somebody at the successor has to be able to do, for what is left to go on.
WORK: Final = (Power.RECEIVE_DOSSIER, Power.PROCESS, Power.SIGN, Power.HAND_OUT)


@dataclass(frozen=True, slots=True)
class People:
    """Who works at a unit today, and who would have no post anywhere once it has ended."""

    officers: int = 0
    posts: int = 0
    only_here: int = 0
    requests: int = 0


def people_of(unit_ids: Sequence[int], *, on: date) -> dict[int, People]:
    """Of each unit, all of which end together; three statements however many there are."""
    held = _counting(on).filter(unit_id__in=unit_ids).values_list("unit_id", "officer_id")
    by_unit: dict[int, list[int]] = defaultdict(list)
    for unit_id, officer_id in held:
        by_unit[unit_id].append(officer_id)
    everyone = {officer for officers in by_unit.values() for officer in officers}
    elsewhere = set(
        _counting(on)
        .filter(officer_id__in=everyone, unit__valid_to=None)
        .exclude(unit_id__in=unit_ids)
        .values_list("officer_id", flat=True)
    )
    asked = GrantRequest.objects.filter(unit_id__in=unit_ids, state=GrantRequest.State.OPEN)
    waiting: dict[int, int] = defaultdict(int)
    for unit_id in asked.values_list("unit_id", flat=True):
        waiting[unit_id] += 1
    return {
        unit_id: People(
            officers=len(set(by_unit[unit_id])),
            posts=len(by_unit[unit_id]),
            only_here=len(set(by_unit[unit_id]) - elsewhere),
            requests=waiting[unit_id],
        )
        for unit_id in unit_ids
    }


def people_together(unit_ids: Sequence[int], *, on: date) -> People:
    """Of all of them as one: who works at two of them is one officer; three statements."""
    held = list(_counting(on).filter(unit_id__in=unit_ids).values_list("officer_id", flat=True))
    staying = _counting(on).filter(officer_id__in=held, unit__valid_to=None).exclude(unit_id__in=unit_ids)
    elsewhere = set(staying.values_list("officer_id", flat=True))
    asked = GrantRequest.objects.filter(unit_id__in=unit_ids, state=GrantRequest.State.OPEN)
    return People(len(set(held)), len(held), len(set(held) - elsewhere), asked.count())


def with_inherited(unit_ids: Sequence[int], *, on: date | None = None) -> dict[int, tuple[int, ...]]:
    """Each unit with every unit whose work comes to it, however many lie between; one statement.

    With a day, what ended before it; without, also what has a last day still to come: who ends later leaves that too.
    """
    found: dict[int, list[int]] = {unit_id: [] for unit_id in unit_ids}
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE heir(root, id) AS (SELECT id, id FROM units_unit WHERE id = ANY(%(units)s)"
            " UNION SELECT h.root, e.id FROM heir h JOIN units_unit e ON e.successor_id = h.id"
            " AND (%(on)s::date IS NULL OR e.valid_to < %(on)s)) SELECT root, id FROM heir ORDER BY root, id",
            {"units": list(unit_ids), "on": on},
        )
        for root, unit_id in cursor.fetchall():
            found[root].append(unit_id)
    return {root: tuple(ids) for root, ids in found.items()}


def hands_at(unit: Unit, *, on: date) -> Mapping[Power, int]:
    """How many officers of a unit hold each right that the work on dossiers needs, on that day; one statement."""
    officers: dict[Power, set[int]] = {power: set() for power in WORK}
    for officer_id, powers in _counting(on).filter(unit=unit).values_list("officer_id", "powers"):
        for power in WORK:
            if power.value in powers:
                officers[power].add(officer_id)
    return {power: len(who) for power, who in officers.items()}


def working_at(unit_ids: Sequence[int], *, on: date) -> dict[int, int]:
    """How many officers each unit has, for choosing who follows; one statement."""
    found: dict[int, set[int]] = defaultdict(set)
    for unit_id, officer_id in (
        _counting(on).filter(unit_id__in=unit_ids).values_list("unit_id", "officer_id")
    ):
        found[unit_id].add(officer_id)
    return {unit_id: len(found[unit_id]) for unit_id in unit_ids}


def _counting(on: date) -> QuerySet[Post]:
    return Post.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on, revoked_at=None, officer__active=True
    )
