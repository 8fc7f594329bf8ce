"""Hồ sơ, as read: each query names its viewer, and "not yours" is "not there"."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import (
    BooleanField,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    prefetch_related_objects,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Right
from django.db.models.lookups import Exact
from django.utils import timezone

from motcua.desk import checks, owner_aliases, submission
from motcua.desk.catalogue import versions_of
from motcua.desk.checks import Number
from motcua.desk.models import Dossier, DossierComponent, DossierEvent, Hop
from motcua.desk.states import State
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.person_name import fold
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.scope import EVERYTHING, Scope

PAGE = 50
_WORD = re.compile(r"[a-z0-9]+")
_MOST_WORDS = 8
#: As the partial indexes of migration 0012 have it, in the same order.
_OPEN = ("RECEIVED", "PROCESSING", "SUPPLEMENT", "PAYMENT")
_CODE_PART = re.compile(r"[0-9A-Z.-]{4,40}")
_TAIL = len("YYMMDD-XXXX")
_INDEXED = len("XXXX")
#: An end of a code cannot be looked up in an index; these days can.
_LATELY = timedelta(days=92)

#: Kinds of history that are work between officers, some with an officer's free words; the owner is told the rest.
INNER: Final = frozenset(
    {
        "accepted",
        "reassigned",
        "sent_back",
        "result_attached",
        "result_withdrawn",
        "owner_correction_asked",
        "owner_correction_declined",
        "owner_correction_withdrawn",
        "name_doubted",
        "name_accepted",
        "number_put_right",
    }
)


class Sort(StrEnum):
    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    DUE = "DUE"


class Place(StrEnum):
    """Which work list: where a dossier lies, and what it waits for."""

    UNIT = "UNIT"
    MINE = "MINE"
    HERE = "HERE"
    TO_ACCEPT = "TO_ACCEPT"
    TODAY = "TODAY"
    OVERDUE = "OVERDUE"
    SUPPLEMENT = "SUPPLEMENT"
    TO_HAND_OUT = "TO_HAND_OUT"


PLACE_WORDS: Mapping[Place, str] = {
    Place.UNIT: "Đơn vị tiếp nhận",
    Place.MINE: "Tôi đang giữ",
    Place.HERE: "Đang ở đơn vị tôi",
    Place.TO_ACCEPT: "Chờ nhận xử lý",
    Place.TODAY: "Đến hạn hôm nay",
    Place.OVERDUE: "Quá hạn",
    Place.SUPPLEMENT: "Chờ bổ sung",
    Place.TO_HAND_OUT: "Chờ trả kết quả",
}


class BadCursor(Refusal):
    code = "bad_cursor"
    status = 400
    message = "Trang danh sách không còn hợp lệ. Đề nghị ông/bà tìm lại từ đầu."


@dataclass(frozen=True, slots=True)
class Search:
    """What the list is filtered by; empty fields filter nothing. Posted, never in an address."""

    code: str = ""
    name: str = field(repr=False, default="")
    number: Number | None = None
    procedure_code: str = ""
    states: Sequence[State] = ()
    from_day: date | None = None
    to_day: date | None = None
    overdue: bool = False
    mine: bool = False
    phone: Phone | None = None
    place: Place = Place.UNIT
    sort: Sort = Sort.NEWEST
    recheck_answer: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """At most 50 dossiers and where the next page begins."""

    rows: Sequence[Dossier]
    next_cursor: str | None


#: Rights that let an officer read dossiers at all.
READERS = frozenset(
    {Power.RECEIVE_DOSSIER, Power.PROCESS, Power.SIGN, Power.HAND_OUT, Power.INSPECT, Power.APPROVE_EXCEPTION}
)


def places_of(authority: Authority) -> Mapping[Place, str]:
    """The work lists that mean something to this officer."""
    works = bool(authority.powers & {Power.PROCESS, Power.SIGN, Power.RECEIVE_DOSSIER})
    hands_out = bool(authority.powers & {Power.HAND_OUT, Power.RECEIVE_DOSSIER})
    shown = {Place.UNIT}
    if works:
        shown |= set(Place) - {Place.TO_HAND_OUT}
    if hands_out:
        shown |= {Place.TO_HAND_OUT}
    return {place: words for place, words in PLACE_WORDS.items() if place in shown}


def usual_place(authority: Authority) -> Place:
    """Where an officer begins: who works on dossiers, with what lies at the unit."""
    if authority.powers & {Power.RECEIVE_DOSSIER, Power.INSPECT}:
        return Place.UNIT
    if authority.powers & {Power.PROCESS, Power.SIGN}:
        return Place.HERE
    return Place.TO_HAND_OUT if authority.may(Power.HAND_OUT) else Place.UNIT


def dossier_for_officer(authority: Authority, public_id: uuid.UUID) -> Dossier:
    """A dossier that this officer may open, with checklist and history."""
    return _one(seen_by(authority).filter(public_id=public_id))


def known_dossier(authority: Authority, public_id: uuid.UUID) -> tuple[Dossier, bool]:
    """A dossier that this officer may open, or whose unit once had it; whether it is open to them now.

    Of a dossier that has gone on, its former holder is told how far it is, and nothing of its people.
    """
    dossier = _one(known_to(authority).filter(public_id=public_id))
    return dossier, _is_mine(authority, dossier)


def dossier_of_owner(subject: str, public_id: uuid.UUID, *, within: Scope = EVERYTHING) -> Dossier:
    """A dossier of the person signed in; of its history what is for the owner, not how officers work on it."""
    return _one(
        of_owner(subject, within).filter(public_id=public_id), DossierEvent.objects.exclude(kind__in=INNER)
    )


def list_for_officer(
    authority: Authority, search: Search, *, cursor: str | None = None, now: datetime, limit: int = PAGE
) -> Page:
    """One query, however many rows: no count, no offset, at most 50. (A second where no name has whole words so.)"""
    rows = _lying(authority, search.place, now).filter(_wanted(authority, search, now))
    several = authority.units if _is_of_several(authority, search.place) else ()
    words = _WORD.findall(fold(search.name).lower())[:_MOST_WORDS]
    if len(words) > 1:
        # Whole words are found a hundred times quicker than beginnings of words, and are what is typed mostly.
        page = paged(_named(rows, words), search.sort, cursor, limit, several)
        if page.rows:
            return page
    if words:
        rows = _named(rows, [f"{word}:*" for word in words])
    return paged(rows, search.sort, cursor, limit, several)


def _is_of_several(authority: Authority, place: Place) -> bool:
    """Whether the list is of all that several units received: one that has taken over from others."""
    received = {Place.UNIT, Place.SUPPLEMENT, Place.TO_HAND_OUT}
    return place in received and bool(authority.inherited) and not authority.may(Power.INSPECT)


def _named(rows: QuerySet[Dossier], terms: Sequence[str]) -> QuerySet[Dossier]:
    # The expression is the index's own (migration 0002), so that PostgreSQL sees they are one.
    query = " & ".join(terms)
    return rows.filter(
        RawSQL("to_tsvector('simple', owner_folded) @@ to_tsquery('simple', %s)", [query], BooleanField())
    )


def owed(
    authority: Authority,
    *,
    answer: str = "",
    newest_first: bool = False,
    cursor: str | None = None,
    now: datetime,
) -> Page:
    """Nợ xác thực: provisional receptions of the unit, with what the last recheck said; ``answer``: only those."""
    order = Sort.NEWEST if newest_first else Sort.OLDEST
    waiting = Search(states=(State.PROVISIONAL,), sort=order, recheck_answer=answer)
    return list_for_officer(authority, waiting, cursor=cursor, now=now)


def dossiers_of_owner(
    subject: str, *, within: Scope = EVERYTHING, cursor: str | None = None, limit: int = PAGE
) -> Page:
    """The dossiers of the person signed in, newest first."""
    return paged(of_owner(subject, within), Sort.NEWEST, cursor, limit)


def component_of_owner(
    subject: str, public_id: uuid.UUID, order: int, *, within: Scope = EVERYTHING
) -> DossierComponent:
    """One component of an own dossier, for reading its file."""
    return _component(of_owner(subject, within), public_id, order)


def component_for_officer(authority: Authority, public_id: uuid.UUID, order: int) -> DossierComponent:
    """One component of a dossier the officer may see, for reading its file."""
    return _component(seen_by(authority), public_id, order)


def _component(rows: QuerySet[Dossier], public_id: uuid.UUID, order: int) -> DossierComponent:
    line = (
        DossierComponent.objects.select_related("file", "dossier")
        .filter(dossier__in=rows.filter(public_id=public_id).order_by(), order=order)
        .first()
    )
    if line is None:
        raise NotFound
    return line


def seen_by(authority: Authority) -> QuerySet[Dossier]:
    """What this officer may open: received at the unit or lying there now; for an inspector also below.

    What a unit that ended has left is its successor's, as the tree says today (``Authority.inherited``).
    """
    return _rows_of(authority).filter(_mine(authority))


def _is_mine(authority: Authority, dossier: Dossier) -> bool:
    """The same as ``_mine``, of a row that was read."""
    inspected = authority.may(Power.INSPECT) and dossier.unit_id in authority.subtree
    return authority.works_for(dossier.unit_id) or authority.works_for(dossier.at_unit_id) or inspected


def known_to(authority: Authority) -> QuerySet[Dossier]:
    """The same, and what the unit once worked on: for how far it is, never for its people and papers."""
    been = Exists(Hop.objects.filter(dossier=OuterRef("pk"), unit_id__in=authority.units))
    return _rows_of(authority).filter(_mine(authority) | Q(been))


def _rows_of(authority: Authority) -> QuerySet[Dossier]:
    if not authority.powers & READERS:
        raise NotAuthorised
    return Dossier.objects.select_related("procedure", "process", "unit")


def _mine(authority: Authority) -> Q:
    mine = Q(unit_id__in=authority.units) | Q(at_unit_id__in=authority.units)
    return mine | Q(unit_id__in=authority.subtree) if authority.may(Power.INSPECT) else mine


def _lying(authority: Authority, place: Place, now: datetime) -> QuerySet[Dossier]:
    """The rows of one work list; each begins with a column that an index of its own begins with."""
    if place == Place.UNIT:
        return _visible(authority)
    rows = _rows_of(authority)
    here = rows.filter(at_unit_id__in=authority.units, state__in=_OPEN)
    tomorrow = midnight(timezone.localtime(now).date() + timedelta(days=1))
    match place:
        case Place.MINE:
            # Who works for two units, or left one, holds here what lies here.
            return here.filter(at_officer=authority.subject)
        case Place.TO_ACCEPT:
            return here.filter(at_officer="", state=State.PROCESSING)
        case Place.TODAY:
            return here.filter(due_at__gte=tomorrow - timedelta(days=1), due_at__lt=tomorrow)
        case Place.OVERDUE:
            return here.filter(due_at__lt=now)
        case Place.SUPPLEMENT:
            return rows.filter(unit_id__in=authority.units, state=State.SUPPLEMENT)
        case Place.TO_HAND_OUT:
            return rows.filter(unit_id__in=authority.units, state=State.DONE)
    return here


def _visible(authority: Authority) -> QuerySet[Dossier]:
    """What the list of received dossiers is about: the unit's own (an inspector: and below)."""
    rows = _rows_of(authority)
    if authority.may(Power.INSPECT):
        return rows.filter(unit_id__in=authority.subtree or (authority.unit_id,))
    return rows.filter(unit_id__in=authority.units)


