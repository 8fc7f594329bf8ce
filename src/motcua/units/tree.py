"""Cây đơn vị: which offices there are, which lie below which, where the nearest desk is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count, Q

from motcua.kernel.authority import Authority
from motcua.kernel.collation import collation_key
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound
from motcua.units.models import Post, Unit, UnitChange


@dataclass(frozen=True, slots=True)
class Desk:
    """A one-stop desk as printed on the citizen's slip; everything here is public."""

    unit_code: str
    name: str
    district: str
    address: str
    phone: str


def unit(code: str) -> Unit:
    """The unit, open or closed; NotFound when there is none."""
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def desks(near: str = "", *, on: date) -> list[Desk]:
    """The desks open on this day; those of the district named ``near`` come first, then the tree's top."""
    open_now = Unit.objects.filter(has_desk=True, valid_from__lte=on).filter(
        Q(valid_to=None) | Q(valid_to__gte=on)
    )
    wanted = fold(near) if near.strip() else ""
    found = sorted(
        open_now,
        key=lambda u: (
            not (wanted and wanted in fold(u.district or u.name)),
            u.parent_id is not None,
            collation_key(u.name),
        ),
    )
    return [Desk(u.code, u.name, u.district, u.address, u.phone) for u in found]


def units_below(viewer: Authority, *, on: date) -> list[Unit]:
    """The viewer's own unit and those below, for choosers, as the alphabet has them; closed ones are left out."""
    below = Unit.objects.filter(id__in=viewer.subtree, valid_from__lte=on)
    return sorted(
        below.filter(Q(valid_to=None) | Q(valid_to__gte=on)), key=lambda unit: collation_key(unit.name)
    )


def open_units(*, on: date) -> list[Unit]:
    """Every unit of the province that is open on this day, for choosers, as the alphabet has them."""
    there = Unit.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
    return sorted(there, key=lambda unit: collation_key(unit.name))


def names_of(codes: Sequence[str]) -> dict[str, str]:
    """Short names for lists; one query."""
    return dict(Unit.objects.filter(code__in=set(codes)).values_list("code", "short_name"))


def working_unit(of: Unit, *, on: date) -> Unit:
    """Who does this unit's work on that day: itself, or whoever follows it; asks nothing of a unit that is open.

    A unit that ended with nobody after it is answered as it is.
    """
    if of.valid_to is None or of.valid_to >= on:
        return of
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE doing(id, step) AS (SELECT %(unit)s::bigint, 0"
            " UNION ALL SELECT u.successor_id, d.step + 1 FROM doing d JOIN units_unit u ON u.id = d.id"
            " WHERE u.successor_id IS NOT NULL AND u.valid_to < %(on)s AND d.step < 100)"
            " SELECT id FROM doing ORDER BY step DESC LIMIT 1",
            {"unit": of.pk, "on": on},
        )
        (last,) = cursor.fetchone()
    return of if last == of.pk else Unit.objects.get(pk=last)


def subtree_ids(unit_id: int) -> tuple[int, ...]:
    """The unit and every unit below it, closed ones included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE tree(id) AS (SELECT id FROM units_unit WHERE id = %s"
            " UNION SELECT c.id FROM units_unit c JOIN tree t ON c.parent_id = t.id)"
            " SELECT id FROM tree ORDER BY id",
            [unit_id],
        )
        return tuple(row[0] for row in cursor.fetchall())


def lies_below(code: str, top_id: int) -> bool:
    """Whether the unit is ``top_id`` or below it; walks up, so the size of the tree does not matter."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE up(id, parent_id) AS (SELECT id, parent_id FROM units_unit WHERE code = %s"
            " UNION SELECT u.id, u.parent_id FROM units_unit u JOIN up ON u.id = up.parent_id)"
            " SELECT EXISTS (SELECT 1 FROM up WHERE id = %s)",
            [code, top_id],
        )
        found: bool = cursor.fetchone()[0]
        return found


def codes_below(viewer: Authority) -> tuple[str, ...]:
    """The codes of the viewer's own unit and those below, closed ones included: the past has them."""
    return tuple(Unit.objects.filter(id__in=viewer.subtree).order_by("code").values_list("code", flat=True))


def is_top(viewer: Authority) -> bool:
    """Whether nothing lies above the viewer's unit."""
    return Unit.objects.filter(pk=viewer.unit_id, parent=None).exists()


