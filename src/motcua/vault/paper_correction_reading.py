"""Đọc đề nghị sửa giấy tờ: what owners reported, what waits for a second officer, the papers and the evidence."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from motcua import journal
from motcua.accounts import identity, looking_up
from motcua.accounts.models import Account
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import Number
from motcua.files import keeping as files
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.units.models import Unit
from motcua.vault import history
from motcua.vault.models import Look, Paper, PaperCorrection, PaperReport

PURPOSE: Final = "sua-giay-to"
PAGE: Final = 20
_MOST: Final = 100


class OwnerWithoutAccount(Refusal):
    code = "paper_owner_without_account"
    message = "Chưa có tài khoản theo số này trên Cổng DVCQG. Đề nghị ông/bà kiểm tra lại số."


class NoPaperOfYours(Refusal):
    code = "no_paper_of_unit"
    status = 409
    message = (
        "Kho dữ liệu này không có giấy tờ nào do đơn vị số hóa. "
        "Đề nghị ông/bà kiểm tra lại số, hoặc đề nghị đơn vị đã số hóa sửa."
    )


class Sort(StrEnum):
    OLDEST = "OLDEST"
    NEWEST = "NEWEST"
    TITLE = "TITLE"


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
    rows: Sequence[PaperCorrection]
    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Bytes for drawing one page of them."""

    data: bytes = field(repr=False)
    kind: str


def units_of(viewer: Authority) -> QuerySet[Unit]:
    """Whose papers the viewer may put right. Raises NotAuthorised."""
    if not (viewer.may(Power.RECEIVE_DOSSIER) or viewer.may(Power.APPROVE_EXCEPTION)):
        raise NotAuthorised(power=Power.APPROVE_EXCEPTION.value)
    return Unit.objects.filter(pk__in=(viewer.unit_id, *viewer.subtree))


def corrections_seen_by(viewer: Authority) -> QuerySet[PaperCorrection]:
    """Of papers digitised in the viewer's unit or below. Raises NotAuthorised."""
    return PaperCorrection.objects.filter(unit_code__in=units_of(viewer).values("code"))


def listing(viewer: Authority, search: Search, *, page: int) -> Page:
    """One page of requests; one statement, however many wait."""
    found = corrections_seen_by(viewer).select_related("paper__owner__person", "to_account__person")
    if search.shown is Shown.WAITING:
        found = found.filter(decision=PaperCorrection.Decision.WAITING)
    for word in fold(search.words).split():
        found = found.filter(
            Q(paper__folded_title__contains=word)
            | Q(paper__owner__person__folded_name__contains=word)
            | Q(to_account__person__folded_name__contains=word)
        )
    start = (page - 1) * PAGE
    rows = list(found.order_by(*_ORDER[search.sort])[start : start + PAGE + 1])
    return Page(rows=rows[:PAGE], number=page, more=len(rows) > PAGE)


