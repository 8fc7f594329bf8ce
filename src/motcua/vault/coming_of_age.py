"""Giấy tờ của con về kho của con: what a parent's vault holds for a person moves when that person has an own account.

A name is never a key (threats T-19): the first officer has the person and the papers before them, the second agrees,
and each paper moves as every other does, by a correction that both vaults can tell of (C9).
"""

from uuid import UUID

from django.db import transaction

from motcua import journal
from motcua.accounts.identity import account_of_subject, with_merged
from motcua.accounts.models import Account
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal
from motcua.units.models import Unit
from motcua.vault import correcting, keeping
from motcua.vault.models import Correction, Paper


class NothingHeldFor(Refusal):
    code = "vault_nothing_held_for"
    status = 409
    message = (
        "Kho dữ liệu này không giữ giấy tờ nào đứng tên người đó do đơn vị số hóa. "
        "Đề nghị ông/bà kiểm tra lại họ tên, hoặc đề nghị đơn vị đã số hóa chuyển."
    )


class OwnerNotActive(Refusal):
    code = "vault_subject_account_not_active"
    status = 409
    message = (
        "Tài khoản của người nhận giấy tờ chưa dùng được. Đề nghị kích hoạt hoặc mở khóa rồi thực hiện lại."
    )


@transaction.atomic
def ask(*, authority: Authority, audience: str, from_subject: str, to_subject: str, reason: str) -> list[int]:
    """Ask that all papers one vault holds for the owner of the other go there; the corrections that wait.

    Only what was digitised in the officer's own unit or below. Asking again asks for what came since.
    Raises NothingHeldFor, OwnerNotActive, NotForYourself.
    """
    authority.require(Power.APPROVE_EXCEPTION)
    holder, own = account_of_subject(from_subject, audience), account_of_subject(to_subject, audience)
    if holder.pk == own.pk:
        raise correcting.SameOwner
    if own.status != Account.Status.ACTIVE:
        raise OwnerNotActive
    papers = _held_for(authority, holder, own)
    if not papers:
        raise NothingHeldFor
    asked = [
        correcting.ask(
            authority=authority,
            paper_id=paper.public_id,
            audience=audience,
            to_subject=to_subject,
            reason=reason,
        )
        for paper in papers
    ]
    journal.record(
        "vault.own_papers.asked",
        subject=f"account:{own.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"papers": len(asked)},
    )
    return asked


def approve(*, authority: Authority, audience: str, from_subject: str, to_subject: str) -> list[UUID]:
    """A second officer agrees to all that waits between these two vaults; the papers' new ids.

    All or none. Of two officers who agree at once one moves each paper.
    """
    holder, own = account_of_subject(from_subject, audience), account_of_subject(to_subject, audience)
    with transaction.atomic():
        # One mover per vault, as one writer (keeping): the second finds nothing that waits.
        list(Account.objects.select_for_update(no_key=True).filter(pk__in=[holder.pk, own.pk]).order_by("pk"))
        waiting = Correction.objects.filter(
            paper__owner__in=with_merged(holder.pk),
            paper__state=Paper.State.CURRENT,
            to_audience=audience,
            to_subject=to_subject,
            approved_by_subject="",
        ).order_by("pk")
        return [
            correcting.approve(authority=authority, correction_id=asked.pk, with_versions=True)
            for asked in waiting
        ]


def _held_for(authority: Authority, holder: Account, own: Account) -> list[Paper]:
    here = Unit.objects.filter(id__in=authority.subtree).values_list("code", flat=True)
    current = Paper.objects.filter(
        owner__in=with_merged(holder.pk),
        state=Paper.State.CURRENT,
        digitised_unit_code__in=list(here),
        correction=None,
    ).exclude(subject_name_sealed=b"")
    return [paper for paper in current.order_by("pk") if keeping.is_about(own, keeping.held_for(paper))]
