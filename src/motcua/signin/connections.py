"""Hệ thống đã kết nối: where the viewer signs in through the portal, what each may know, when it was last used."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from motcua.kernel.person_name import fold
from motcua.kernel.visitor import Visitor
from motcua.signin.models import Client, Registration, Sharing, SignIn
from motcua.signin.scopes import words

PAGE: Final = 20


class Sort(StrEnum):
    USED = "USED"
    NAME = "NAME"


@dataclass(frozen=True, slots=True)
class Connection:
    """``information`` is what the person agreed to, in words; empty where the system needed no consent."""

    public_id: uuid.UUID
    name: str
    office: str
    information: list[str]
    given_at: datetime | None
    used_at: datetime | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Connection]
    number: int
    more: bool


def listing(viewer: Visitor, *, search: str = "", sort: Sort = Sort.USED, page: int = 1) -> Page:
    """The viewer's own, by pages; one statement however many."""
    rows = _mine(viewer)
    for word in search.split():
        rows = rows.filter(folded__contains=fold(word))
    order = (F("folded").asc(),) if sort is Sort.NAME else (F("used_at").desc(nulls_last=True),)
    start = (page - 1) * PAGE
    found = list(rows.order_by(*order, "id")[start : start + PAGE + 1])
    return Page([_line(row) for row in found[:PAGE]], page, len(found) > PAGE)


def _mine(viewer: Visitor) -> QuerySet[Client]:
    given = Sharing.objects.filter(client=OuterRef("pk"), account_id=viewer.account_id, ended_at=None)
    came = SignIn.objects.filter(client=OuterRef("pk"), account_id=viewer.account_id)
    last = came.order_by().values("client").annotate(last=Max("made_at")).values("last")
    contact = Registration.objects.filter(client=OuterRef("pk"), decision="APPROVED").order_by("-id")
    return Client.objects.annotate(
        agreed=Subquery(given.values("scopes")[:1]),
        given_at=Subquery(given.values("given_at")[:1]),
        used_at=Subquery(last),
        is_open=Exists(came.filter(ended_at=None)),
        office=Subquery(contact.values("contact_office")[:1]),
    ).filter(Q(given_at__isnull=False) | Q(is_open=True))


def _line(row: Any) -> Connection:
    return Connection(
        public_id=row.public_id,
        name=row.name,
        office=row.office or "",
        information=words(row.agreed or []),
        given_at=row.given_at,
        used_at=row.used_at,
        is_open=row.is_open,
    )


def ended_at_handing_over(viewer: Visitor, moment: datetime) -> list[Connection]:
    """What a parent or guardian let systems know until the owner took the account over; one statement."""
    ended = Sharing.objects.filter(
        account_id=viewer.account_id, given_at__lt=moment, ended_at__gte=moment
    ).select_related("client")
    return [
        Connection(
            public_id=row.client.public_id,
            name=row.client.name,
            office="",
            information=words(row.scopes),
            given_at=row.given_at,
            used_at=None,
            is_open=False,
        )
        for row in ended.order_by("client__folded", "pk")[:PAGE]
    ]