def one(viewer: Authority, correction: uuid.UUID) -> PaperCorrection:
    """Raises NotFound, NotAuthorised."""
    found = (
        corrections_seen_by(viewer)
        .select_related("paper__owner__person", "paper__file", "to_account__person", "evidence", "report")
        .filter(public_id=correction)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def reports_open(viewer: Authority) -> list[PaperReport]:
    """What owners said and nobody has answered or taken up, the oldest first."""
    waits = PaperCorrection.objects.filter(decision=PaperCorrection.Decision.WAITING).values("paper")
    found = PaperReport.objects.filter(unit_code__in=units_of(viewer).values("code"), answered_at=None)
    found = found.exclude(paper__in=waits).select_related("paper", "owner__person")
    return list(found.order_by("id")[:_MOST])


def report_for(viewer: Authority, report: uuid.UUID) -> PaperReport:
    """An open one. Raises NotFound, NotAuthorised."""
    found = (
        PaperReport.objects.filter(unit_code__in=units_of(viewer).values("code"), answered_at=None)
        .select_related("paper", "owner__person")
        .filter(public_id=report)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def open_report_of(paper: Paper) -> PaperReport | None:
    """What the owner said about this paper and waits to hear of."""
    return PaperReport.objects.filter(paper=paper, answered_at=None).first()


def papers_of_number(authority: Authority, number: Number) -> tuple[Account, list[Paper]]:
    """The papers that the officer's units digitised for whoever has this number; the owner sees that it was asked.

    Titles only: each paper listed is a look. Raises OwnerWithoutAccount, NoPaperOfYours, NotAuthorised,
    TooManyAttempts.
    """
    here = units_of(authority).values("code")
    owner = looking_up.account_asked_about(authority, number, PURPOSE)
    if owner is None:
        raise OwnerWithoutAccount
    rows = _standing(
        Paper.objects.filter(owner__in=identity.with_merged(owner.pk), digitised_unit_code__in=here)
    )
    found = list(rows.order_by("-kept_at", "-id")[:_MOST])
    if not found:
        raise NoPaperOfYours
    with transaction.atomic():
        _note(authority, found, Look.Action.OFFER)
    return owner, found


def paper_in_reach(authority: Authority, paper: uuid.UUID) -> Paper:
    """One current, visible paper that the officer's units digitised. Raises NotFound, NotAuthorised."""
    rows = Paper.objects.filter(public_id=paper, digitised_unit_code__in=units_of(authority).values("code"))
    found = _standing(rows).select_related("owner__person", "file").first()
    if found is None:
        raise NotFound
    return found


def open_paper(authority: Authority, paper: uuid.UUID) -> Paper:
    """With everything that is written about it: counted (L18) once a sitting, and a look that its owner sees.

    Raises NotFound, NotAuthorised, TooManyAttempts.
    """
    found = paper_in_reach(authority, paper)
    _look(authority, found)
    return found


def paper_page(*, authority: Authority, paper: uuid.UUID) -> Picture:
    """The paper itself, for drawing a page of it; the same look as its facts. Raises as ``open_paper``."""
    found = open_paper(authority, paper)
    if found.file is None:
        raise NotFound
    return Picture(files.read(found.file), str(found.file.kind))


def evidence_page(*, authority: Authority, correction: uuid.UUID, page: int) -> Picture:
    """The evidence, for one look at one of its pages: counted first (L18), then journalled.

    Raises NotFound, NotAuthorised, FileUnreadable, TooManyAttempts.
    """
    row = one(authority, correction)
    if not 1 <= page <= (row.evidence.page_count or 0):
        raise NotFound
    _count(authority, row.paper)
    data = files.read(row.evidence)
    journal.record(
        "vault.paper_evidence.viewed",
        subject=f"paper_correction:{row.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"page": page},
    )
    return Picture(data, str(row.evidence.kind))


def number_asked(row: PaperCorrection) -> str:
    """The paper's own number as it ought to be."""
    return _opened("number", row.public_id, row.number_sealed)


def name_asked(row: PaperCorrection) -> str:
    """Whom the paper is about, as it ought to be; empty for its owner."""
    return _opened("name", row.public_id, row.subject_name_sealed)


def sealed(what: str, public_id: uuid.UUID, text: str) -> bytes:
    """``what``: number or name."""
    if not text:
        return b""
    closed: bytes = settings.KEYRING.seal(f"paper_correction.{what}", str(public_id), text)
    return closed


def _opened(what: str, public_id: uuid.UUID, closed: bytes | memoryview) -> str:
    if not closed:
        return ""
    text: str = settings.KEYRING.open(f"paper_correction.{what}", str(public_id), bytes(closed))
    return text


def _standing(rows: QuerySet[Paper]) -> QuerySet[Paper]:
    return rows.filter(state=Paper.State.CURRENT, visible_from__lte=ClockTimestamp())


def _look(authority: Authority, paper: Paper) -> None:
    if not history.in_this_sitting(paper, authority.subject, authority.unit_code, ""):
        _count(authority, paper)
    with transaction.atomic():
        new = history.note_turning(
            paper,
            actor=authority.subject,
            role=Look.Role.OFFICER,
            purpose=PURPOSE,
            unit_code=authority.unit_code,
        )
        if new:
            journal.record(
                "vault.paper.opened",
                subject=f"paper:{paper.pk}",
                actor=authority.subject,
                unit_code=authority.unit_code,
                facts={"action": Look.Action.VIEW.value},
            )


def _count(authority: Authority, paper: Paper) -> None:
    spending.spend(
        (Quota.PAPERS_OPENED_BY_OFFICER, authority.subject),
        (Quota.OWNERS_OPENED_BY_OFFICER, authority.subject, str(paper.owner_id)),
    )


def _note(authority: Authority, papers: Sequence[Paper], action: Look.Action) -> None:
    history.note(
        papers,
        actor=authority.subject,
        role=Look.Role.OFFICER,
        action=action,
        purpose=PURPOSE,
        unit_code=authority.unit_code,
    )
    journal.record(
        "vault.paper.offered",
        subject=f"account:{papers[0].owner_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"found": len(papers), "purpose": PURPOSE},
    )


_ORDER: Final = {
    Sort.OLDEST: (F("id").asc(),),
    Sort.NEWEST: (F("id").desc(),),
    Sort.TITLE: (F("paper__folded_title").asc(), F("id").asc()),
}
