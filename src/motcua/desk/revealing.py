"""Xem đầy đủ: the owner's whole number or phone, from the page of a dossier, for a reason.

The portal is asked and tells the owner; the desk writes one line. Nothing is written here of what was not shown, and
one press of the button shows once: what is sent again, by a second press or by loading the page anew, is refused.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db import transaction

from motcua import journal
from motcua.desk import acting_for_owner, dossiers, moving, reveal_tickets, seeing
from motcua.desk.copying import OVER
from motcua.desk.models import Dossier
from motcua.desk.ports_reveals import OwnerReveals
from motcua.journal import inspecting
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import Refusal
from motcua.limits import spending

#: Who works on a dossier with its owner or about its owner.
REVEALERS: Final = (Power.RECEIVE_DOSSIER, Power.PROCESS)
#: Longer than a ticket is good for: a press that is forgotten here is refused as an old one.
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


class DossierOver(Refusal):
    code = "owner_reveal_dossier_over"
    status = 409
    message = (
        "Hồ sơ này đã kết thúc nên không xem được thông tin đầy đủ của chủ hồ sơ. "
        "Khi cần, đề nghị ông/bà mời công dân xuất trình giấy tờ gốc."
    )


class NotOfOrganisations(Refusal):
    code = "owner_reveal_no_phone_of_organisations"
    message = (
        "Chủ hồ sơ là tổ chức, không có số điện thoại riêng để xem. "
        "Đề nghị ông/bà liên hệ qua trụ sở hoặc người đại diện khi đến một cửa."
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
    known = bool(dossier.owner_subject) and bool(dossier.code) and dossier.state not in OVER
    return known and bool(authority.powers & set(REVEALERS))


def dossier_to_reveal(authority: Authority, dossier_id: uuid.UUID) -> Dossier:
    """The dossier whose owner is meant.

    Raises OwnDossier, OwnerNotKnown, DossierOver, NotFound, NotAuthorised.
    """
    if not authority.powers & set(REVEALERS):
        raise NotAuthorised
    dossier = dossiers.dossier_for_officer(authority, dossier_id)
    moving.refuse_own(dossier, authority)
    if not dossier.owner_subject or not dossier.code:
        raise OwnerNotKnown
    if dossier.state in OVER:
        raise DossierOver
    return dossier


def offered(dossier: Dossier) -> tuple[What, ...]:
    """What may be asked for: a phone is a person's, and whose it would be of an organisation nobody here can say."""
    return (What.NUMBER,) if acting_for_owner.is_of_organisation(dossier) else tuple(What)


def reveal(
    *,
    authority: Authority,
    dossier_id: uuid.UUID,
    what: What,
    reason: str,
    ticket: str,
    portal: OwnerReveals,
    now: datetime,
) -> Revealed:
    """Counted first (L18); no transaction is open while the portal is asked.

    Raises ShownBefore, PressNotGood, NotOfOrganisations, RevealRefused, PortalUnavailable, ReasonWanted,
    TooManyAttempts, and as ``dossier_to_reveal``.
    """
    dossier = dossier_to_reveal(authority, dossier_id)
    reveal_tickets.require_good(ticket, authority, dossier, now=now)
    if what not in offered(dossier):
        raise NotOfOrganisations
    inspecting.reason_of(reason)
    seeing.count_paper(authority, dossier)
    press = f"owner-reveal:{dossier.public_id}:{what}:{authority.subject}:{ticket.partition('.')[0]}"
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
