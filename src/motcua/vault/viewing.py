"""Xem giấy tờ: page by page, by its owner or by an officer of the unit it was lent to; one look a sitting."""

from uuid import UUID

from django.db import transaction

from motcua import journal
from motcua.accounts.models import Account
from motcua.files.models import StoredFile
from motcua.kernel.refusal import NotFound
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.vault import history, reading
from motcua.vault.lending import BY_ITS_OWNER
from motcua.vault.models import Loan, Look, Paper


@transaction.atomic
def view_own(viewer: Account, public_id: UUID, *, acting: str = "") -> StoredFile:
    """The file of an own paper, for drawing one of its pages; NotFound for anybody else's.

    ``acting``: who looks for an organisation.
    """
    paper = reading.row_of(viewer, public_id)
    if paper.file is None:
        raise NotFound
    new = history.note_turning(paper, actor=acting or paper.receipt_subject, role=Look.Role.OWNER, purpose="")
    if new:
        journal.record(
            "vault.paper.opened",
            subject=f"paper:{paper.pk}",
            actor=f"account:{viewer.pk}",
            facts={"action": Look.Action.VIEW.value},
        )
    return paper.file


def view_lent(
    *, audience: str, paper_id: UUID, dossier_code: str, by: str, lent_to: str, unit_code: str
) -> StoredFile:
    """The file of a paper lent to a dossier, for whoever works on that dossier.

    ``lent_to`` is the unit the owner agreed to, ``unit_code`` where the officer sits now. Counted (L18) once a
    sitting. Never lent, or the consent withdrawn, is NotFound.
    """
    loan = _loan(audience, paper_id, dossier_code, lent_to)
    if not history.in_this_sitting(loan.paper, by, unit_code, dossier_code):
        spending.spend(
            (Quota.PAPERS_OPENED_BY_OFFICER, by),
            (Quota.OWNERS_OPENED_BY_OFFICER, by, str(loan.paper.owner_id)),
        )
    return _noted(loan, by, unit_code)


@transaction.atomic
def _noted(loan: Loan, by: str, unit_code: str) -> StoredFile:
    paper, consent = loan.paper, loan.consent
    if paper.file is None:
        raise NotFound
    new = history.note_turning(
        paper,
        actor=by,
        role=Look.Role.OFFICER,
        purpose=consent.purpose,
        unit_code=unit_code,
        dossier_code=loan.dossier_code,
    )
    if new:
        journal.record(
            "vault.paper.opened",
            subject=f"paper:{paper.pk}",
            actor=by,
            unit_code=unit_code,
            facts={"dossier": loan.dossier_code, "action": Look.Action.VIEW.value},
        )
    return paper.file


def _loan(audience: str, paper_id: UUID, dossier_code: str, lent_to: str) -> Loan:
    loan = (
        Loan.objects.select_related("paper__file", "consent")
        .filter(
            paper__public_id=paper_id,
            dossier_code=dossier_code,
            consent__recipient_audience=audience,
            consent__recipient_unit_code=lent_to,
            consent__withdrawn_at=None,
        )
        # Lent by whoever held it by mistake: its true owner agreed to nothing, and would not see the look.
        .exclude(paper__state=Paper.State.MOVED)
        .filter(BY_ITS_OWNER)
        .first()
    )
    if loan is None:
        raise NotFound
    return loan
