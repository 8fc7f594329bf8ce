"""Xem đầy đủ: the owner's whole number or phone, from the page of a dossier, for a reason.

The portal is asked and tells the owner; the desk writes one line. Nothing is written here of what was not shown, and
one press of the button shows once: what is sent again, by a second press or by loading the page anew, is refused.
"""

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.db import transaction

from motcua import journal
from motcua.desk import dossiers, moving, seeing
from motcua.desk.models import Dossier
from motcua.desk.ports_reveals import OwnerReveals
from motcua.journal import inspecting
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import Refusal
from motcua.limits import spending

#: Who works on a dossier with its owner or about its owner.
REVEALERS: Final = (Power.RECEIVE_DOSSIER, Power.PROCESS)
_ONCE_IN: Final = 86_400


class What(StrEnum):
    """What can be asked for, one at a time."""

    NUMBER = "NUMBER"
    PHONE = "PHONE"


class OwnerNotKnown(Refusal):
    code = "owner_reveal_without_account"
    status = 409
    message = (
        "Chủ hồ sơ chưa được xác thực tài khoản nên Cổng DVCQG không có thông tin để xem. "
        "Đề nghị ông/bà đối chiếu với giấy tờ gốc."
    )


class ShownBefore(Refusal):
    code = "owner_reveal_shown_before"
    status = 409
    message = (
        "Lượt xem này đã hiện thông tin một lần. Đề nghị ông/bà mở lại trang và ghi lý do để xem lần nữa."
    )


@dataclass(frozen=True, slots=True)
class Revealed:
    """Words for the page that answers, and for nothing else."""

    what: What
    text: str = field(repr=False)


def may_reveal(authority: Authority, dossier: Dossier) -> bool:
    """Whether the dossier's page shows the way there; for showing, never for deciding. Asks nothing."""
    return bool(authority.powers & set(REVEALERS)) and bool(dossier.owner_subject) and bool(dossier.code)


def dossier_to_reveal(authority: Authority, dossier_id: uuid.UUID) -> Dossier:
    """The dossier whose owner is meant. Raises OwnDossier, OwnerNotKnown, NotFound, NotAuthorised."""
    if not authority.powers & set(REVEALERS):
        raise NotAuthorised
    dossier = dossiers.dossier_for_officer(authority, dossier_id)
    moving.refuse_own(dossier, authority)
    if not dossier.owner_subject or not dossier.code:
        raise OwnerNotKnown
    return dossier


def reveal(
    *,
    authority: Authority,
    dossier_id: uuid.UUID,
    what: What,
    reason: str,
    key: uuid.UUID,
    portal: OwnerReveals,
) -> Revealed:
    """Counted first (L18); no transaction is open while the portal is asked.

    Raises ShownBefore, RevealRefused, PortalUnavailable, ReasonWanted, TooManyAttempts, and as ``dossier_to_reveal``.
    """
    dossier = dossier_to_reveal(authority, dossier_id)
    inspecting.reason_of(reason)
    seeing.count_paper(authority, dossier)
    press = f"owner-reveal:{dossier.public_id}:{what}:{key}"
    text = portal.reveal(
        subject=dossier.owner_subject,
        dossier_code=dossier.code or "",
        what=what.value,
        asked_by=authority.subject,
        unit_code=authority.unit_code,
        key=press,
    )
    if not spending.claim_once(press, _ONCE_IN):
        raise ShownBefore
    _write_down(authority, dossier, what, reason)
    return Revealed(what, text)


@transaction.atomic
def _write_down(authority: Authority, dossier: Dossier, what: What, reason: str) -> None:
    about = f"dossier:{dossier.public_id}"
    inspection = inspecting.keep_reason(authority, about=about, reason=reason)
    journal.record(
        "desk.owner.revealed",
        subject=about,
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"what": what.value, "inspection": inspection},
    )
