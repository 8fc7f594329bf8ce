"""Đọc đối soát: days, and what differed on one. Who stands at the top of the tree sees whole days; others their own."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from motcua.desk.models import Difference, Reconciliation
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound
from motcua.units.models import Unit

PAGE: Final = 20
Why = Difference.Why


@dataclass(frozen=True, slots=True)
class Day:
    """``counts`` only for who may see the whole desk."""

    public_id: uuid.UUID
    day: date
    compared_at: datetime
    open: int
    all: int
    counts: Mapping[str, Mapping[str, int]] | None


@dataclass(frozen=True, slots=True)
class Line:
    public_id: uuid.UUID
    kind: str
    why: Why
    code: str
    unit_name: str
    found_at: datetime
    sent_again_at: datetime | None
    settled_at: datetime | None
    may_send: bool


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Any]
    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class Search:
    code: str = ""
    kind: str = ""
    only_open: bool = False
    oldest_first: bool = False


def days(viewer: Authority, *, only_open: bool, oldest_first: bool, page: int) -> Page:
    """A page of days. Raises NotAuthorised."""
    viewer.require(Power.CONNECT_SYSTEMS)
    whole = _sees_all(viewer)
    seen = Q() if whole else Q(differences__dossier__unit_id__in=_units(viewer))
    rows = Reconciliation.objects.annotate(
        all=Count("differences", filter=seen & Q(differences__isnull=False)),
        open=Count("differences", filter=seen & Q(differences__isnull=False, differences__settled_at=None)),
    )
    if only_open:
        rows = rows.filter(open__gt=0)
    start = (page - 1) * PAGE
    found = list(rows.order_by("day" if oldest_first else "-day")[start : start + PAGE + 1])
    return Page([_day(row, whole) for row in found[:PAGE]], page, len(found) > PAGE)


def one_day(viewer: Authority, public_id: uuid.UUID) -> Day:
    """Raises NotFound, NotAuthorised."""
    viewer.require(Power.CONNECT_SYSTEMS)
    row = Reconciliation.objects.filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    mine = _seen_by(viewer).filter(reconciliation=row)
    return Day(
        public_id=row.public_id,
        day=row.day,
        compared_at=row.compared_at,
        open=mine.filter(settled_at=None).count(),
        all=mine.count(),
        counts=row.counts if _sees_all(viewer) else None,
    )


def differences(viewer: Authority, public_id: uuid.UUID, search: Search, *, page: int) -> Page:
    """What differed on a day. Raises NotAuthorised."""
    rows = _seen_by(viewer).filter(reconciliation__public_id=public_id).select_related("dossier__unit")
    if search.code:
        rows = rows.filter(dossier__code__startswith=search.code)
    if search.kind:
        rows = rows.filter(kind=search.kind)
    if search.only_open:
        rows = rows.filter(settled_at=None)
    start = (page - 1) * PAGE
    found = list(rows.order_by("id" if search.oldest_first else "-id")[start : start + PAGE + 1])
    return Page([_line(row) for row in found[:PAGE]], page, len(found) > PAGE)


def _seen_by(viewer: Authority) -> QuerySet[Difference]:
    viewer.require(Power.CONNECT_SYSTEMS)
    if _sees_all(viewer):
        return Difference.objects.all()
    return Difference.objects.filter(dossier__unit_id__in=_units(viewer))


def _units(viewer: Authority) -> tuple[int, ...]:
    return (viewer.unit_id, *viewer.subtree)


def _sees_all(viewer: Authority) -> bool:
    """At the top, with nobody beside: lists and counts never cross units (SPEC 10)."""
    tops = list(Unit.objects.filter(parent=None).values_list("pk", flat=True)[:2])
    return tops == [viewer.unit_id]


def _day(row: Any, whole: bool) -> Day:
    return Day(row.public_id, row.day, row.compared_at, row.open, row.all, row.counts if whole else None)


def _line(row: Difference) -> Line:
    return Line(
        public_id=row.public_id,
        kind=row.kind,
        why=Why(row.why),
        code=(row.dossier.code or "") if row.dossier else "",
        unit_name=row.dossier.unit.name if row.dossier else "",
        found_at=row.found_at,
        sent_again_at=row.sent_again_at,
        settled_at=row.settled_at,
        may_send=row.settled_at is None
        and row.sent_again_at is None
        and row.why != Why.UNKNOWN
        and bool(row.errand_kind),
    )
