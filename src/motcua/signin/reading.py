"""Đọc sổ kết nối: the systems of a unit and of those below it, with what each may do now."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from motcua.kernel.authority import Authority, Power
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound
from motcua.signin.models import Client, Registration

PAGE: Final = 20
_Decision = Registration.Decision


class State(StrEnum):
    """How a system stands today; the first that fits."""

    WAITING = "WAITING"
    LIVE = "LIVE"
    EXPIRED = "EXPIRED"
    STOPPED = "STOPPED"
    #: To search by only: connected, and from before proofs (ADR 0038), so that there is a day to tell them of.
    UNBOUND = "UNBOUND"


class Sort(StrEnum):
    NAME = "NAME"
    NEWEST = "NEWEST"
    EXPIRY = "EXPIRY"


@dataclass(frozen=True, slots=True)
class Search:
    words: str = ""
    state: State | None = None
    sort: Sort = Sort.NAME


@dataclass(frozen=True, slots=True)
class Line:
    public_id: uuid.UUID
    client_id: str
    name: str
    unit_name: str
    state: State
    waiting: bool
    expires_on: date | None
    scopes: Sequence[str]
    #: The last day of tokens that anybody could show, while there are such.
    bearer_until: date | None


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Line]
    number: int
    more: bool


def clients_of(viewer: Authority) -> QuerySet[Client]:
    """The systems registered by the viewer's unit or one below. Raises NotAuthorised."""
    viewer.require(Power.CONNECT_SYSTEMS)
    return Client.objects.select_related("unit").filter(unit_id__in=(viewer.unit_id, *viewer.subtree))


def registrations_of(viewer: Authority) -> QuerySet[Registration]:
    """Their registrations. Raises NotAuthorised."""
    viewer.require(Power.CONNECT_SYSTEMS)
    units = (viewer.unit_id, *viewer.subtree)
    return Registration.objects.select_related("client").filter(client__unit_id__in=units)


def listing(viewer: Authority, search: Search, *, page: int, today: date) -> Page:
    """A page of systems; one statement, however many. There are tens of systems, not thousands."""
    rows = _with_state(clients_of(viewer))
    for word in search.words.lower().split():
        rows = rows.filter(Q(folded__contains=fold(word)) | Q(client_id__contains=word))
    if search.state is not None:
        rows = rows.filter(_in_state(search.state, today))
    start = (page - 1) * PAGE
    found = list(rows.order_by(*_ORDER[search.sort])[start : start + PAGE + 1])
    return Page(rows=[_line(row, today) for row in found[:PAGE]], number=page, more=len(found) > PAGE)


def one(viewer: Authority, public_id: uuid.UUID) -> tuple[Client, list[Registration]]:
    """A system and all that was ever asked for it, the newest first. Raises NotFound, NotAuthorised."""
    client = clients_of(viewer).filter(public_id=public_id).first()
    if client is None:
        raise NotFound
    return client, list(client.registrations.order_by("-id"))


def state_of(waiting: bool, live_until: date | None, today: date) -> State:
    """A system that works says so even while a change of it waits."""
    if live_until is not None:
        return State.LIVE if live_until >= today else State.EXPIRED
    return State.WAITING if waiting else State.STOPPED


def _with_state(rows: QuerySet[Client]) -> QuerySet[Client]:
    of_client = Registration.objects.filter(client=OuterRef("pk"))
    live = of_client.filter(decision=_Decision.APPROVED, ended_at=None)
    return rows.annotate(
        waiting=Exists(of_client.filter(decision=_Decision.WAITING)),
        live_until=Subquery(live.values("expires_on")[:1]),
        live_scopes=Subquery(live.values("scopes")[:1]),
        live_bearer=Subquery(live.values("bearer_until")[:1]),
    )


def _in_state(state: State, today: date) -> Q:
    match state:
        case State.LIVE:
            return Q(live_until__gte=today)
        case State.EXPIRED:
            return Q(live_until__lt=today)
        case State.WAITING:
            return Q(waiting=True)
        case State.STOPPED:
            return Q(live_until=None, waiting=False)
        case State.UNBOUND:
            return Q(live_until__gte=today, live_bearer__gte=today)


_ORDER: Final = {
    Sort.NAME: (F("folded").asc(), F("id").asc()),
    Sort.NEWEST: (F("id").desc(),),
    Sort.EXPIRY: (F("live_until").asc(nulls_last=True), F("id").asc()),
}


def _line(row: Any, today: date) -> Line:
    state = state_of(row.waiting, row.live_until, today)
    unbound = state == State.LIVE and row.live_bearer is not None and row.live_bearer >= today
    return Line(
        public_id=row.public_id,
        client_id=row.client_id,
        name=row.name,
        unit_name=row.unit.name,
        state=state,
        waiting=row.waiting,
        expires_on=row.live_until,
        scopes=row.live_scopes or (),
        bearer_until=row.live_bearer if unbound else None,
    )
