"""Nghi trùng: same name and birth date under another number, for an officer to look at (REVIEW, SPEC 2).

A suggestion joins nothing: an officer with the person and the papers asks for the merge, or says that they are two.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from motcua import journal
from motcua.accounts.models import Account, IdentityDocument, Suspicion
from motcua.accounts.models.columns import ClockTimestamp
from motcua.kernel.authority import Authority, Power
from motcua.kernel.person_name import PersonName, fold
from motcua.kernel.refusal import NotFound
from motcua.units import tree

PAGE: Final = 20
_CURSOR: Final = re.compile(r"[1-9][0-9]{0,17}")
_USABLE: Final = (Account.Status.ACTIVE, Account.Status.PENDING)


@dataclass(frozen=True, slots=True)
class Half:
    """One of the two, masked."""

    name_masked: str = field(repr=False)
    numbers: list[str] = field(repr=False)
    opened_at: datetime
    origin: str
    unit_code: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two accounts that may be one person's."""

    number: int
    raised_at: datetime
    newer: Half
    older: Half


def suggestions(
    viewer: Authority, *, name: str = "", oldest_first: bool = False, after: str = ""
) -> tuple[list[Suggestion], str]:
    """Where officers of the viewer's unit or below opened one of the two; self-registered pairs at the top unit."""
    rows = _seen_by(viewer)
    if name:
        rows = rows.filter(person__folded_name__contains=fold(name))
    if _CURSOR.fullmatch(after):
        rows = rows.filter(pk__gt=after) if oldest_first else rows.filter(pk__lt=after)
    found = list(rows.order_by("pk" if oldest_first else "-pk")[: PAGE + 1])
    page = found[:PAGE]
    halves = _halves({pk for row in page for pk in (row.person_id, row.other_id)})
    shown = [
        Suggestion(row.pk, row.raised_at, halves[row.person_id], halves[row.other_id])
        for row in page
        if row.person_id in halves and row.other_id in halves  # closed at this very moment: no pair any more
    ]
    return shown, str(page[-1].pk) if len(found) > PAGE else ""


def dismiss(*, authority: Authority, number: int) -> None:
    """They are two people. Raises NotFound."""
    row = _seen_by(authority).filter(pk=number).first()
    if row is None:
        raise NotFound
    won = Suspicion.objects.filter(pk=row.pk, settled_at=None).update(
        settled_at=ClockTimestamp(), settled_by=authority.subject
    )
    if not won:
        raise NotFound
    journal.record(
        "accounts.suspicion.dismissed",
        subject=f"suspicion:{row.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )


def _seen_by(viewer: Authority) -> "QuerySet[Suspicion]":
    viewer.require(Power.OPEN_ACCOUNT)
    usable = Account.objects.filter(status__in=_USABLE)
    one = usable.filter(person=OuterRef("person"))
    other = usable.filter(person=OuterRef("other"))
    found = Suspicion.objects.filter(Exists(one), Exists(other), settled_at=None)
    here = {"vouching_unit_id__in": viewer.subtree}
    near = Q(Exists(one.filter(**here))) | Q(Exists(other.filter(**here)))
    if tree.unit(viewer.unit_code).parent_id is None:
        near |= ~Exists(one.exclude(vouching_unit_id=None)) & ~Exists(other.exclude(vouching_unit_id=None))
    return found.filter(near)


def _halves(people: set[int]) -> dict[int, Half]:
    """Two statements for a page."""
    numbers: dict[int, list[str]] = {}
    rows = IdentityDocument.objects.filter(person__in=people, status="active").order_by("kind", "pk")
    for row in rows:
        numbers.setdefault(row.person_id, []).append(f"{row.get_kind_display()}: •••{row.last3}")
    accounts = Account.objects.select_related("person").filter(person__in=people, status__in=_USABLE)
    return {
        account.person_id: Half(
            name_masked=PersonName.parse(account.person.full_name).masked,
            numbers=numbers.get(account.person_id, []),
            opened_at=account.opened_at,
            origin=account.get_origin_display(),
            unit_code=account.vouching_unit_code,
        )
        for account in accounts
    }
