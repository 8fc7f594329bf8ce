"""Xem thành phần hồ sơ từng trang: of the desk's own copy, or of a paper that the vault lends to the dossier."""

from dataclasses import dataclass, field
from typing import Final
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import transaction
from django.utils import timezone

from motcua import journal
from motcua.desk import borrowed_loans, component_files, deliveries, dossiers, seeing
from motcua.desk.models import Dossier, DossierComponent
from motcua.desk.ports import NotLent, OwnersVault
from motcua.files import keeping
from motcua.kernel.authority import Authority, NotAuthorised
from motcua.kernel.refusal import NotFound, Refusal

#: Turning the pages of one component is one look for so many seconds.
_ONE_SITTING: Final = 15 * 60


class LoanEnded(Refusal):
    code = "component_loan_ended"
    status = 410
    message = (
        "Chủ kho đã rút lại sự đồng ý nên giấy tờ này không còn được mở. Hồ sơ vẫn ghi giấy tờ đã dùng; "
        "nếu còn cần, đề nghị ông/bà yêu cầu bổ sung giấy tờ từ trang hồ sơ."
    )


class LoanNotThere(Refusal):
    code = "component_loan_not_there"
    status = 410
    message = (
        "Giấy tờ này lấy từ Kho dữ liệu và chưa được chuyển tới, hoặc Kho dữ liệu không cho mượn được. "
        "Đề nghị ông/bà xem lịch sử hồ sơ, hoặc mở lại sau ít phút."
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """One component's bytes, for drawing a page of them."""

    name: str
    data: bytes = field(repr=False)
    kind: str
    pages: int


@dataclass(frozen=True, slots=True)
class About:
    """What the page around the pictures shows of a component."""

    name: str
    kind: str
    pages: int
    from_vault: bool


def about(*, authority: Authority, dossier_id: UUID, order: int, vault: OwnersVault) -> About:
    """Name and number of pages. A lent paper is asked for at the vault, and that is a look already."""
    if not component_files.may_read(authority):
        raise NotAuthorised
    line = dossiers.component_for_officer(authority, dossier_id, order)
    if line.how == DossierComponent.How.VAULT:
        lent = _lent(authority, line, vault)
        return About(line.name, lent.kind, lent.pages, from_vault=True)
    if line.file is None:
        raise NotFound
    return About(line.name, str(line.file.kind), line.file.page_count or 0, from_vault=False)


def dossier_beside(*, authority: Authority, dossier_id: UUID, order: int, from_vault: bool) -> Dossier:
    """The dossier whose paper is looked at: a look at a dossier, unless this paper's look is written down already.

    A lent paper's is, by the vault (``about``); the desk's own with its first picture. So turning pages counts once.
    """
    dossier = dossiers.dossier_for_officer(authority, dossier_id)
    if not from_vault and not deliveries.look_goes_on(_sitting(authority, dossier_id, order)):
        seeing.seen(authority, dossier_id)
    return dossier


def open_for_page(
    *, authority: Authority, dossier_id: UUID, order: int, page: int, vault: OwnersVault
) -> Opened:
    """One component, for drawing a page of it: counted once a sitting (L18), journalled, shown to the owner."""
    if not component_files.may_read(authority):
        raise NotAuthorised
    line = dossiers.component_for_officer(authority, dossier_id, order)
    if line.how == DossierComponent.How.VAULT:
        opened = _lent(authority, line, vault)
    elif line.file is not None:
        stored = line.file
        if not deliveries.look_goes_on(_sitting(authority, dossier_id, order)):
            seeing.count_paper(authority, line.dossier)
        opened = Opened(line.name, keeping.read(stored), str(stored.kind), stored.page_count or 0)
    else:
        raise NotFound
    with transaction.atomic():
        journal.record(
            "desk.component.viewed",
            subject=f"dossier:{dossier_id}",
            actor=authority.subject,
            unit_code=authority.unit_code,
            facts={"order": order, "page": page},
        )
        if line.file is not None:
            sitting = _sitting(authority, dossier_id, order)
            deliveries.promise_look(
                line, dossier_id, by=authority.subject, unit_code=authority.unit_code, opened=sitting
            )
    return opened


def _lent(authority: Authority, line: DossierComponent, vault: OwnersVault) -> Opened:
    """The vault writes this look down itself, and counts it."""
    dossier = line.dossier
    try:
        lent = vault.view_lent(
            paper_id=line.vault_paper_id,
            dossier_code=dossier.code or "",
            asked_by=authority.subject,
            lent_to=dossier.unit_code,
            unit_code=authority.unit_code,
        )
    except NotLent as no:
        if not borrowed_loans.was_lent(line):
            raise LoanNotThere from no
        borrowed_loans.note_ended(line)
        raise LoanEnded from no
    return Opened(line.name, lent.data, lent.kind, lent.pages)


def _sitting(authority: Authority, dossier_id: UUID, order: int) -> UUID:
    quarter = int(timezone.now().timestamp()) // _ONE_SITTING
    words = (str(dossier_id), str(order), authority.subject, authority.unit_code, str(quarter))
    return uuid5(NAMESPACE_OID, "\x1f".join(words))
