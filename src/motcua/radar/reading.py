"""Danh sách rà soát: lines of the own unit and below, never one's own, with what was made of them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db.models import OuterRef, Q, QuerySet, Subquery

from motcua.journal import watching
from motcua.journal.reading import Line
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound
from motcua.radar.models import Judgement, Sighting
from motcua.units import staff, tree

PAGE: Final = 30
#: Heads read and judge; inspectors read.
READERS: Final = (Power.APPROVE_EXCEPTION, Power.INSPECT)
OPEN: Final = "OPEN"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Empty means any. ``state``: OPEN for what nobody has judged, or an outcome."""

    kind: str = ""
    unit_code: str = ""
    officer: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None
    order: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A line with the names of its officer and unit."""

    row: Sighting
    who: str = field(repr=False)
    unit: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Seen]
    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """One judgement with the name of the head."""

    row: Judgement
    by: str = field(repr=False)


_ORDERS: Final = {
    "": ("-day", "-id"),
    "cu": ("day", "id"),
    "-so-lan": ("-count", "-id"),
    "loai": ("kind", "-day", "-id"),
}


def require(viewer: Authority) -> None:
    """Raises NotAuthorised for everybody who neither heads a unit nor inspects."""
    if not any(viewer.may(power) for power in READERS):
        viewer.require(READERS[0])


def listing(viewer: Authority, wanted: Wanted, *, page: int) -> Page:
    """Four statements whatever the size."""
    rows = _wanted(viewer, wanted)
    found = list(rows.order_by(*_ORDERS.get(wanted.order, _ORDERS[""]))[(page - 1) * PAGE : page * PAGE + 1])
    return Page(_named(found[:PAGE]), page, len(found) > PAGE)


def some(viewer: Authority, wanted: Wanted, *, limit: int) -> list[Seen]:
    """The first so many, for a file."""
    return _named(list(_wanted(viewer, wanted).order_by(*_ORDERS.get(wanted.order, _ORDERS[""]))[:limit]))


def waiting(viewer: Authority) -> int:
    """How many lines nobody has judged."""
    return _wanted(viewer, Wanted(state=OPEN)).count()


def one(viewer: Authority, public_id: uuid.UUID) -> Seen:
    """Raises NotFound for another unit's, and for one's own."""
    found = _wanted(viewer, Wanted()).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return _named([found])[0]


def evidence(viewer: Authority, public_id: uuid.UUID) -> list[Line]:
    """The lines of the journal on which it rests."""
    return watching.lines_with(one(viewer, public_id).row.lines)


def judgements(viewer: Authority, public_id: uuid.UUID) -> list[Judged]:
    """What was made of it, the first first."""
    rows = list(Judgement.objects.filter(sighting=one(viewer, public_id).row).order_by("nth"))
    names = staff.officers_by_subject(row.by_subject for row in rows)
    return [Judged(row, names[row.by_subject].full_name if row.by_subject in names else "") for row in rows]


def officers_seen(viewer: Authority) -> list[tuple[str, str]]:
    """(opaque id, name) of those about whom there is a line, for a chooser."""
    subjects = _wanted(viewer, Wanted()).values_list("officer_subject", flat=True).distinct()
    return sorted(
        ((one.subject, one.full_name) for one in staff.officers_by_subject(subjects).values()),
        key=lambda pair: pair[1],
    )


def _wanted(viewer: Authority, wanted: Wanted) -> "QuerySet[Sighting]":
    require(viewer)
    newest = Judgement.objects.filter(sighting=OuterRef("pk")).order_by("-nth").values("outcome")[:1]
    rows = (
        Sighting.objects.filter(judged_at__in=tree.codes_below(viewer))
        .exclude(officer_subject=viewer.subject)
        .annotate(outcome=Subquery(newest))
    )
    asked = {
        "kind": wanted.kind,
        "unit_code": wanted.unit_code,
        "officer_subject": wanted.officer,
        "day__gte": wanted.since,
        "day__lte": wanted.until,
    }
    rows = rows.filter(**{name: value for name, value in asked.items() if value})
    if wanted.state:
        rows = rows.filter(Q(outcome=None) if wanted.state == OPEN else Q(outcome=wanted.state))
    return rows


def _named(rows: Iterable[Sighting]) -> list[Seen]:
    kept = list(rows)
    names = staff.officers_by_subject(row.officer_subject for row in kept)
    units = tree.names_of([row.unit_code for row in kept])
    return [
        Seen(
            row,
            names[row.officer_subject].full_name if row.officer_subject in names else "",
            units.get(row.unit_code, row.unit_code),
            row.outcome or "",  # type: ignore[attr-defined]
        )
        for row in kept
    ]
