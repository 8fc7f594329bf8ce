"""Danh sách đồng bộ lên Cổng DVCQG: what is owed, what was refused and why, of a unit and of those below."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from motcua.desk.models import NationalSync
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound

PAGE: Final = 20
State = NationalSync.State


class Sort(StrEnum):
    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    TRIES = "TRIES"


@dataclass(frozen=True, slots=True)
class Search:
    """``code`` is the beginning of a dossier's code."""

    code: str = ""
    state: State | None = None
    sort: Sort = Sort.NEWEST


@dataclass(frozen=True, slots=True)
class Line:
    """``held_back``: an earlier line of the same dossier was refused, and this one waits for it."""

    public_id: uuid.UUID
    code: str
    unit_name: str
    words: str
    state: State
    owed_at: datetime
    told_at: datetime | None
    tries: int
    held_back: bool
    refused_code: str = ""
    refused_words: str = field(default="", repr=False)
    refused_at: datetime | None = None
    dropped_at: datetime | None = None
    dropped_by: str = ""
    dropped_reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Line]
    number: int
    more: bool


_ORDER: Final = {
    Sort.NEWEST: ("-owed_at", "-id"),
    Sort.OLDEST: ("owed_at", "id"),
    Sort.TRIES: ("-tries", "id"),
}


def listing(viewer: Authority, search: Search, *, page: int) -> Page:
    """A page of lines; one statement, however many. Raises NotAuthorised."""
    rows = _seen_by(viewer)
    if search.code:
        rows = rows.filter(dossier__code__startswith=search.code)
    if search.state is not None:
        rows = rows.filter(state=search.state)
    start = (page - 1) * PAGE
    found = list(rows.order_by(*_ORDER[search.sort])[start : start + PAGE + 1])
    return Page(rows=[_line(row) for row in found[:PAGE]], number=page, more=len(found) > PAGE)


def one(viewer: Authority, sync_id: uuid.UUID) -> Line:
    """Raises NotFound, NotAuthorised."""
    row = _seen_by(viewer).filter(public_id=sync_id).first()
    if row is None:
        raise NotFound
    return _line(row)


def counts(viewer: Authority) -> Mapping[State, int]:
    """How many lines are owed and refused: what is still to be done. Raises NotAuthorised."""
    unsettled = (
        _units_of(viewer)
        .filter(state__in=[State.OWED, State.REFUSED])
        .values("state")
        .annotate(n=Count("id"))
    )
    found = {State(row["state"]): int(row["n"]) for row in unsettled}
    return {state: found.get(state, 0) for state in (State.OWED, State.REFUSED)}


def _units_of(viewer: Authority) -> QuerySet[NationalSync]:
    viewer.require(Power.CONNECT_SYSTEMS)
    return NationalSync.objects.filter(dossier__unit_id__in=(viewer.unit_id, *viewer.subtree))


def _seen_by(viewer: Authority) -> QuerySet[NationalSync]:
    earlier = NationalSync.objects.filter(
        Q(dossier=OuterRef("dossier"), pk__lt=OuterRef("pk")), state=State.REFUSED
    )
    return _units_of(viewer).select_related("dossier__unit", "event").annotate(held_back=Exists(earlier))


def _line(row: NationalSync) -> Line:
    return Line(
        public_id=row.public_id,
        code=row.dossier.code or "",
        unit_name=row.dossier.unit.name,
        words=row.event.words,
        state=State(row.state),
        owed_at=row.owed_at,
        told_at=row.told_at,
        tries=row.tries,
        held_back=row.state == State.OWED and bool(getattr(row, "held_back", False)),
        refused_code=row.refused_code,
        refused_words=row.refused_words,
        refused_at=row.refused_at,
        dropped_at=row.dropped_at,
        dropped_by=row.dropped_by,
        dropped_reason=row.dropped_reason,
    )
