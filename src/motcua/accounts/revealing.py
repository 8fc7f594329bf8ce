"""Xem đầy đủ: the one way to a whole number, phone or scan of somebody else's account.

What is masked everywhere is shown for a reason, counted (L18), and written down: one line of the journal, one line in
the owner's own history. Nothing is written of what could not be shown.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import transaction

from motcua import journal
from motcua.accounts import assisted_reading, identity
from motcua.accounts.assisted_reading import AssistedAccount
from motcua.accounts.models import Account, LookUp
from motcua.files import keeping
from motcua.files.models import StoredFile
from motcua.journal import inspecting
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota


class What(StrEnum):
    """What can be asked for, one at a time."""

    NUMBER = "NUMBER"
    PHONE = "PHONE"
    SCAN = "SCAN"
    SIGNED_PAPER = "SIGNED_PAPER"


#: As the owner's history names it.
PURPOSES: Final = {
    What.NUMBER: "xem-so-dinh-danh",
    What.PHONE: "xem-so-dien-thoai",
    What.SCAN: "xem-ban-quet",
    What.SIGNED_PAPER: "xem-giay-da-ky",
}


class NothingToReveal(Refusal):
    code = "nothing_to_reveal"
    status = 409
    message = (
        "Tài khoản này không còn thông tin ông/bà cần xem: chưa đính kèm, đã hủy theo thời hạn lưu hoặc không còn hiệu "
        "lực. Đề nghị đối chiếu với giấy tờ gốc của công dân."
    )


@dataclass(frozen=True, slots=True)
class Revealed:
    """Either words for the page or a file."""

    what: What
    text: str = field(default="", repr=False)
    data: bytes = field(default=b"", repr=False)
    name: str = field(default="", repr=False)
    kind: str = ""


def reveal(*, authority: Authority, public_id: UUID, what: What, reason: str) -> Revealed:
    """Of an account that officers of the own unit or below opened.

    Raises NotFound, NotAuthorised, ReasonWanted, NothingToReveal, TooManyAttempts.
    """
    authority.require(Power.OPEN_ACCOUNT)
    found = assisted_reading.assisted_account(authority, public_id)
    inspecting.reason_of(reason)
    stored = _stored(found, what)
    if stored is None and what in (What.SCAN, What.SIGNED_PAPER):
        raise NothingToReveal
    spending.spend(
        (Quota.PAPERS_OPENED_BY_OFFICER, authority.subject),
        (Quota.OWNERS_OPENED_BY_OFFICER, authority.subject, str(found.account.pk)),
    )
    shown = _file(what, stored) if stored is not None else words_of(found.account, what)
    note(authority, found.account, what, reason)
    return shown


def _stored(found: AssistedAccount, what: What) -> StoredFile | None:
    """The file that was asked for, while it can still be read."""
    if found.application is None:
        return None
    files = {What.SCAN: found.application.scan, What.SIGNED_PAPER: found.application.signed_paper}
    stored = files.get(what)
    return stored if stored is not None and stored.purged_at is None else None


def _file(what: What, stored: StoredFile) -> Revealed:
    return Revealed(what, data=keeping.read(stored), name=keeping.name_of(stored), kind=stored.kind)


def words_of(account: Account, what: What) -> Revealed:
    """The whole number or phone; whoever shows it has spent for it and writes it down (``note``)."""
    if what is What.PHONE:
        phone = identity.bound_phone(account)
        if phone is None:
            raise NothingToReveal
        return Revealed(what, text=phone.local)
    document = identity.own_documents(account).filter(status="active").order_by("kind").first()
    if document is None:
        raise NothingToReveal
    return Revealed(what, text=identity.number_of(document))


@transaction.atomic
def note(authority: Authority, account: Account, what: What, reason: str) -> None:
    """The reason, the owner's line and the journal's, together or not at all."""
    about = f"account:{account.pk}"
    document = identity.own_documents(account).order_by("status", "kind").first()
    if document is not None:
        LookUp.objects.create(
            number_bi=document.number_bi,
            answer="FOUND",
            asked_by=authority.subject,
            unit_code=authority.unit_code,
            purpose=PURPOSES[what],
        )
    inspection = inspecting.keep_reason(authority, about=about, reason=reason)
    journal.record(
        "accounts.data.revealed",
        subject=about,
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"what": what.value, "inspection": inspection},
    )
