"""Đọc đề nghị ghi nhận người đại diện: what waits in an officer's units, one request, and its scanned proof."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.db.models import F, Q, QuerySet

from motcua import journal
from motcua.accounts import identity
from motcua.accounts.models import Account, MandateRequest, Person
from motcua.files import keeping
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound
from motcua.kernel.visitor import Visitor
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.units.models import Unit

PAGE: Final = 20
_MOST: Final = 50


class Sort(StrEnum):
    OLDEST = "OLDEST"
    NEWEST = "NEWEST"
    NAME = "NAME"


class Shown(StrEnum):
    WAITING = "WAITING"
    ALL = "ALL"


@dataclass(frozen=True, slots=True)
class Search:
    words: str = field(default="", repr=False)
    shown: Shown = Shown.WAITING
    sort: Sort = Sort.OLDEST


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[MandateRequest]
    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class ProofPage:
    """The scanned proof, for drawing one of its pages."""

    data: bytes = field(repr=False)
    kind: str


def requests_seen_by(viewer: Authority) -> QuerySet[MandateRequest]:
    """Asked in the viewer's unit or below. Raises NotAuthorised."""
    if not (viewer.may(Power.OPEN_ACCOUNT) or viewer.may(Power.APPROVE_EXCEPTION)):
        raise NotAuthorised(power=Power.OPEN_ACCOUNT.value)
    here = Unit.objects.filter(pk__in=(viewer.unit_id, *viewer.subtree)).values("code")
    return MandateRequest.objects.filter(asked_unit_code__in=here)


def listing(viewer: Authority, search: Search, *, page: int) -> Page:
    """One page of requests; one statement, however many wait."""
    found = requests_seen_by(viewer).select_related("organisation__person", "representative__person")
    if search.shown is Shown.WAITING:
        found = found.filter(decision=MandateRequest.Decision.WAITING)
    for word in fold(search.words).split():
        found = found.filter(
            Q(organisation__person__folded_name__contains=word)
            | Q(representative__person__folded_name__contains=word)
        )
    start = (page - 1) * PAGE
    rows = list(found.order_by(*_ORDER[search.sort])[start : start + PAGE + 1])
    return Page(rows=rows[:PAGE], number=page, more=len(rows) > PAGE)


def one(viewer: Authority, request: uuid.UUID) -> MandateRequest:
    """Raises NotFound, NotAuthorised."""
    found = (
        requests_seen_by(viewer)
        .select_related("organisation__person", "representative__person", "scan")
        .filter(public_id=request)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def how_many_wait(viewer: Authority) -> int:
    """What this officer may decide: asked in reach, and by somebody else; one query. Raises NotAuthorised."""
    viewer.require(Power.APPROVE_EXCEPTION)
    waiting = requests_seen_by(viewer).filter(decision=MandateRequest.Decision.WAITING)
    return waiting.exclude(asked_by=viewer.subject).count()


def waiting_of(organisation: Account, viewer: Authority) -> list[tuple[MandateRequest, bool]]:
    """Of one organisation, the oldest first, each with whether this officer may open it."""
    found = MandateRequest.objects.filter(
        organisation=organisation, decision=MandateRequest.Decision.WAITING
    ).select_related("representative__person")
    seen = set(requests_seen_by(viewer).filter(organisation=organisation).values_list("pk", flat=True))
    return [(row, row.pk in seen) for row in found.order_by("pk")[:_MOST]]


def asked_about(viewer: Visitor) -> list[MandateRequest]:
    """What was asked in the viewer's own name and has come to no mandate, the newest first."""
    found = MandateRequest.objects.filter(representative__in=identity.with_merged(viewer.account_id))
    not_given = found.exclude(decision=MandateRequest.Decision.APPROVED)
    return list(not_given.select_related("organisation__person").order_by("-pk")[:_MOST])


def open_proof(*, authority: Authority, request: uuid.UUID, page: int) -> ProofPage:
    """The scanned proof, for one look at one of its pages: counted first (L18), then journalled.

    Raises NotFound, NotAuthorised, FileUnreadable, TooManyAttempts.
    """
    row = one(authority, request)
    if not 1 <= page <= (row.scan.page_count or 0):
        raise NotFound
    spending.spend(
        (Quota.PAPERS_OPENED_BY_OFFICER, authority.subject),
        (Quota.OWNERS_OPENED_BY_OFFICER, authority.subject, str(row.organisation_id)),
    )
    data = keeping.read(row.scan)
    with transaction.atomic():
        journal.record(
            "accounts.mandate_proof.viewed",
            subject=f"mandate_request:{row.public_id}",
            actor=authority.subject,
            unit_code=authority.unit_code,
            facts={"page": page},
        )
    return ProofPage(data, str(row.scan.kind))


def organisation_of(public_id: uuid.UUID) -> Account:
    """Raises NotFound for everything that is no organisation."""
    found = (
        Account.objects.select_related("person")
        .filter(public_id=public_id, person__kind=Person.Kind.ORGANISATION)
        .first()
    )
    if found is None:
        raise NotFound
    return found


_ORDER: Final = {
    Sort.OLDEST: (F("id").asc(),),
    Sort.NEWEST: (F("id").desc(),),
    Sort.NAME: (F("organisation__person__folded_name").asc(), F("id").asc()),
}
