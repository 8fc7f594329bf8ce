"""Giấy tờ của con: what waits to move from a parent's vault to the person's own, asked by number, agreed or declined.

The moving itself is ``coming_of_age``; here is what its screen needs. Everything goes by whole vaults: all that one
vault holds for a person waits, is agreed to, or is declined together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from motcua import journal
from motcua.accounts import identity, looking_up
from motcua.accounts.models import PairwiseSubject
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.plain_text import clean
from motcua.kernel.refusal import NotFound, Refusal
from motcua.vault import coming_of_age, correcting
from motcua.vault.models import Correction, Paper

PURPOSE = "giay-to-cua-con"
_SHORTEST_REASON = 5


class HolderUnknown(Refusal):
    code = "vault_holder_unknown"
    message = (
        "Chưa có tài khoản theo số này trên Cổng DVCQG. Đề nghị ông/bà kiểm tra lại số, "
        "hoặc đề nghị công dân đăng ký trước."
    )


class SubjectUnknown(HolderUnknown):
    code = "vault_subject_unknown"


class CorrectionReasonWanted(Refusal):
    code = "vault_correction_reason_wanted"
    message = "Đề nghị ông/bà ghi rõ lý do (ít nhất 05 ký tự), vì người duyệt quyết định theo nội dung này."


@dataclass(frozen=True, slots=True)
class Waiting:
    """All that waits between two vaults. ``number``: its first correction, for the address of its buttons."""

    number: int
    holder_name: str = field(repr=False)
    own_name: str = field(repr=False)
    titles: Sequence[str]
    reason: str
    asked_by: str
    unit_code: str
    asked_at: datetime
    by_viewer: bool


def ask(*, authority: Authority, holder: CitizenId, own: CitizenId, reason: str) -> int:
    """By the two numbers, both people's accounts asked about and told so; how many papers wait.

    Raises HolderUnknown, SubjectUnknown, CorrectionReasonWanted, SameOwner, OwnerNotActive, NothingHeldFor,
    NotForYourself, TooManyAttempts, NotAuthorised.
    """
    authority.require(Power.APPROVE_EXCEPTION)
    words = clean(reason, max_length=300)
    if len(words) < _SHORTEST_REASON:
        raise CorrectionReasonWanted
    from_account = looking_up.account_asked_about(authority, holder, PURPOSE)
    if from_account is None:
        raise HolderUnknown
    to_account = looking_up.account_asked_about(authority, own, PURPOSE)
    if to_account is None:
        raise SubjectUnknown
    audience = settings.DESK_ID
    asked = coming_of_age.ask(
        authority=authority,
        audience=audience,
        from_subject=identity.name_to(from_account, audience).subject,
        to_subject=identity.name_to(to_account, audience).subject,
        reason=words,
    )
    return len(asked)


def waiting(viewer: Authority) -> list[Waiting]:
    """What waits in the viewer's unit and below, the oldest first; three queries, however much waits."""
    rows = [row for row in correcting.waiting(viewer) if row.paper.subject_name_sealed]
    names = _names_of({row.to_subject for row in rows})
    found: dict[tuple[int, str, str], list[Correction]] = {}
    for row in rows:
        found.setdefault((row.paper.owner_id, row.to_audience, row.to_subject), []).append(row)
    return [_waiting(group, names, viewer) for group in found.values()]


def approve(*, authority: Authority, number: int) -> list[UUID]:
    """A second officer agrees; the papers' new ids, none where a colleague was faster.

    Raises NotFound, SecondOfficerNeeded, NotForYourself, NotAuthorised.
    """
    first = _first(authority, number)
    return coming_of_age.approve(
        authority=authority,
        audience=first.to_audience,
        from_subject=identity.name_to(first.paper.owner, first.to_audience).subject,
        to_subject=first.to_subject,
    )


@transaction.atomic
def decline(*, authority: Authority, number: int) -> int:
    """Nothing moves: declined by a second officer, or taken back by the one who asked; how many papers it was.

    What was declined may be asked again, with better reasons. Raises NotFound, NotAuthorised.
    """
    first = _first(authority, number)
    rows = list(_between(first).select_for_update())
    for row in rows:
        _note(row, authority)
    _between(first).filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _note(row: Correction, authority: Authority) -> None:
    about, facts = f"correction:{row.pk}", {"paper": row.paper_id}
    actor, unit_code = authority.subject, authority.unit_code
    if row.asked_by_subject == actor:
        journal.record(
            "vault.correction.withdrawn", subject=about, actor=actor, unit_code=unit_code, facts=facts
        )
    else:
        journal.record(
            "vault.correction.declined", subject=about, actor=actor, unit_code=unit_code, facts=facts
        )


def _first(authority: Authority, number: int) -> Correction:
    """One that waits within this officer's reach."""
    for row in correcting.waiting(authority):
        if row.pk == number and row.paper.subject_name_sealed:
            return row
    raise NotFound


def _between(first: Correction) -> QuerySet[Correction]:
    return Correction.objects.filter(
        paper__owner=first.paper.owner_id,
        paper__state=Paper.State.CURRENT,
        to_audience=first.to_audience,
        to_subject=first.to_subject,
        approved_by_subject="",
    )


def _names_of(subjects: set[str]) -> dict[str, str]:
    rows = PairwiseSubject.objects.filter(subject__in=subjects).select_related("account__person")
    return {row.subject: row.account.person.full_name for row in rows}


def _waiting(group: Sequence[Correction], names: dict[str, str], viewer: Authority) -> Waiting:
    first = group[0]
    return Waiting(
        number=first.pk,
        holder_name=first.paper.owner.person.full_name,
        own_name=names.get(first.to_subject, ""),
        titles=[row.paper.title for row in group],
        reason=first.reason,
        asked_by=first.asked_by_subject,
        unit_code=first.asked_unit_code,
        asked_at=first.asked_at,
        by_viewer=first.asked_by_subject == viewer.subject,
    )
