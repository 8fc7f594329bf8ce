"""Kho dữ liệu của tôi: the owner finds and opens own papers; nobody else's are there."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import DateField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from motcua import journal
from motcua.accounts.identity import with_merged
from motcua.accounts.models import Account
from motcua.accounts.models.columns import ClockTimestamp
from motcua.files.keeping import name_of
from motcua.files.models import StoredFile
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound
from motcua.vault import history, versions
from motcua.vault.keeping import held_for, number_of
from motcua.vault.models import Look, Paper

_NEVER = date(9999, 12, 31)


class Sort(StrEnum):
    """How the list stands; ties are broken by the newest row."""

    NEWEST = "NEWEST"
    TITLE = "TITLE"
    EXPIRY = "EXPIRY"


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper as its owner sees it."""

    paper_id: UUID
    type_code: str
    title: str = field(repr=False)
    number: str = field(repr=False)
    held_for: str = field(repr=False)
    issuer: str
    issued_on: date | None
    valid_until: date | None
    version: int
    source: Paper.Source
    source_dossier_code: str
    digitised_unit_code: str
    kept_at: datetime
    state: Paper.State
    has_file: bool
    kind: str
    pages: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PapersPage:
    """``after`` goes into the next call; None on the last page."""

    papers: list[PaperLine]
    after: UUID | None


class Validity(StrEnum):
    """Which papers the list shows."""

    ALL = "ALL"
    VALID = "VALID"
    EXPIRED = "EXPIRED"


def has_papers(account: Account) -> bool:
    """Whether there is anything in the vault that a stranger would come for."""
    return Paper.objects.filter(owner__in=with_merged(account.pk)).exists()


def how_many(account_id: int) -> int:
    """Papers in this account's own vault now, for officers who compare two accounts; nothing of them is read."""
    return Paper.objects.filter(owner=account_id, state=Paper.State.CURRENT).count()


def papers_of(
    viewer: Account,
    *,
    words: str = "",
    type_code: str = "",
    validity: Validity = Validity.ALL,
    on: date | None = None,
    sort: Sort = Sort.NEWEST,
    with_old: bool = False,
    after: UUID | None = None,
    limit: int = 20,
) -> PapersPage:
    """The viewer's papers, found by words of title or issuer with or without marks; one query.

    A moved paper and a result not yet handed out are not there. Going on from ``after`` costs one query more.
    """
    found = _searched(_seen_by(viewer, with_old), words, type_code)
    if validity is not Validity.ALL:
        over = Q(valid_until__lt=on or timezone.localdate())
        found = found.filter(over if validity is Validity.EXPIRED else ~over | Q(valid_until=None))
    if after is not None:
        found = _beyond(found, _one(viewer, after), sort)
    rows = list(found.order_by(*_ORDER[sort])[: limit + 1])
    page = rows[:limit]
    return PapersPage([_line(row) for row in page], page[-1].public_id if len(rows) > limit else None)


def paper_of(viewer: Account, public_id: UUID) -> PaperLine:
    """One of the viewer's papers; another owner's and an absent one are the same NotFound."""
    return _line(_one(viewer, public_id))


def row_of(viewer: Account, public_id: UUID) -> Paper:
    """The same, as the room's own row with its file."""
    return _one(viewer, public_id)


def versions_of(viewer: Account, public_id: UUID) -> list[PaperLine]:
    """The paper and the versions before it, newest first, numbered as they lie here.

    What lay here by mistake and went to its right owner is not among them. Two queries.
    """
    paper = _one(viewer, public_id)
    lying = versions.lying_in(paper.owner_id, paper).filter(visible_from__lte=ClockTimestamp())
    rows = list(lying.select_related("file"))
    upto = [row.pk for row in rows].index(paper.pk) + 1
    return [replace(_line(row), version=n) for n, row in enumerate(rows[:upto], start=1)][::-1]


@transaction.atomic
def open_own(
    viewer: Account, public_id: UUID, *, action: Look.Action = Look.Action.DOWNLOAD, acting: str = ""
) -> tuple[StoredFile, str]:
    """The file and a name for saving it; the owner's own look is written down like any other.

    ``acting``: who looks for an organisation.
    """
    paper = _one(viewer, public_id)
    if paper.file is None:
        raise NotFound
    actor = acting or paper.receipt_subject
    history.note([paper], actor=actor, role=Look.Role.OWNER, action=action, purpose="")
    journal.record(
        "vault.paper.opened",
        subject=f"paper:{paper.pk}",
        actor=f"account:{viewer.pk}",
        facts={"action": action.value},
    )
    return paper.file, name_of(paper.file)


def _seen_by(viewer: Account, with_old: bool = True) -> QuerySet[Paper]:
    states = [Paper.State.CURRENT, Paper.State.SUPERSEDED] if with_old else [Paper.State.CURRENT]
    mine = Paper.objects.filter(owner__in=with_merged(viewer.pk), state__in=states)
    mine = mine.filter(visible_from__lte=ClockTimestamp()).select_related("file")
    return mine.annotate(ends=Coalesce(F("valid_until"), Value(_NEVER), output_field=DateField()))


def _one(viewer: Account, public_id: UUID) -> Paper:
    paper = _seen_by(viewer).filter(public_id=public_id).first()
    if paper is None:
        raise NotFound
    return paper


def _searched(papers: QuerySet[Paper], words: str, type_code: str) -> QuerySet[Paper]:
    for word in fold(words).split()[:8]:
        papers = papers.filter(folded_title__contains=word)
    return papers.filter(type_code=type_code) if type_code else papers


_ORDER: dict[Sort, list[str]] = {
    Sort.NEWEST: ["-kept_at", "-id"],
    Sort.TITLE: ["folded_title", "-id"],
    Sort.EXPIRY: ["ends", "-id"],
}


def _beyond(papers: QuerySet[Paper], last: Paper, sort: Sort) -> QuerySet[Paper]:
    """The rows after ``last`` in this order, by value and not by count: new papers do not shift the pages."""
    older = Q(id__lt=last.pk)
    match sort:
        case Sort.NEWEST:
            return papers.filter(Q(kept_at__lt=last.kept_at) | (Q(kept_at=last.kept_at) & older))
        case Sort.TITLE:
            return papers.filter(
                Q(folded_title__gt=last.folded_title) | (Q(folded_title=last.folded_title) & older)
            )
        case Sort.EXPIRY:
            ends = last.valid_until or _NEVER
            return papers.filter(Q(ends__gt=ends) | (Q(ends=ends) & older))


def _line(row: Paper) -> PaperLine:
    return PaperLine(
        paper_id=row.public_id,
        type_code=row.type_code,
        title=row.title,
        number=number_of(row),
        held_for=held_for(row),
        issuer=row.issuer,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        version=row.version,
        source=Paper.Source(row.source),
        source_dossier_code=row.source_dossier_code,
        digitised_unit_code=row.digitised_unit_code,
        kept_at=row.kept_at,
        state=Paper.State(row.state),
        has_file=row.file is not None,
        kind=row.file.kind if row.file else "",
        pages=(row.file.page_count or 0) if row.file else 0,
        sha256=bytes(row.sha256).hex() if row.sha256 else "",
    )
