"""An officer creates the account with the citizen at the desk (Phụ lục III): one numbered, evidenced request."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from motcua import journal
from motcua.accounts import application_rows as rows
from motcua.accounts import decoys, founding, guardianships, holder, identity, looking_up, providers
from motcua.accounts.founding import AlreadyHasAccount, refusal_for
from motcua.accounts.models import AssistApplication, Person, Registration
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.refusal_trace import traced
from motcua.accounts.sealed_data import PersonData, number_fingerprint
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
#: Why the phone of an account is changed at the desk (SPEC 4).
PHONE_REASONS: Final[Mapping[str, str]] = {
    "PHONE_LOST": "Mất điện thoại hoặc mất SIM",
    "PHONE_STOPPED": "Không còn dùng số điện thoại đã đăng ký",
    "OTHER": "Lý do khác",
}
#: Why somebody who came of age takes over the account that a parent or guardian ran.
OF_AGE_REASONS: Final[Mapping[str, str]] = {
    "OF_AGE": "Đủ 18 tuổi, nhận tài khoản do cha, mẹ hoặc người giám hộ giữ",
}
#: By kind of request, as the form offers them.
REASONS_OF: Final[Mapping[str, Mapping[str, str]]] = {
    "CREATE": REASONS,
    "PHONE": PHONE_REASONS,
    "OF_AGE": OF_AGE_REASONS,
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
    code = "birth_date_needs_override"
    message = (
        "Ngày sinh không khớp với số CCCD (chữ số thứ 4 đến thứ 6). Nếu giấy tờ gốc đúng như vậy, "
        "đề nghị ghi lý do vào ô “Lý do xác nhận khác biệt”."
    )


class NeedsReasonWords(Refusal):
    code = "reason_needed"
    message = "Đề nghị ghi rõ lý do khác."


class NoAccountYet(Refusal):
    code = "account_missing"
    status = 409
    message = (
        "Chưa có tài khoản với số CMND/CCCD này nên không đổi số điện thoại được. Đề nghị tạo tài khoản mới."
    )


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Answer of the look-up button: an existing account ends the matter."""

    exists: bool
    #: Its phone is frozen: no code reaches the owner, who needs another phone bound here.
    phone_frozen: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """What the officer typed about the citizen and the request."""

    data: PersonData
    reason: str
    reason_words: str = field(default="", repr=False)
    override_reason: str = field(default="", repr=False)
    #: Of a minor: PARENT, GUARDIAN or SELF, whoever has the phone. Empty: the citizen is of age.
    held_by: str = ""


@traced
def look_up(*, authority: Authority, number: CitizenId, old_number: CitizenId | None) -> LookedUp:
    """Is there an account under any of these numbers? Counted, and visible to the citizen afterwards (L14)."""
    authority.require(Power.OPEN_ACCOUNT)
    spending.spend((Quota.CHECKS_BY_OFFICER, authority.subject))
    found = identity.account_by_number(number)
    by_old = found is None and old_number is not None
    if by_old and old_number is not None:
        found = identity.account_by_number(old_number)
    exists = found is not None
    # Under the number that led to the account, so that its owner sees it.
    under = old_number if exists and by_old and old_number else number
    looking_up.note(authority, under, found=exists, purpose="tao-tai-khoan")
    if not exists:
        decoys.watch(number, asked_by=authority.subject, unit=authority.unit_code)
    return LookedUp(exists, phone_frozen=found is not None and identity.frozen_phone(found) is not None)


@traced
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
    _check_words(filled, kind)
    rows.release_lapsed(number_fingerprint(filled.data.citizen_id))
    _check_account(authority, filled, kind)
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
        mine = rows.own_holding(authority, number_fingerprint(filled.data.citizen_id), kind)
        if mine is not None and "application_number_reserved_once" in str(error):
            return change(authority=authority, application=mine, filled=filled)
        raise _why(error, authority, filled) from error
    return application


@traced
def change(*, authority: Authority, application: AssistApplication, filled: Filled) -> AssistApplication:
    """Correct the form. Paper and code of the earlier data are void (threats T-03); the same data change nothing.

    Whatever says who the person is, is compared with the account as at the opening. Also takes up a lapsed reservation
    when the number is still free. Raises as ``start`` does, and NotReady.
    """
    rows.require_may_act(authority, application)
    _check_words(filled, application.kind)
    rows.release_lapsed(number_fingerprint(filled.data.citizen_id), but_not=application.pk)
    if _says_somebody_else(application, filled.data):
        _check_account(authority, filled, application.kind)
    try:
        with transaction.atomic():
            rows.rewrite(authority, application, filled)
    except IntegrityError as error:
        raise _why(error, authority, filled) from error
    application.refresh_from_db()
    return application


@traced
def attach_scan(
    *, authority: Authority, application: AssistApplication, scan: StoredFile, qr_text: str | None
) -> str:
    """Attach the scan of both sides; its QR, if it could be read, is compared with what was typed.

    Returns SAME, DIFFERENT or UNREAD. A new scan voids paper and code.
    """
    rows.require_may_act(authority, application)
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


