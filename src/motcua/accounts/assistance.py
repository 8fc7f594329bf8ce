"""An officer creates the account with the citizen at the desk (Phụ lục III): one numbered, evidenced request."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction

from motcua import journal
from motcua.accounts import application_rows as rows
from motcua.accounts import identity
from motcua.accounts.founding import AlreadyHasAccount, refusal_for
from motcua.accounts.models import AssistApplication, LookUp, Person, PhoneBinding
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import PersonData, mac, number_fingerprint, phone_fingerprint
from motcua.files.models import StoredFile
from motcua.kernel.authority import Authority, Power
from motcua.kernel.card_qr import CardQr, NotACardQr
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import NameMatch
from motcua.kernel.refusal import Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota

#: Why the citizen cannot register alone; recorded with every request (SPEC 5).
REASONS: Final[Mapping[str, str]] = {
    "PHONE_MISMATCH": "Số điện thoại không chính chủ (không khớp với nhà mạng)",
    "NO_SMARTPHONE": "Không có điện thoại hoặc máy tính nối mạng",
    "CANNOT_ALONE": "Không tự thao tác được (người cao tuổi, khuyết tật, …)",
    "OPERATOR_DOWN": "Nhà mạng không trả lời",
    "OTHER": "Lý do khác",
}
RESERVATION: Final = timedelta(minutes=30)


class BeingCreated(Refusal):
    code = "application_reserved"
    status = 409
    message = (
        "Tài khoản cho số này đang được xử lý tại đơn vị {unit}. "
        "Đề nghị chờ đơn vị đó hoàn thành, hoặc thử lại sau 30 phút."
    )


class NeedsOverride(Refusal):
    code = "birth_date_mismatch"
    message = (
        "Ngày sinh không khớp với số CCCD (chữ số thứ 4 đến thứ 6). Nếu giấy tờ gốc đúng như vậy, "
        "đề nghị ghi lý do vào ô “Lý do xác nhận khác biệt”."
    )


class NeedsReasonWords(Refusal):
    code = "reason_needed"
    message = "Đề nghị ghi rõ lý do khác."


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Answer of the look-up button: an existing account ends the matter."""

    exists: bool


@dataclass(frozen=True, slots=True)
class Filled:
    """What the officer typed about the citizen and the request."""

    data: PersonData
    reason: str
    reason_words: str = field(default="", repr=False)
    override_reason: str = field(default="", repr=False)


def look_up(*, authority: Authority, number: CitizenId, old_number: CitizenId | None) -> LookedUp:
    """Is there an account under any of these numbers? Counted, and visible to the citizen afterwards (L14)."""
    authority.require(Power.OPEN_ACCOUNT)
    spending.spend((Quota.CHECKS_BY_OFFICER, authority.subject))
    numbers = [number, *([old_number] if old_number else [])]
    exists = identity.live_accounts(*numbers).exists()
    LookUp.objects.create(
        number_bi=number_fingerprint(number),
        answer="FOUND" if exists else "NOT_FOUND",
        asked_by=authority.subject,
        unit_code=authority.unit_code,
        purpose="tao-tai-khoan",
    )
    journal.record(
        "accounts.look_up.made",
        subject=f"number:{mac('journal-number', number_fingerprint(number)).hex()[:12]}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"found": exists, "purpose": "tao-tai-khoan"},
    )
    return LookedUp(exists)


def start(
    *,
    authority: Authority,
    filled: Filled,
    kind: str = AssistApplication.Kind.CREATE,
) -> AssistApplication:
    """Open a numbered request and reserve the citizen number (threats C3).

    Raises AlreadyHasAccount, BeingCreated, NeedsOverride, StaffPhone, PhoneTaken, NotAuthorised. A refused
    request is kept with its code.
    """
    authority.require(Power.OPEN_ACCOUNT)
    _check_words(filled)
    rows.release_lapsed(number_fingerprint(filled.data.citizen_id))
    account = identity.live_accounts(*_numbers(filled.data)).first()
    if kind == AssistApplication.Kind.CREATE and account is not None:
        rows.keep_refused(authority, filled, AlreadyHasAccount.code)
        raise AlreadyHasAccount
    try:
        with transaction.atomic():
            application = rows.insert(authority, filled, kind)
            journal.record(
                "accounts.application.begun",
                subject=f"application:{application.pk}",
                actor=authority.subject,
                unit_code=authority.unit_code,
                facts={"reason": filled.reason, "kind": str(kind)},
            )
    except IntegrityError as error:
        raise _why(error, authority, filled) from error
    return application


