"""The last steps of Phụ lục III: paper, code, account, one-time password."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from motcua import journal
from motcua.accounts import application_rows as rows
from motcua.accounts import (
    assistance,
    founding,
    guardianships,
    hashing,
    holder,
    identity,
    of_age,
    passcodes,
    providers,
    recovery,
    request_ends,
    subscribers,
)
from motcua.accounts.application_rows import CodeVoid, NotReady
from motcua.accounts.founding import Vouching
from motcua.accounts.models import (
    Account,
    AssistApplication,
    IdentityDocument,
    PhoneBinding,
    PhoneException,
)
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.models.passcodes import Passcode, Purpose
from motcua.accounts.passcodes import Binding, CodeStatus
from motcua.accounts.ports import SubscriberRegistry
from motcua.accounts.refusal_trace import traced
from motcua.accounts.sealed_data import PersonData, phone_fingerprint
from motcua.kernel.authority import Authority, Power
from motcua.kernel.password_rule import new_one_time_password
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.outbox.texts import CodeFor
from motcua.press import render
from motcua.units import staff, tree
from motcua.units.letterheads import letterhead_of

#: What the citizen signs, by kind of request.
_PAPERS: Final[Mapping[str, str]] = {
    AssistApplication.Kind.CREATE: "de-nghi-tao-tai-khoan",
    AssistApplication.Kind.PHONE: "de-nghi-doi-so-dien-thoai",
    AssistApplication.Kind.OF_AGE: "de-nghi-nhan-tai-khoan",
}
#: What the text calls the code, where that is not the creation of an account.
_DEEDS: Final[Mapping[str, CodeFor]] = {
    AssistApplication.Kind.PHONE: CodeFor.ASSIST_PHONE,
    AssistApplication.Kind.OF_AGE: CodeFor.ASSIST_OF_AGE,
}


class ScanMissing(Refusal):
    code = "scan_missing"
    message = "Đề nghị đính kèm bản quét 2 mặt CCCD/CMND trước khi in giấy đề nghị và gửi mã OTP."


class PaperMissing(Refusal):
    code = "paper_missing"
    message = (
        "Giấy đề nghị chưa được tải xuống, hoặc thông tin đã thay đổi sau khi tải. "
        "Đề nghị bấm “Tải xuống” để in lại cho công dân kiểm tra và ký."
    )


class NothingToApprove(Refusal):
    code = "exception_gone"
    status = 409
    message = "Đề nghị dùng chung số điện thoại này không còn chờ duyệt. Đề nghị tải lại danh sách."


class ExceptionNotYours(Refusal):
    code = "exception_needs_another"
    status = 403
    message = "Trường hợp dùng chung số điện thoại phải do một cán bộ khác duyệt."


@traced
def paper(*, authority: Authority, application: AssistApplication, now: datetime) -> bytes:
    """“Tải xuống”: the request paper to be checked and signed, bound to the form's hash. Raises ScanMissing."""
    rows.require_may_act(authority, application)
    _must_hold(application)
    if application.scan is None:
        raise ScanMissing
    pdf = _printed(application, now)
    AssistApplication.objects.filter(pk=application.pk).update(
        paper_hash=application.form_hash, last_act_at=ClockTimestamp()
    )
    journal.record(
        "accounts.application.paper_printed",
        subject=f"application:{application.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )
    return pdf


@traced
def printed_paper(*, authority: Authority, application: AssistApplication, now: datetime) -> bytes:
    """The paper once more, as it was bound. Raises PaperMissing when it never was or no longer fits."""
    rows.require_may_act(authority, application)
    if application.paper_state != "valid":
        raise PaperMissing
    spending.spend((Quota.PAPERS_OPENED_BY_OFFICER, authority.subject))
    journal.record(
        "accounts.application.paper_opened",
        subject=f"application:{application.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )
    return _printed(application, now)


def _printed(application: AssistApplication, now: datetime) -> bytes:
    data = rows.data_of(application)
    officer = staff.officer_of(application.officer_subject)
    unit = tree.unit(application.unit_code)
    return render(
        _PAPERS[application.kind],
        {
            "request_number": application.request_number,
            "short_code": _short(application),
            "qr": _request_address(application),
            "to": unit.name,
            **letterhead_of(unit),
            "on": timezone.localdate(now),
            "full_name": data.full_name.value,
            "born_on": data.born_on.shown,
            "citizen_id": data.citizen_id.value,
            "phone": data.phone.local,
            **({} if application.is_phone_change else {"email": data.email}),
            "reason": assistance.reason_words(application),
            "officer_name": officer.full_name if officer else "",
            "officer_phone": officer.phone_masked if officer else "",
            "unit_name": unit.name,
            "created_at": now,
        },
    )


@traced
def send_code(*, authority: Authority, application: AssistApplication) -> Passcode:
    """“Gửi mã OTP”: to the citizen's phone, bound to the form as it is now.

    Raises ScanMissing, PhoneTaken, PhoneUnexplained.
    """
    rows.require_may_act(authority, application)
    _must_hold(application)
    if application.scan is None:
        raise ScanMissing
    data = rows.data_of(application)
    if phone_is_taken(application, data):
        raise founding.PhoneTaken
    if application.is_taking_over:
        of_age.refuse_unexplained(application, data)
    passcode = passcodes.send(
        binding=_binding(authority, application),
        phone=data.phone,
        device="",
        officer=authority.subject,
        unit_code=authority.unit_code,
        extra_quotas=((Quota.SENDS_BY_UNIT, authority.unit_code),),
        deed=_DEEDS.get(application.kind),
    )
    rows.touch(application)
    return passcode


def code_status(*, authority: Authority, application: AssistApplication) -> CodeStatus | None:
    """Of the newest code of this officer for the form as it is now."""
    return passcodes.status(_binding(authority, application))


@traced
def create(
    *, authority: Authority, application: AssistApplication, code: str, registry: SubscriberRegistry
) -> Account:
    """“Tạo tài khoản”: the newest code right → account, and a one-time password to the citizen's phone.

    Asking twice gives the same account (threats T-21). The operator's answer is recorded and never blocks, but for a
    phone that is said to be a minor's own. Raises PaperMissing, a CodeRefused, AlreadyHasAccount, PhoneTaken, NotReady,
    WhosePhone, NotOfMinor, OwnPhoneNotProved, NotTheHolder, TooManyAttempts (of age: so many a day by one officer).
    """
    rows.require_may_act(authority, application)
    if application.status == AssistApplication.Status.CREATED and application.account is not None:
        return application.account
    _must_hold(application)
    if application.paper_state != "valid":
        raise PaperMissing
    data = rows.data_of(application)
    if not application.is_taking_over:  # begun by the version before, or before the birthday
        guardianships.refuse_unsaid(application.held_by, data.born_on)
    if application.status == AssistApplication.Status.DRAFT:
        if not code:
            raise CodeVoid
        _prove_phone(authority, application, code)
    answer = subscribers.ask(
        data=data,
        purpose=Purpose.ASSIST.value,
        session="",
        registry=registry,
        reference=str(application.public_id),
        officer=authority.subject,
    )
    guardianships.refuse_unproved(
        application.held_by,
        data.born_on,
        verdict=answer.verdict.value,
        explained=bool(application.override_reason),
    )
    if application.kind == AssistApplication.Kind.PHONE:
        return _rebind(authority, application, data, answer.verdict.value, answer.operator)
    one_time = new_one_time_password()
    hashed = hashing.hashed(one_time)
    if application.kind == AssistApplication.Kind.OF_AGE:
        with _counted_take_over(authority):
            return of_age.hand_over(
                authority=authority,
                application=application,
                data=data,
                one_time=one_time,
                hashed=hashed,
                verdict=answer.verdict.value,
                operator=answer.operator,
            )
    return _create(authority, application, data, one_time, hashed, answer.verdict.value, answer.operator)


@contextmanager
def _counted_take_over(authority: Authority) -> Iterator[None]:
    """One more account that this officer handed over; given back where nothing was."""
    spent = (Quota.TAKE_OVERS_BY_OFFICER, authority.subject)
    spending.spend(spent)
    try:
        yield
    except Refusal:
        spending.refund(spent)
        raise


@traced
def send_new_password(*, authority: Authority, account: Account) -> None:
    """The one-time password lapsed: a new one to the same phone; the old one is void."""
    authority.require(Power.OPEN_ACCOUNT)
    if account.status != Account.Status.PENDING or account.vouching_unit_id not in authority.subtree:
        raise NotFound
    if guardianships.waits(account.pk):
        raise guardianships.TakeOverFirst
    guardianships.refuse_resting(account)
    _send_anew(authority, account)


@traced
def send_password_after_hand_over(*, authority: Authority, account: Account) -> None:
    """As ``send_new_password``, for an account that ``of_age_reading.handed_over`` gave: seen by its guardianship."""
    authority.require(Power.OPEN_ACCOUNT)
    rows.require_anothers(authority, account)
    if account.status != Account.Status.PENDING:
        raise NotFound
    guardianships.refuse_resting(account)
    _send_anew(authority, account)


def _send_anew(authority: Authority, account: Account) -> None:
    providers.refuse_when_over(timezone.localdate())
    phone = identity.primary_phone(account)
    if phone is None:
        raise NotFound
    spending.spend(
        *passcodes.sends_to(phone_fingerprint(phone).hex(), "one_time_password"),
        (Quota.SENDS_BY_OFFICER, authority.subject),
    )
    one_time = new_one_time_password()
    hashed = hashing.hashed(one_time)
    with transaction.atomic():
        if Account.objects.select_for_update().get(pk=account.pk).status != Account.Status.PENDING:
            raise NotFound
        request_ends.give_password(account, None, phone, one_time, hashed)
        journal.record(
            "accounts.password.sent_again",
            subject=f"account:{account.pk}",
            actor=authority.subject,
            unit_code=authority.unit_code,
        )


@traced
def request_shared_phone(*, authority: Authority, application: AssistApplication, reason: str) -> None:
    """Ask a colleague to approve that this phone serves two accounts (guardian, family; threats C4)."""
    rows.require_may_act(authority, application)
    _must_hold(application)
    if application.is_taking_over or application.held_by == AssistApplication.HeldBy.SELF:
        raise guardianships.OwnPhoneShared
    asked = AssistApplication.objects.filter(
        pk=application.pk, status__in=AssistApplication.HOLDING, phone_exception__isnull=True
    ).update(shared_phone_reason=reason, shared_phone_by=authority.subject, last_act_at=ClockTimestamp())
    if not asked:
        raise NothingToApprove
    journal.record(
        "accounts.shared_phone.asked",
        subject=f"application:{application.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )


@traced
def approve_shared_phone(*, authority: Authority, application: AssistApplication) -> None:
    """A second officer approves. Raises ExceptionNotYours for the one who asked, NothingToApprove when it is gone."""
    _may_decide(authority, application)
    if not application.shared_phone_reason or application.phone_exception_id is not None:
        raise NothingToApprove
    with transaction.atomic():
        exception = PhoneException.objects.create(
            phone_bi=application.phone_bi,
            reason=application.shared_phone_reason,
            requested_by=application.shared_phone_by,
            approved_by=authority.subject,
        )
        won = AssistApplication.objects.filter(
            pk=application.pk,
            phone_exception__isnull=True,
            phone_bi=application.phone_bi,
            shared_phone_by=application.shared_phone_by,
        ).update(phone_exception=exception)
        if not won:
            raise NothingToApprove
        journal.record(
            "accounts.shared_phone.approved",
            subject=f"application:{application.pk}",
            actor=authority.subject,
            unit_code=authority.unit_code,
        )


@traced
def decline_shared_phone(*, authority: Authority, application: AssistApplication) -> None:
    """A second officer says no: the creator looks for another phone with the citizen."""
    _may_decide(authority, application)
    won = AssistApplication.objects.filter(
        pk=application.pk, phone_exception__isnull=True, shared_phone_by=application.shared_phone_by
    ).update(shared_phone_reason="", shared_phone_by="")
    if not won or not application.shared_phone_reason:
        raise NothingToApprove
    journal.record(
        "accounts.shared_phone.declined",
        subject=f"application:{application.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )


def _may_decide(authority: Authority, application: AssistApplication) -> None:
    """Neither who asked nor who began the request, and only for the own unit and those below (threats C4)."""
    authority.require(Power.APPROVE_EXCEPTION)
    if authority.subject in (application.shared_phone_by, application.officer_subject):
        raise ExceptionNotYours
    if application.unit_id not in (authority.unit_id, *authority.subtree):
        raise rows.NotYours


def _prove_phone(authority: Authority, application: AssistApplication, code: str) -> None:
    try:
        passcodes.verify(binding=_binding(authority, application), code=code)
    except passcodes.CodeUsed:
        proved = bytes(application.form_hash or b"")
        application.refresh_from_db()
        if application.status == AssistApplication.Status.DRAFT:
            raise
        if bytes(application.form_hash or b"") != proved:
            raise CodeVoid from None
        return  # the same press, sent twice: the first one has used the code (threats T-21)
    won = AssistApplication.objects.filter(
        pk=application.pk,
        status=AssistApplication.Status.DRAFT,
        form_hash=application.form_hash,
        paper_hash=application.form_hash,
    ).update(
        status=AssistApplication.Status.OTP_OK,
        code_hash=application.form_hash,
        last_act_at=ClockTimestamp(),
    )
    if not won:
        raise CodeVoid


@transaction.atomic
def _create(
    authority: Authority,
    application: AssistApplication,
    data: PersonData,
    one_time: str,
    hashed: str,
    verdict: str,
    operator: str,
) -> Account:
    """Two officers, a double click, a self-registration at the same moment: one wins by constraint."""
    locked = AssistApplication.objects.select_for_update().get(pk=application.pk)
    if locked.status == AssistApplication.Status.CREATED:
        if locked.account is None:
            raise NotReady
        return locked.account
    if locked.status != AssistApplication.Status.OTP_OK or bytes(locked.form_hash or b"") != bytes(
        application.form_hash or b""
    ):
        raise CodeVoid
    account = founding.found(
        data=data,
        origin=Account.Origin.ASSISTED,
        source=IdentityDocument.Source.OFFICER,
        password="",
        verdict=verdict,
        operator=operator,
        vouching=Vouching(authority.subject, locked.unit_id, locked.unit_code),
        exception=locked.phone_exception,
    )
    _note_guardian(authority, locked, account)
    request_ends.close(locked, account, verdict, operator)
    request_ends.give_password(account, locked, data.phone, one_time, hashed)
    journal.record(
        "accounts.account.opened_assisted",
        subject=f"account:{account.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"application": locked.pk, "reason": locked.reason, "operator": verdict},
    )
    return account


@transaction.atomic
def _rebind(
    authority: Authority, application: AssistApplication, data: PersonData, verdict: str, operator: str
) -> Account:
    """Lost phone, proofed as for creation: the new phone answers for the account (SPEC 4). Raises NotTheHolder."""
    locked = AssistApplication.objects.select_for_update().get(pk=application.pk)
    if locked.status == AssistApplication.Status.CREATED and locked.account is not None:
        return locked.account
    if bytes(locked.form_hash or b"") != bytes(application.form_hash or b""):
        raise CodeVoid
    account = holder.lock(data.citizen_id)
    holder.require(account, data)
    rows.require_anothers(authority, account)
    rows.require_citizens(account)
    if guardianships.waits(account.pk):  # begun before the day, pressed after it
        raise guardianships.TakeOverFirst
    recovery.rebind(account, data.phone, verdict=verdict, operator=operator, exception=locked.phone_exception)
    account.sessions.filter(ended_at__isnull=True).update(
        ended_at=ClockTimestamp(), ended_why="phone_at_desk"
    )
    _note_guardian(authority, locked, account)
    request_ends.close(application, account, verdict, operator)
    journal.record(
        "accounts.phone.changed_at_desk",
        subject=f"account:{account.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"application": application.pk},
    )
    request_ends.forgive(account, data)
    return account


def _note_guardian(authority: Authority, application: AssistApplication, account: Account) -> None:
    """The officer wrote down that the phone is a parent's or guardian's. Raises NotOfMinor."""
    if application.held_by in guardianships.Kind.values:
        guardianships.begin(
            account,
            kind=application.held_by,
            by=authority.subject,
            unit_id=application.unit_id,
            unit_code=application.unit_code,
        )


def phone_is_taken(application: AssistApplication, data: PersonData) -> bool:
    """Whether the phone answers for another account now, and no colleague has approved that it may serve two."""
    if application.phone_exception_id is not None:
        return False
    taken = PhoneBinding.objects.filter(phone_bi=phone_fingerprint(data.phone), status="active")
    if application.kind != AssistApplication.Kind.CREATE:
        taken = taken.exclude(account=identity.account_by_number(data.citizen_id))
    return taken.exists()


def _must_hold(application: AssistApplication) -> None:
    holding = AssistApplication.objects.filter(
        pk=application.pk, status__in=AssistApplication.HOLDING, expires_at__gt=ClockTimestamp()
    ).exists()
    if not holding:
        raise NotReady


def _binding(authority: Authority, application: AssistApplication) -> Binding:
    return Binding(
        Purpose.ASSIST,
        bytes(application.number_bi),
        bytes(application.phone_bi or b""),
        rows.session_of(application, authority),
        bytes(application.form_hash or b""),
    )


def _request_address(application: AssistApplication) -> str:
    return f"{settings.PUBLIC_URL}/yc/{application.request_number}/{_short(application)}"


def _short(application: AssistApplication) -> str:
    """The first ten characters of the form's hash, as printed on the paper."""
    return bytes(application.form_hash or b"").hex()[:10].upper()