def of_owner(subject: str, within: Scope) -> QuerySet[Dossier]:
    """An owner's own; for whoever acts for the owner, those of the procedures that the mandate is for.

    Raises NotFound for nobody.
    """
    if not subject:
        raise NotFound
    own = Dossier.objects.select_related("procedure", "process", "unit")
    own = own.filter(owner_subject__in=owner_aliases.subjects_of(subject))
    return own if within.is_whole else own.filter(procedure__code__in=within.codes)


def _one(rows: QuerySet[Dossier], events: QuerySet[DossierEvent] | None = None) -> Dossier:
    """Its history reaches as far as its state, though they are two reads: what happens in between is on neither.

    How far that is, is read in the same statement as the state; both are written in one transaction.
    """
    newest = DossierEvent.objects.filter(dossier=OuterRef("pk")).order_by("-id").values("id")[:1]
    dossier = (
        rows.select_related("exception", "representation").annotate(history_until=Subquery(newest)).first()
    )
    if dossier is None:
        raise NotFound
    history = (DossierEvent.objects.all() if events is None else events).filter(
        id__lte=dossier.history_until or 0
    )
    prefetch_related_objects([dossier], "components__file", Prefetch("events", queryset=history))
    return dossier


def _wanted(authority: Authority, search: Search, now: datetime) -> Q:
    wanted = _standing(search)
    if code := search.code.strip().upper():
        wanted &= _coded(code, now)
    if search.number is not None:
        wanted &= Q(owner_number_bi=checks.fingerprint_of(search.number))
    if search.phone is not None:
        wanted &= Q(contact_phone_bi=submission.phone_fingerprint(search.phone))
    if search.procedure_code:
        # Its versions first, then the dossiers in the index's own order: a join would have them all sorted.
        wanted &= Q(procedure_id__in=versions_of(search.procedure_code))
    if search.from_day:
        wanted &= Q(arrived_at__gte=midnight(search.from_day))
    if search.to_day:
        wanted &= Q(arrived_at__lt=midnight(search.to_day + timedelta(days=1)))
    if search.overdue:
        wanted &= Q(due_at__lt=now, state__in=_OPEN)
    if search.mine:
        wanted &= Q(received_by=authority.subject)
    return wanted