@dataclass(frozen=True, slots=True)
class Node:
    """A unit in the tree, with who works there today."""

    unit: Unit
    officers: int
    children: "list[Node]"


def outline(viewer: Authority, *, on: date, closed_too: bool = False) -> list[Node]:
    """The own unit and what lies below, as a tree; a closed unit stands below its successor. Two statements."""
    units = list(Unit.objects.filter(id__in=viewer.subtree))
    shown = [unit for unit in units if closed_too or unit.is_open(on) or unit.valid_from > on]
    counted = Post.objects.filter(unit_id__in=viewer.subtree, revoked_at=None, officer__active=True)
    counted = counted.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
    working = dict(counted.values_list("unit_id").annotate(n=Count("officer_id", distinct=True)))
    nodes = {unit.pk: Node(unit, working.get(unit.pk, 0), []) for unit in shown}
    by_id = {unit.pk: unit for unit in units}
    roots: list[Node] = []
    for unit in sorted(shown, key=lambda one: collation_key(one.name)):
        above = _above(unit, by_id, nodes, on)
        (nodes[above].children if above is not None else roots).append(nodes[unit.pk])
    return roots


def _above(unit: Unit, by_id: dict[int, Unit], nodes: dict[int, Node], on: date) -> int | None:
    """The unit that is shown above this one: its successor when it is closed, else the nearest parent that is shown.

    A parent that is closed hands its children on to its own successor.
    """
    at: int | None = unit.successor_id if unit.successor_id and not unit.is_open(on) else unit.parent_id
    seen = {unit.pk}
    while at is not None and at not in nodes:
        if at in seen or at not in by_id:
            return None
        seen.add(at)
        at = by_id[at].successor_id or by_id[at].parent_id
    return at if at != unit.pk else None


def found(viewer: Authority, words: str) -> list[Unit]:
    """Units of the viewer's, closed ones too, whose name of today or of before, code or district holds these words."""
    wanted = set(fold(words).split())
    once: dict[int, str] = {}
    for unit_id, before in UnitChange.objects.filter(unit_id__in=viewer.subtree, kind="RENAMED").values_list(
        "unit_id", "before"
    ):
        once[unit_id] = f"{once.get(unit_id, '')} {' '.join(before.values())}"
    units = Unit.objects.filter(id__in=viewer.subtree).select_related("parent", "successor")
    hits = [
        unit
        for unit in units
        if wanted
        <= set(
            fold(
                f"{unit.name} {unit.short_name} {unit.code.replace('-', ' ')} {unit.district} {once.get(unit.pk, '')}"
            ).split()
        )
        or words.strip() == unit.code
    ]
    return sorted(hits, key=lambda unit: (unit.valid_to is not None, collation_key(unit.name)))


def below(viewer: Authority, code: str) -> Unit:
    """One unit of the viewer's, open or closed; NotFound for any other."""
    found_unit = (
        Unit.objects.filter(code=code, id__in=viewer.subtree).select_related("parent", "successor").first()
    )
    if found_unit is None:
        raise NotFound
    return found_unit


def lasting(viewer: Authority) -> list[Unit]:
    """The viewer's own unit and those below that have no last day yet, as the alphabet has them."""
    there = Unit.objects.filter(id__in=viewer.subtree, valid_to=None)
    return sorted(there, key=lambda unit: collation_key(unit.name))


def ended_with_nobody_after(viewer: Authority, *, on: date) -> list[Unit]:
    """The viewer's units that are over and whose work nobody was given, as the alphabet has them."""
    over = Unit.objects.filter(id__in=viewer.subtree, valid_to__lt=on, successor=None)
    return sorted(over, key=lambda unit: collation_key(unit.name))


def listed(top_id: int, *, after: str, limit: int) -> list[Unit]:
    """The unit and those below, closed ones included, in the order of their codes; two statements."""
    found = Unit.objects.filter(id__in=subtree_ids(top_id), code__gt=after).order_by("code")
    return list(found.select_related("parent", "successor")[:limit])


def stands_highest(unit_id: int) -> bool:
    """Whether nobody stands above it: its catalogue is everybody's."""
    return Unit.objects.filter(pk=unit_id, parent=None).exists()


def all_below(viewer: Authority) -> list[Unit]:
    """The viewer's own unit and those below, closed ones too, as the alphabet has them."""
    return sorted(Unit.objects.filter(id__in=viewer.subtree), key=lambda unit: collation_key(unit.name))
