"""Danh sách đề nghị đổi ngày áp dụng, and how well units are staffed for the day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db.models import Count, Q, QuerySet

from motcua.kernel.authority import Authority, Power
from motcua.kernel.collation import collation_key
from motcua.units.gate_tables import GateChange, GateChangeUnit
from motcua.units.models import Post, Unit

PAGE: Final = 20
#: What may become of a change, in words.
STATES: Final = GateChange.State.choices


@dataclass(frozen=True, slots=True)
class Page:
    """``more``: there is a following page."""

    rows: Sequence[GateChange]
    number: int
    more: bool


@dataclass(slots=True)
class Staffing:
    """Who works at a unit today, by the opaque ids of their accounts."""

    receivers: set[str] = field(default_factory=set)
    creators: set[str] = field(default_factory=set)
    everybody: set[str] = field(default_factory=set)


def changes(
    viewer: Authority, *, state: str = "", unit_code: str = "", oldest_first: bool = False, page: int = 1
) -> Page:
    """Asked at the viewer's unit or below, newest first; two statements whatever the size."""
    viewer.require(Power.GRANT)
    found: QuerySet[GateChange] = GateChange.objects.filter(unit_id__in=viewer.subtree)
    if state:
        found = found.filter(state=state)
    if unit_code:
        found = found.filter(lines__unit__code=unit_code)
    order = ("asked_at", "id") if oldest_first else ("-asked_at", "-id")
    first = (page - 1) * PAGE
    counted = found.select_related("unit").annotate(units=Count("lines", distinct=True))
    rows = list(counted.order_by(*order)[first : first + PAGE + 1])
    return Page(rows[:PAGE], page, len(rows) > PAGE)


def lines_of(change: GateChange) -> list[GateChangeUnit]:
    """The units of a change, as the alphabet of their codes has them."""
    return list(change.lines.select_related("unit").order_by("unit__code"))


def waiting(viewer: Authority) -> dict[int, GateChange]:
    """The open change of each of the viewer's units that has one."""
    open_lines = GateChangeUnit.objects.filter(waiting=True, unit_id__in=viewer.subtree)
    return {line.unit_id: line.change for line in open_lines.select_related("change")}


def desks_of(viewer: Authority, *, on: date) -> list[Unit]:
    """The viewer's units with a desk that is open on this day."""
    viewer.require(Power.GRANT)
    found = Unit.objects.filter(id__in=viewer.subtree, has_desk=True, valid_from__lte=on)
    found = found.filter(Q(valid_to=None) | Q(valid_to__gte=on))
    return sorted(found, key=lambda unit: collation_key(unit.short_name))


def staffing(units: Sequence[Unit], *, on: date) -> dict[int, Staffing]:
    """Of each unit that has anybody; one statement."""
    posts = Post.objects.filter(unit__in=units, revoked_at=None, officer__active=True, valid_from__lte=on)
    posts = posts.filter(Q(valid_to=None) | Q(valid_to__gte=on))
    found: dict[int, Staffing] = {}
    for unit_id, subject, powers in posts.values_list("unit_id", "grantee_subject", "powers"):
        here = found.setdefault(unit_id, Staffing())
        here.everybody.add(subject)
        if Power.RECEIVE_DOSSIER.value in powers:
            here.receivers.add(subject)
        if Power.OPEN_ACCOUNT.value in powers:
            here.creators.add(subject)
    return found
