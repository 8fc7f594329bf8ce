"""Sắp đủ 18 tuổi, đã đủ 18 tuổi: whose accounts are still in a parent's or guardian's hands, for their officers."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from django.db import connection
from django.db.models import F, Q, QuerySet

from motcua.accounts.models import HELD, Account, Guardianship, IdentityDocument
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.person_name import PersonName, fold
from motcua.kernel.refusal import NotFound
from motcua.units import tree

PAGE: Final = 20
#: So long before the day an account is listed, and its guardian first told.
AHEAD: Final = timedelta(days=30)


class Sort(StrEnum):
    DAY = "ngay"
    LATEST = "-ngay"
    NAME = "ten"
    NAME_DOWN = "-ten"


class Shown(StrEnum):
    OPEN = "CHUA_NHAN"
    AHEAD = "SAP_DU"
    WAITS = "DA_DU"
    HANDED_OVER = "CHO_KICH_HOAT"


class State(StrEnum):
    AHEAD = "AHEAD"
    WAITS = "WAITS"
    HANDED_OVER = "HANDED_OVER"


@dataclass(frozen=True, slots=True)
class Search:
    words: str = field(default="", repr=False)
    shown: Shown = Shown.OPEN
    sort: Sort = Sort.DAY


@dataclass(frozen=True, slots=True)
class Line:
    """One account, masked (DP-05)."""

    public_id: uuid.UUID
    name_masked: str = field(repr=False)
    last3: str = field(repr=False)
    kind: str
    phone_masked: str = field(repr=False)
    day: date
    state: State
    days: int
    unit_code: str
    #: Of the page about the account, where the viewer may open it: there the phone is shown whole for a reason.
    account_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Line]
    number: int
    more: bool


_ORDER: Final = {
    Sort.DAY: ("ends_on", "pk"),
    Sort.LATEST: ("-ends_on", "-pk"),
    Sort.NAME: ("account__person__folded_name", "pk"),
    Sort.NAME_DOWN: ("-account__person__folded_name", "-pk"),
}


def listing(viewer: Authority, search: Search, *, page: int) -> Page:
    """One page of the viewer's unit and those below; a fixed number of statements. Raises NotAuthorised."""
    today = database_day()
    found = _shown(_seen_by(viewer), search.shown, today)
    for word in fold(search.words).split():
        found = found.filter(account__person__folded_name__contains=word)
    start = (page - 1) * PAGE
    rows = list(found.order_by(*_ORDER[search.sort])[start : start + PAGE + 1])
    return Page(rows=_lines(viewer, rows[:PAGE], today), number=page, more=len(rows) > PAGE)


def how_many_wait(viewer: Authority) -> int:
    """Of age, and not taken over; one statement for the list, one for the day."""
    return _shown(_seen_by(viewer), Shown.WAITS, database_day()).count()


def handed_over(viewer: Authority, public_id: uuid.UUID) -> Account:
    """The account of one line, which waits for activation; NotFound otherwise."""
    row = (
        _shown(_seen_by(viewer), Shown.HANDED_OVER, database_day())
        .filter(public_id=public_id)
        .select_related("account__person")
        .first()
    )
    if row is None:
        raise NotFound
    return row.account


def waiting(viewer: Authority, public_id: str) -> Line | None:
    """One line of those who came of age and have not taken the account over; None for anything else."""
    try:
        wanted = uuid.UUID(public_id)
    except ValueError:
        return None
    today = database_day()
    rows = list(_shown(_seen_by(viewer), Shown.WAITS, today).filter(public_id=wanted))
    return next(iter(_lines(viewer, rows, today)), None)


def database_day() -> date:
    """Today in Vietnam, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date")
        day: date = cursor.fetchone()[0]
    return day


def _seen_by(viewer: Authority) -> "QuerySet[Guardianship]":
    """Recorded or handed over in the viewer's unit or below; those that no unit recorded are the top unit's."""
    if not (viewer.may(Power.OPEN_ACCOUNT) or viewer.may(Power.GRANT)):
        raise NotAuthorised(power=Power.OPEN_ACCOUNT.value)
    near = Q(unit_id__in=viewer.subtree) | Q(settled_unit_id__in=viewer.subtree)
    if tree.unit(viewer.unit_code).parent_id is None:
        near |= Q(unit_id=None)
    return Guardianship.objects.filter(near, account__status__in=Account.LIVE)


def _shown(rows: "QuerySet[Guardianship]", shown: Shown, today: date) -> "QuerySet[Guardianship]":
    rows = rows.select_related("account__person")
    if shown is Shown.HANDED_OVER:
        return rows.filter(settled_at__isnull=False, account__status=Account.Status.PENDING)
    rows = rows.filter(HELD, ends_on__lte=today + AHEAD)
    if shown is Shown.AHEAD:
        return rows.filter(ends_on__gt=today)
    return rows.filter(ends_on__lte=today) if shown is Shown.WAITS else rows


def _lines(viewer: Authority, rows: Sequence[Guardianship], today: date) -> list[Line]:
    """Three statements for a page, with those of ``listing``."""
    people = [row.account.person_id for row in rows]
    documents = IdentityDocument.objects.filter(person__in=people, status="active").order_by("-kind", "-pk")
    last3 = dict(documents.values_list("person", "last3"))
    bound = Account.objects.filter(pk__in=[row.account_id for row in rows], phones__status="active")
    phones = dict(bound.annotate(shown=F("phones__phone_masked")).values_list("pk", "shown"))
    return [
        Line(
            public_id=row.public_id,
            name_masked=PersonName.parse(row.account.person.full_name).masked,
            last3=last3.get(row.account.person_id, ""),
            kind=row.get_kind_display(),
            phone_masked=phones.get(row.account_id, ""),
            day=row.ends_on or today,
            state=_state(row, today),
            days=abs(((row.ends_on or today) - today).days),
            unit_code=row.settled_unit_code or row.unit_code,
            account_id=row.account.public_id if _may_open(viewer, row.account) else None,
        )
        for row in rows
    ]


def _may_open(viewer: Authority, account: Account) -> bool:
    """As ``assisted_reading.assisted_account`` judges it."""
    mine = account.vouching_unit_id in (viewer.subtree or (viewer.unit_id,))
    return account.origin == Account.Origin.ASSISTED and mine and viewer.may(Power.OPEN_ACCOUNT)


def _state(row: Guardianship, today: date) -> State:
    if row.settled_at is not None:
        return State.HANDED_OVER
    return State.WAITS if (row.ends_on or today) <= today else State.AHEAD
