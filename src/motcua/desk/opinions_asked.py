"""Ý kiến chờ trả lời: what other units ask of this one, searched, sorted, page by page (NĐ 61/2018, điều 19.5)."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from motcua.desk import moving, owner_aliases, seeing
from motcua.desk.catalogue import versions_of
from motcua.desk.dossiers import after
from motcua.desk.models import DossierEvent, Opinion, Procedure
from motcua.desk.opinions import ANSWERERS
from motcua.kernel.authority import Authority, NotAuthorised
from motcua.kernel.collation import collation_key

PAGE: Final = 20
#: A dossier that ended needs no answer any more, and takes none.
_WAITS: Final = Q(answered_at=None, dossier__state__in=sorted(moving.OPEN))
#: An opinion is asked about a dossier that has a code; its end is enough to find it.
_CODE_PART = re.compile(r"[0-9A-Z.\-]{3,40}")


class Sort(StrEnum):
    DUE = "han"
    NEWEST = "moi"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for. ``answered``: what this unit has answered instead of what waits."""

    code: str = ""
    procedure_code: str = ""
    answered: bool = False
    overdue: bool = False
    sort: Sort = Sort.DUE


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of the list: nothing of a person, for that the page of the opinion is opened and written down."""

    public_id: uuid.UUID
    code: str
    procedure_name: str
    worked_on_by: str
    content: str
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Asked]
    next_cursor: str | None


def asked_of_us(authority: Authority, wanted: Wanted, *, cursor: str | None, now: datetime) -> Page:
    """One query. Raises BadCursor, NotAuthorised."""
    rows = _found(_of_unit(authority), wanted, now)
    column, down = ("asked_at", True) if wanted.sort == Sort.NEWEST else ("due_at", False)
    if cursor:
        rows = rows.filter(after(column, cursor, down=down))
    sign = "-" if down else ""
    found = list(rows.order_by(f"{sign}{column}", f"{sign}id")[: PAGE + 1])
    more = len(found) > PAGE
    last = found[PAGE - 1] if more else None
    return Page(
        rows=[_line(opinion) for opinion in found[:PAGE]],
        next_cursor=f"{getattr(last, column).isoformat()}~{last.pk}" if last else None,
    )


def procedures_asked_about(authority: Authority) -> list[Procedure]:
    """One of each code, for the chooser of the list; one query. Raises NotAuthorised."""
    versions = _of_unit(authority).values("dossier__procedure_id")
    newest_last = Procedure.objects.filter(pk__in=versions).order_by("pk")
    by_code = {procedure.code: procedure for procedure in newest_last}
    return sorted(by_code.values(), key=lambda procedure: collation_key(procedure.name))


def how_many_wait(authority: Authority) -> int:
    """For the first page of the desk; along the index of what is open. Raises NotAuthorised."""
    return _of_unit(authority).filter(_WAITS).count()


def open_page(authority: Authority, opinion: Opinion) -> None:
    """A look at somebody's dossier, counted and written down as every other. Raises TooManyAttempts."""
    seeing.seen(authority, opinion.dossier.public_id, whole=False)


def _of_unit(authority: Authority) -> QuerySet[Opinion]:
    if not authority.powers & ANSWERERS:
        raise NotAuthorised
    # Whoever owns the dossier, filed it for its owner or went on with it is not shown what others are asked about it.
    mine = owner_aliases.subjects_of(authority.subject)
    went_on = DossierEvent.objects.filter(dossier=OuterRef("dossier"), facts__representative__in=list(mine))
    return (
        Opinion.objects.filter(asked_unit_id__in=authority.units)
        .exclude(dossier__owner_subject__in=mine)
        .exclude(dossier__representation__representative_subject__in=mine)
        .exclude(Exists(went_on))
    )


def _found(rows: QuerySet[Opinion], wanted: Wanted, now: datetime) -> QuerySet[Opinion]:
    rows = rows.select_related("dossier__procedure", "dossier__unit", "dossier__at_unit")
    rows = rows.filter(answered_at__isnull=False) if wanted.answered else rows.filter(_WAITS)
    if wanted.overdue:
        rows = rows.filter(due_at__lt=now)
    if wanted.procedure_code:
        rows = rows.filter(dossier__procedure_id__in=versions_of(wanted.procedure_code))
    if code := wanted.code.strip().upper():
        if not _CODE_PART.fullmatch(code):
            return rows.none()
        rows = rows.filter(dossier__code__endswith=code)
    return rows


def _line(opinion: Opinion) -> Asked:
    return Asked(
        public_id=opinion.public_id,
        code=opinion.dossier.code or "",
        procedure_name=opinion.dossier.procedure.name,
        worked_on_by=(opinion.dossier.at_unit or opinion.dossier.unit).short_name,
        content=opinion.content,
        asked_at=opinion.asked_at,
        due_at=opinion.due_at,
        answered_at=opinion.answered_at,
        overdue=opinion.overdue,
    )