def change(*, authority: Authority, application: AssistApplication, filled: Filled) -> AssistApplication:
    """Correct the form. Paper and code of the earlier data are void (threats T-03)."""
    authority.require(Power.OPEN_ACCOUNT)
    _check_words(filled)
    try:
        with transaction.atomic():
            rows.rewrite(application, filled)
    except IntegrityError as error:
        raise _why(error, authority, filled) from error
    application.refresh_from_db()
    return application


def attach_scan(
    *, authority: Authority, application: AssistApplication, scan: StoredFile, qr_text: str | None
) -> str:
    """Attach the scan of both sides; its QR, if it could be read, is compared with what was typed.

    Returns SAME, DIFFERENT or UNREAD. A new scan voids paper and code.
    """
    authority.require(Power.OPEN_ACCOUNT)
    result = compare_with_scan(rows.data_of(application), qr_text)
    rows.set_scan(application, scan, result)
    journal.record(
        "accounts.application.scan_attached",
        subject=f"application:{application.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"qr": result},
    )
    return result


def attach_signed_paper(*, authority: Authority, application: AssistApplication, paper: StoredFile) -> None:
    """The signed request, scanned back."""
    authority.require(Power.OPEN_ACCOUNT)
    AssistApplication.objects.filter(pk=application.pk).update(
        signed_paper=paper, last_act_at=ClockTimestamp()
    )
    journal.record(
        "accounts.application.paper_attached",
        subject=f"application:{application.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )


def compare_with_scan(data: PersonData, qr_text: str | None) -> str:
    """SAME, DIFFERENT or UNREAD. The QR is a claim, not a proof: a difference is shown, not decided."""
    if qr_text is None:
        return "UNREAD"
    try:
        card = CardQr.parse(qr_text)
    except (NotACardQr, Refusal):
        return "UNREAD"
    same = (
        card.citizen_id == data.citizen_id
        and card.born_on.on == data.born_on.on
        and card.full_name.compare(data.full_name) is not NameMatch.DIFFERENT
    )
    return "SAME" if same else "DIFFERENT"


def cancel(*, authority: Authority, application: AssistApplication) -> None:
    """Give the number free; the request is kept as cancelled."""
    authority.require(Power.OPEN_ACCOUNT)
    AssistApplication.objects.filter(pk=application.pk, status__in=AssistApplication.HOLDING).update(
        status=AssistApplication.Status.CANCELLED, last_act_at=ClockTimestamp()
    )
    journal.record(
        "accounts.application.cancelled",
        subject=f"application:{application.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )


def application_for(viewer: Authority, public_id: uuid.UUID) -> AssistApplication:
    """An open or ended request of the officer's own units; NotFound otherwise."""
    return rows.one_for(viewer, public_id)


def open_applications(viewer: Authority) -> list[AssistApplication]:
    """The officer's unfinished requests of the last 24 hours, newest first."""
    return rows.unfinished_of(viewer)


def namesakes(data: PersonData) -> int:
    """How many other people share name and birth date: worth a question before creating (SPEC 2, REVIEW)."""
    return Person.objects.filter(folded_name=data.full_name.folded, born_on=data.born_on.on).count()


def phone_is_taken(data: PersonData) -> bool:
    """Whether the phone answers for another account now."""
    return PhoneBinding.objects.filter(phone_bi=phone_fingerprint(data.phone), status="active").exists()


def _numbers(data: PersonData) -> list[CitizenId]:
    return [data.citizen_id, *([data.old_number] if data.old_number else [])]


def _check_words(filled: Filled) -> None:
    if filled.reason not in REASONS or (filled.reason == "OTHER" and not filled.reason_words):
        raise NeedsReasonWords
    if not filled.data.citizen_id.agrees_with_birth_date(filled.data.born_on) and not filled.override_reason:
        raise NeedsOverride


def _why(error: IntegrityError, authority: Authority, filled: Filled) -> Exception:
    refusal = refusal_for(error)
    if refusal is not None:
        rows.keep_refused(authority, filled, refusal.code)
        return refusal
    if "application_number_reserved_once" in str(error):
        return BeingCreated(unit=rows.unit_holding(number_fingerprint(filled.data.citizen_id)))
    return error