def _standing(search: Search) -> Q:
    wanted = Q(state__in=[state.value for state in search.states]) if search.states else Q()
    return wanted & Q(recheck_answer=search.recheck_answer) if search.recheck_answer else wanted


def _coded(code: str, now: datetime) -> Q:
    """The whole code or provisional number, or the end of one that arrived lately ("231123-0007", "0007")."""
    if not _CODE_PART.fullmatch(code):
        return Q(pk__in=())
    if len(code) > _TAIL:
        return Q(code=code) | Q(provisional_number=code)
    return (_ends("code", code) | _ends("provisional_number", code)) & Q(arrived_at__gte=now - _LATELY)


def _ends(column: str, end: str) -> Q:
    # The last four are in an index of their own (migration 0020).
    tail = Exact(Right(column, Value(_INDEXED)), end[-_INDEXED:])
    return Q(tail, **{f"{column}__isnull": False, f"{column}__endswith": end})


def midnight(day: date) -> datetime:
    """Of the province's day."""
    return timezone.make_aware(datetime.combine(day, time()))


def paged(
    rows: QuerySet[Dossier], sort: Sort, cursor: str | None, limit: int, several: Sequence[int] = ()
) -> Page:
    """``several``: the units that received the rows, when they are more than one. Of each the first are taken by the
    index of one unit, then the first of those: of five units with 100,000 rows each in 1 ms instead of 400.
    """
    limit = min(max(limit, 1), PAGE)
    column = "due_at" if sort == Sort.DUE else "arrived_at"
    if sort == Sort.DUE:
        rows = rows.filter(due_at__isnull=False)
    if cursor:
        rows = rows.filter(after(column, cursor, down=sort == Sort.NEWEST))
    sign = "-" if sort == Sort.NEWEST else ""
    order = (f"{sign}{column}", f"{sign}id")
    if several:
        firsts = [rows.filter(unit_id=unit).order_by(*order).values("pk")[: limit + 1] for unit in several]
        rows = rows.filter(pk__in=firsts[0].union(*firsts[1:], all=True).values("pk"))
    found = list(rows.order_by(*order)[: limit + 1])
    if len(found) <= limit:
        return Page(rows=found, next_cursor=None)
    last = found[limit - 1]
    return Page(rows=found[:limit], next_cursor=f"{getattr(last, column).isoformat()}~{last.pk}")


def after(column: str, cursor: str, *, down: bool) -> Q:
    """What stands behind a cursor, a moment and a row; of this list and of others. Raises BadCursor."""
    moment, _, pk = cursor.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError as broken:
        raise BadCursor from broken
    if at.tzinfo is None or not re.fullmatch(r"[0-9]{1,18}", pk):
        raise BadCursor
    beyond, not_yet = ("lte", "gte") if down else ("gte", "lte")
    # The first half lets the index begin at the right place; the second settles equal moments, said so that
    # PostgreSQL does not take it for a narrowing of its own.
    return Q(**{f"{column}__{beyond}": at}) & ~Q(**{column: at, f"pk__{not_yet}": int(pk)})
