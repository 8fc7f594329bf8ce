"""Ai mang số này: what a desk whose accounts are elsewhere asks of the portal about people who file nothing here."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from motcua import journal
from motcua.desk import asking
from motcua.desk.asking import Number
from motcua.desk.ports import (
    PURPOSE_APPOINTING,
    PURPOSE_INSPECTION,
    AccountRegistry,
    Found,
    NotFoundAnswer,
    OwnerStatus,
    PortalUnavailable,
)
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName, fold
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota


class AppointeeNotUsable(Refusal):
    code = "appointee_not_usable"
    message = (
        "Người này chưa có tài khoản đang dùng được trên Cổng DVCQG. "
        "Đề nghị người đó tạo hoặc kích hoạt tài khoản trước."
    )


class AppointeeNameDiffers(Refusal):
    code = "appointee_name_differs"
    message = (
        "Họ và tên không khớp với tài khoản có số này trên Cổng DVCQG. "
        "Đề nghị ông/bà đối chiếu thẻ căn cước rồi nhập lại số và họ tên."
    )


class AppointeeUnsure(Refusal):
    code = "appointee_unsure"
    message = (
        "Số CMND 9 chữ số không thể hiện năm sinh, nên chưa kiểm tra được số đã nhập. "
        "Đề nghị ông/bà nhập số định danh 12 chữ số trên thẻ căn cước."
    )


class AppointeeBornOtherwise(Refusal):
    code = "appointee_born_otherwise"
    message = (
        "Năm sinh không khớp với số định danh đã nhập, có thể đã nhập nhầm số: "
        "đề nghị ông/bà đối chiếu thẻ căn cước rồi nhập lại số và năm sinh."
    )


class AppointeeOfAnotherNumber(Refusal):
    code = "appointee_of_another_number"
    message = (
        "Cổng DVCQG trả lời về tài khoản mang số kết thúc bằng {last3}, khác số đã nhập. "
        "Đề nghị ông/bà nhập số đang in trên thẻ căn cước của người này."
    )


@dataclass(frozen=True, slots=True)
class Appointee:
    """A person with an account at the portal; name and work phone are what the administrator wrote down."""

    subject: str
    full_name: PersonName = field(repr=False)
    phone: Phone = field(repr=False)


def appointee(
    authority: Authority,
    number: CitizenId,
    *,
    full_name: PersonName,
    birth_year: int,
    phone: Phone,
    registry: AccountRegistry,
    now: datetime,
) -> Appointee:
    """Who is to be an officer. The portal tells no name here: it is typed, and must fit the masked one.

    The year on the card is compared with the number that was typed: it finds slips in its first digits, no more. That
    the number is this person's, the administrator has to see on the card itself; a slip in its last digits may be
    somebody else's whose masked name fits.

    Raises AppointeeUnsure, AppointeeBornOtherwise, AppointeeNotUsable, AppointeeOfAnotherNumber, AppointeeNameDiffers,
    PortalUnavailable, TooManyAttempts.
    """
    authority.require(Power.GRANT)
    if number.birth_year is None:
        raise AppointeeUnsure
    if number.birth_year != birth_year:
        raise AppointeeBornOtherwise
    found = _asked(authority, number, PURPOSE_APPOINTING, registry, now)
    if found is None or found.status is not OwnerStatus.USABLE:
        raise AppointeeNotUsable
    if found.last3 != number.value[-3:]:
        raise AppointeeOfAnotherNumber(last3=found.last3)
    if fold(full_name.masked) != fold(found.name_masked):
        raise AppointeeNameDiffers
    return Appointee(found.subject, full_name, phone)


def inspected(viewer: Authority, number: Number, *, registry: AccountRegistry, now: datetime) -> str | None:
    """The portal's name, at this desk, for whoever an inspector reads about; None without an account.

    Raises PortalUnavailable, TooManyAttempts, NotAuthorised: whoever is read about has to see it, so without the
    portal nobody is read about.
    """
    viewer.require(Power.INSPECT)
    found = _asked(viewer, number, PURPOSE_INSPECTION, registry, now)
    return found.subject if found else None


def inspected_subject(number: Number) -> str:
    """What the journal here calls whoever was asked about: found again by the number, and never the number."""
    mark = settings.KEYRING.mac("journal-number", asking.fingerprint_of(number))
    return f"number:{mark[:16].hex()}"


def _asked(
    authority: Authority, number: Number, purpose: str, registry: AccountRegistry, now: datetime
) -> Found | None:
    """Counted before, written down after; no transaction is open while the portal is asked."""
    spending.spend((Quota.CHECKS_BY_OFFICER, authority.subject))
    reference = uuid.uuid4()
    answer = registry.check(
        number=number,
        old_number=None,
        purpose=purpose,
        asked_by=authority.subject,
        unit_code=authority.unit_code,
        reference=str(reference),
    )
    believed = asking.believed(answer, purpose, now)
    known = believed[0] if isinstance(believed, tuple) else None
    silent = known is None and not isinstance(believed, NotFoundAnswer)
    journal.record(
        "desk.person.asked",
        subject=inspected_subject(number),
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"answer": "UNKNOWN" if silent else "FOUND" if known else "NOT_FOUND", "purpose": purpose},
    )
    if silent:
        raise PortalUnavailable
    return known
