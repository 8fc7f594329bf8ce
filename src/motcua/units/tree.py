"""Cây đơn vị: which offices there are, which lie below which, where the nearest desk is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q

from motcua.kernel.authority import Authority
from motcua.kernel.collation import collation_key
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound
from motcua.units.models import Unit


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


def listed(top_id: int, *, after: str, limit: int) -> list[Unit]:
    """The unit and those below, closed ones included, in the order of their codes; two statements."""
    found = Unit.objects.filter(id__in=subtree_ids(top_id), code__gt=after).order_by("code")
    return list(found.select_related("parent", "successor")[:limit])


def is_top(unit_id: int) -> bool:
    """Whether nobody stands above it: its catalogue is everybody's."""
    return Unit.objects.filter(pk=unit_id, parent=None).exists()