@traced
@transaction.atomic
def attach_signed_paper(*, authority: Authority, application: AssistApplication, paper: StoredFile) -> None:
    """The signed request, scanned back. Raises FileElsewhere when it belongs to another request."""
    rows.require_may_act(authority, application)
    kept = [*AssistApplication.HOLDING, AssistApplication.Status.CREATED]
    with rows.evidence_of_one():
        won = (
            AssistApplication.objects.filter(pk=application.pk, status__in=kept)
            .exclude(status__in=AssistApplication.HOLDING, expires_at__lte=ClockTimestamp())
            .update(signed_paper=paper, last_act_at=ClockTimestamp())
        )
    if not won:
        raise rows.NotReady
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


@traced
def cancel(*, authority: Authority, application: AssistApplication) -> None:
    """Give the number free; the request is kept as cancelled."""
    rows.require_may_act(authority, application)
    open_still = [*AssistApplication.HOLDING, AssistApplication.Status.LAPSED]
    if not AssistApplication.objects.filter(pk=application.pk, status__in=open_still).update(
        status=AssistApplication.Status.CANCELLED, last_act_at=ClockTimestamp()
    ):
        raise rows.NotReady
    journal.record(
        "accounts.application.cancelled",
        subject=f"application:{application.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )


@traced
def application_for(viewer: Authority, public_id: uuid.UUID) -> AssistApplication:
    """An open or ended request of the officer's own units; NotFound otherwise."""
    return rows.one_for(viewer, public_id)


def own_application(viewer: Authority, public_id: uuid.UUID) -> AssistApplication:
    """A request that the officer began and may go on with; NotFound for anybody else's."""
    return rows.own_one(viewer, public_id)


def require_open(application: AssistApplication) -> None:
    """Raises NotReady for a request that has ended or is older than 24 hours."""
    if not rows.may_go_on(application):
        raise rows.NotReady


def reason_words(application: AssistApplication) -> str:
    """Why the citizen is helped, as it is printed on the paper."""
    words = {**REASONS, **PHONE_REASONS, **OF_AGE_REASONS}.get(application.reason, "")
    said = application.reason_words if application.reason == "OTHER" else words
    return f"Đổi số điện thoại của tài khoản: {said}" if application.is_phone_change else said


def open_applications(viewer: Authority) -> list[AssistApplication]:
    """The officer's unfinished requests of the last 24 hours, newest first."""
    return rows.unfinished_of(viewer)


def reason_of_slip(*, authority: Authority, code: str) -> str | None:
    """The reason behind a citizen's slip (Phụ lục I), or None. It opens nothing about the person."""
    authority.require(Power.OPEN_ACCOUNT)
    spending.spend((Quota.CHECKS_BY_OFFICER, authority.subject))
    known = Registration.objects.filter(
        slip_code=code, state=Registration.State.MISMATCH, expires_at__gt=ClockTimestamp()
    ).exists()
    return "PHONE_MISMATCH" if code and known else None


def namesakes(data: PersonData) -> int:
    """How many other people share name and birth date: worth a question before creating (SPEC 2, REVIEW)."""
    same = Person.objects.filter(folded_name=data.full_name.folded, born_on=data.born_on.on)
    fingerprints = [number_fingerprint(number) for number in _numbers(data)]
    return same.exclude(documents__number_bi__in=fingerprints).count()


def _numbers(data: PersonData) -> list[CitizenId]:
    return [data.citizen_id, *([data.old_number] if data.old_number else [])]


def _check_account(authority: Authority, filled: Filled, kind: str) -> None:
    """Creation ends where there is an account; the change of a phone needs one, and its holder."""
    account = identity.live_accounts(*_numbers(filled.data)).first()
    if kind == AssistApplication.Kind.CREATE:
        if account is not None:
            rows.keep_refused(authority, filled, AlreadyHasAccount.code)
            raise AlreadyHasAccount
        _check_known(authority, filled)
        return
    spending.spend((Quota.CHECKS_BY_OFFICER, authority.subject))
    if account is None:
        raise NoAccountYet
    rows.require_anothers(authority, account)
    rows.require_citizens(account)
    holder.require(account, filled.data)
    if kind == AssistApplication.Kind.OF_AGE:
        guardianships.require_waiting(account)
        guardianships.refuse_state(account)
    elif guardianships.waits(account.pk):
        raise guardianships.TakeOverFirst


def _check_known(authority: Authority, filled: Filled) -> None:
    """Numbers that are known without an account: somebody has to look before anything is merged (T-18)."""
    try:
        founding.known_person(filled.data)
    except Refusal as no:
        rows.keep_refused(authority, filled, no.code)
        raise


def _says_somebody_else(application: AssistApplication, data: PersonData) -> bool:
    """Whether a number, the name or the birth date is another than the one that was compared before."""
    if application.data_sealed is None:
        return True
    kept = rows.data_of(application)
    return (kept.citizen_id, kept.old_number, kept.full_name, kept.born_on) != (
        data.citizen_id,
        data.old_number,
        data.full_name,
        data.born_on,
    )


def _check_words(filled: Filled, kind: str) -> None:
    reasons = REASONS if kind == AssistApplication.Kind.CREATE else {**REASONS, **REASONS_OF[kind]}
    if filled.reason not in reasons or (filled.reason == "OTHER" and not filled.reason_words):
        raise NeedsReasonWords
    if kind == AssistApplication.Kind.CREATE:
        providers.refuse_when_over(timezone.localdate())
        founding.refuse_closed_number(filled.data.citizen_id, on=timezone.localdate())
    if kind != AssistApplication.Kind.OF_AGE:
        guardianships.refuse_unsaid(filled.held_by, filled.data.born_on)
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
