"""Số điện thoại dùng chung: grown-ups whose account answers to a phone that another account has too (threats C4).

Two officers let a phone serve two people, mostly a parent's and a child's. A grown-up who is left with it shares codes
and one-time passwords with somebody else: the head of the unit has them come and bring a phone of their own.
"""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet

from motcua.accounts.models import Account, Guardianship, IdentityDocument, Person, PhoneBinding
from motcua.accounts.of_age_reading import database_day
from motcua.kernel.authority import Authority, Power
from motcua.kernel.person_name import PersonName, fold
from motcua.units import tree

PAGE: Final = 20


class Sort(StrEnum):
    OLDEST = ""
    NEWEST = "-tu"
    NAME = "ten"
    NAME_DOWN = "-ten"


@dataclass(frozen=True, slots=True)
class Search:
    words: str = field(default="", repr=False)
    sort: Sort = Sort.OLDEST


@dataclass(frozen=True, slots=True)
class Line:
    """One grown-up's account, masked (DP-05). ``grown_ups``, ``minors``: the others on this phone."""

    name_masked: str = field(repr=False)
    last3: str = field(repr=False)
    phone_masked: str = field(repr=False)
    since: datetime
    grown_ups: int
    minors: int
    #: Came of age with a guardian's phone: the owner takes the account over, and no phone is changed.
    waits_for_owner: bool
    unit_code: str
    #: Of the page about the account, where the viewer may open it.
    account_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Line]
    number: int
    more: bool


class _OfAgeOn(Func):
    function = "accounts_of_age_on"
    output_field = models.DateField()


_ORDER: Final = {
    Sort.OLDEST: ("verified_at", "pk"),
    Sort.NEWEST: ("-verified_at", "-pk"),
    Sort.NAME: ("account__person__folded_name", "pk"),
    Sort.NAME_DOWN: ("-account__person__folded_name", "-pk"),
}


def listing(viewer: Authority, search: Search, *, page: int) -> Page:
    """One page of the viewer's unit and those below; a fixed number of statements. Raises NotAuthorised."""
    today = database_day()
    found = _seen_by(viewer, today)
    for word in fold(search.words).split():
        found = found.filter(account__person__folded_name__contains=word)
    start = (page - 1) * PAGE
    rows = list(found.order_by(*_ORDER[search.sort])[start : start + PAGE + 1])
    return Page(rows=_lines(viewer, rows[:PAGE], today), number=page, more=len(rows) > PAGE)


def _bound() -> "QuerySet[PhoneBinding]":
    return PhoneBinding.objects.filter(
        role="primary", status=PhoneBinding.Status.ACTIVE, account__status__in=Account.LIVE
    )


def _seen_by(viewer: Authority, today: date) -> "QuerySet[PhoneBinding]":
    """Of accounts that were opened there; what no unit opened is the top unit's.

    Of the accounts on one phone at most one has it by itself: phones in common are those of an exception.
    """
    viewer.require(Power.APPROVE_EXCEPTION)
    near = Q(account__vouching_unit_id__in=viewer.subtree)
    if tree.unit(viewer.unit_code).parent_id is None:
        near |= Q(account__vouching_unit_id=None)
    shared = _bound().filter(exception__isnull=False).values("phone_bi")
    another = _bound().filter(phone_bi=OuterRef("phone_bi")).exclude(pk=OuterRef("pk"))
    return (
        _bound()
        .filter(near, Exists(another), phone_bi__in=shared, account__person__kind=Person.Kind.CITIZEN)
        .annotate(day=_of_age_day())
        .filter(day__lte=today)
        .select_related("account__person")
    )


def _of_age_day() -> _OfAgeOn:
    return _OfAgeOn("account__person__born_on", "account__person__born_year_only")


def _lines(viewer: Authority, rows: Sequence[PhoneBinding], today: date) -> list[Line]:
    """Three statements for a page."""
    people = [row.account.person_id for row in rows]
    documents = IdentityDocument.objects.filter(person__in=people, status="active").order_by("-kind", "-pk")
    last3 = dict(documents.values_list("person", "last3"))
    held = Guardianship.objects.filter(
        account__in=[row.account_id for row in rows], settled_at=None, taken_back_at=None
    )
    waiting = set(held.filter(ends_on__lte=today).values_list("account", flat=True))
    grown, minors = _others(rows, today)
    return [
        Line(
            name_masked=PersonName.parse(row.account.person.full_name).masked,
            last3=last3.get(row.account.person_id, ""),
            phone_masked=row.phone_masked,
            since=row.verified_at,
            grown_ups=grown[bytes(row.phone_bi)] - 1,
            minors=minors[bytes(row.phone_bi)],
            waits_for_owner=row.account_id in waiting,
            unit_code=row.account.vouching_unit_code,
            account_id=row.account.public_id if _may_open(viewer, row.account) else None,
        )
        for row in rows
    ]


def _others(rows: Sequence[PhoneBinding], today: date) -> tuple[Counter[bytes], Counter[bytes]]:
    """How many grown-ups and minors each phone of the page answers for."""
    grown: Counter[bytes] = Counter()
    minors: Counter[bytes] = Counter()
    on_them = _bound().filter(phone_bi__in=[row.phone_bi for row in rows])
    for phone, day in on_them.annotate(day=_of_age_day()).values_list("phone_bi", F("day")):
        (minors if day is not None and day > today else grown)[bytes(phone)] += 1
    return grown, minors


def _may_open(viewer: Authority, account: Account) -> bool:
    """As ``assisted_reading.assisted_account`` judges it."""
    mine = account.vouching_unit_id in (viewer.subtree or (viewer.unit_id,))
    return account.origin == Account.Origin.ASSISTED and mine and viewer.may(Power.OPEN_ACCOUNT)
