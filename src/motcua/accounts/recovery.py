"""Quên mật khẩu, đổi số điện thoại: never on a code alone, and the same pages for everybody."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db import transaction

from motcua import journal
from motcua.accounts import (
    founding,
    guardianships,
    hashing,
    identity,
    notices,
    passcodes,
    passwords,
    resting_resets,
    sessions,
    sim_hints,
    subscribers,
)
from motcua.accounts.models import Account, AssistApplication, PhoneBinding, PhoneException, Recovery
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.models.passcodes import Purpose
from motcua.accounts.passcodes import Binding, CodeStatus
from motcua.accounts.ports import SubscriberRegistry, Verdict
from motcua.accounts.sealed_data import (
    Number,
    PersonData,
    birth_date_of,
    mac,
    number_fingerprint,
    phone_fingerprint,
    seal,
    unseal,
)
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.visitor import Visitor
from motcua.limits.quotas import Quota
from motcua.outbox import texts

_COLUMN = "accounts_recovery.phone"
#: So long the old phone's owner may answer the notice before the new phone opens the account.
DESK_CHANGE_RESTS: Final = timedelta(hours=24)


class PhoneNotYours(Refusal):
    code = "phone_mismatch"
    message = (
        "Thông tin đăng ký không khớp với thông tin thuê bao tại nhà mạng {operator}, "
        "vui lòng kiểm tra/ đăng ký lại với nhà mạng!"
    )


class PhoneGone(Refusal):
    """The operator once said that the phone is the owner's, and now says that it is somebody else's (T-11)."""

    code = "phone_gone"
    status = 403
    message = (
        "Theo nhà mạng, số điện thoại đã gắn với tài khoản nay thuộc người khác nên không dùng để lấy lại mật khẩu "
        "được. Đề nghị ông/bà mang giấy tờ tùy thân đến Bộ phận một cửa gần nhất."
    )


class OperatorSilent(Refusal):
    code = "operator_silent"
    status = 503
    message = "Nhà mạng chưa trả lời nên chưa đổi được số điện thoại. Đề nghị ông/bà thử lại sau ít phút."


def ask_reset(
    *, number: Number, born_on: BirthDate, browser: str, device: str, address: str = ""
) -> Recovery:
    """Forgotten password: a code to the bound phone if number and birth date are right, else a decoy.

    Also a decoy for an account that only VNeID opens, and for a day after the desk changed the phone: the old
    phone is asked first. Raises TooManyAttempts; every answer looks the same (threats T-08, L15).
    """
    account = identity.account_by_number(number)
    rests = _rests_after_desk_change(account.pk if account is not None else 0)
    if account is not None and (
        rests
        or account.person.born_on != born_on.on
        or account.status not in (Account.Status.ACTIVE, Account.Status.LOCKED)
        or account.without_password
    ):
        account = None
    phone = _phone_of(account)
    fingerprint = number_fingerprint(number)
    # A decoy per birth date, as a real answer is: budgets behave alike whichever was right.
    decoy = mac("decoy-phone", fingerprint, born_on.on.isoformat())
    recovery = Recovery.objects.create(
        kind=Recovery.Kind.PASSWORD,
        browser_hash=_browser(browser),
        account=account if phone is not None else None,
        subject_bi=fingerprint,
        phone_bi=phone_fingerprint(phone) if phone is not None else decoy,
    )
    passcodes.send(
        binding=_binding(recovery),
        phone=phone,
        device=device,
        address=address,
        extra_quotas=(
            (Quota.RECOVERIES_OF_ID, f"{fingerprint.hex()}:{born_on.on.isoformat()}"),
            (Quota.RECOVERIES_OF_NUMBER, fingerprint.hex()),
        ),
    )
    return recovery


def resend(recovery: Recovery, *, device: str, address: str = "") -> None:
    """A newer code to the same phone; from the owner's eighteenth birthday on a decoy. Raises TooManyAttempts."""
    # Asked for a decoy as well: who has an account is not to be read from what is asked.
    if guardianships.waits(recovery.account_id or 0):
        recovery.account = None
        recovery.phone_bi = mac("decoy-phone", bytes(recovery.subject_bi), str(recovery.public_id))
        recovery.save(update_fields=["account", "phone_bi"])
    passcodes.send(binding=_binding(recovery), phone=_target(recovery), device=device, address=address)


def recovery_for(browser: str, public_id: uuid.UUID) -> Recovery:
    """This browser's recovery, not older than 30 minutes; NotFound otherwise."""
    found = (
        Recovery.objects.select_related("account__person")
        .filter(public_id=public_id, browser_hash=_browser(browser), expires_at__gt=ClockTimestamp())
        .exclude(state=Recovery.State.DONE)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def code_status(recovery: Recovery) -> CodeStatus | None:
    """Of the newest code, for the screen."""
    return passcodes.status(_binding(recovery))


def confirm_code(recovery: Recovery, *, code: str) -> None:
    """Raises a CodeRefused; a decoy never accepts anything."""
    passcodes.verify(binding=_binding(recovery), code=code)
    if recovery.account is None:
        raise passcodes.CodeNotAccepted
    Recovery.objects.filter(pk=recovery.pk, state=Recovery.State.ASKED).update(state=Recovery.State.PROVED)
    recovery.state = Recovery.State.PROVED


def reset(
    recovery: Recovery,
    *,
    password: str,
    registry: SubscriberRegistry,
    device: str,
    has_papers: Callable[[Account], bool],
) -> bool:
    """Set the new password; nobody is signed in by it (threats A-49). False: it takes effect in 24 hours.

    The operator is asked first whether the card or the owner changed lately (threats T-10). Where it cannot say,
    an account with papers waits a day. Raises PasswordTooWeak, SimChangedLately, PhoneGone, NotFound,
    TooManyAttempts. Hold no transaction.
    """
    if (
        recovery.kind != Recovery.Kind.PASSWORD
        or recovery.state != Recovery.State.PROVED
        or recovery.account is None
    ):
        raise NotFound
    passwords.refuse_weak(password, recovery.account)
    rests = _must_rest(recovery, recovery.account, registry, device) and has_papers(recovery.account)
    hashed = hashing.hashed(password)
    with transaction.atomic():
        _finish(recovery)
        _still_answers(recovery, recovery.account)
        if rests:
            resting_resets.promise(recovery.account, hashed, phone_bi=bytes(recovery.phone_bi))
        else:
            passwords.set_password(recovery.account, hashed, why="password_reset")
    return not rests


def _must_rest(recovery: Recovery, account: Account, registry: SubscriberRegistry, device: str) -> bool:
    """Whether nobody can say that the SIM is the one it was. Raises SimChangedLately, PhoneGone."""
    phone = _phone_of(account)
    try:
        data = as_subscriber(account, phone) if phone is not None else None
    except Refusal:  # an organisation's account: operators know people only
        data = None
    if data is None:
        return True
    answer = subscribers.ask(
        data=data,
        purpose=Purpose.RESET.value,
        session=device,
        registry=registry,
        reference=str(recovery.public_id),
    )
    sim_hints.refuse_lately_changed(answer)
    bound = account.phones.filter(role="primary", status=PhoneBinding.Status.ACTIVE).first()
    if answer.verdict == Verdict.MISMATCH and bound is not None and bound.verdict == Verdict.MATCH.value:
        with transaction.atomic():
            founding.freeze_phone(bound)
        raise PhoneGone
    return not sim_hints.offered(answer)


def ask_phone_change(
    *, visitor: Visitor, password: str, phone: Phone, browser: str, device: str, address: str = ""
) -> Recovery:
    """A code to the new phone, after the owner proved themselves again. Raises CurrentPasswordWrong."""
    account = passwords.confirm(visitor, password)
    public_id = uuid.uuid4()
    recovery = Recovery(
        public_id=public_id,
        kind=Recovery.Kind.PHONE,
        browser_hash=_browser(browser),
        account=account,
        subject_bi=subject_of(account),
        phone_sealed=seal(_COLUMN, str(public_id), phone.value),
        phone_bi=phone_fingerprint(phone),
    )
    recovery.save(force_insert=True)
    passcodes.send(binding=_binding(recovery), phone=phone, device=device, address=address)
    return recovery


def change_phone(recovery: Recovery, *, visitor: Visitor, registry: SubscriberRegistry, device: str) -> None:
    """The operator confirms the new phone's owner; the old phone is told; other sessions end.

    Raises PhoneNotYours, OperatorSilent, SimChangedLately, PhoneTaken, StaffPhone, NotFound.
    """
    account = recovery.account
    if (
        recovery.kind != Recovery.Kind.PHONE
        or recovery.state != Recovery.State.PROVED
        or account is None
        or account.pk != visitor.account_id
    ):
        raise NotFound
    phone = _target(recovery)
    if phone is None:
        raise NotFound
    data = as_subscriber(account, phone)
    answer = subscribers.ask(
        data=data,
        purpose=Purpose.CHANGE_PHONE.value,
        session=device,
        registry=registry,
        reference=str(recovery.public_id),
    )
    if answer.verdict == Verdict.UNKNOWN:
        raise OperatorSilent
    if answer.verdict != Verdict.MATCH:
        raise PhoneNotYours(operator=answer.operator)
    sim_hints.refuse_lately_changed(answer)
    with transaction.atomic():
        _finish(recovery)
        founding.release_recycled_phone(phone, answered_at=subscribers.matched_at(data), but_not=account)
        rebind(account, phone, verdict=answer.verdict.value, operator=answer.operator)
        sessions.end_others(visitor)


def rebind(
    account: Account, phone: Phone, *, verdict: str, operator: str, exception: PhoneException | None = None
) -> PhoneBinding:
    """Bind another phone and tell both. Inside the caller's transaction."""
    old = identity.primary_phone(account)
    binding = founding.bind_phone(account, phone, verdict=verdict, operator=operator, exception=exception)
    journal.record("accounts.phone.changed", subject=f"account:{account.pk}")
    if old is not None:
        notices.tell(
            account=account,
            to=old,
            text=texts.phone_changed(link=notices.disavowal_link(account, notices.PHONE_CHANGED)),
            purpose="phone_changed",
            key=str(binding.pk),
        )
    notices.tell(
        account=account, to=phone, text=texts.phone_bound(), purpose="phone_bound", key=str(binding.pk)
    )
    return binding


def subject_of(account: Account) -> bytes:
    """32 bytes: whom a code for a change of phone is about."""
    return mac("account-subject", str(account.pk))


def as_subscriber(account: Account, phone: Phone) -> PersonData:
    """The person as the operator should know them."""
    person = account.person
    document = person.documents.filter(status="active").order_by("kind").first()
    if document is None or person.born_on is None:
        raise NotFound
    return PersonData(
        citizen_id=CitizenId.parse(identity.number_of(document)),
        full_name=PersonName.parse(person.full_name),
        born_on=birth_date_of(person.born_on, person.born_year_only),
        phone=phone,
    )


def _rests_after_desk_change(account_id: int) -> bool:
    """Whether a desk bound the present phone within a day, in place of one that was told of it.

    Asked for every number, also one that nobody has: the same reads for all (threats T-08).

    A phone that was frozen before is told nothing, so nothing is waited for.
    """
    phones = PhoneBinding.objects.filter(account_id=account_id)
    bound = phones.filter(
        role="primary",
        status=PhoneBinding.Status.ACTIVE,
        verified_at__gt=ClockTimestamp() - DESK_CHANGE_RESTS,
        phone_bi__in=AssistApplication.objects.filter(
            account_id=account_id,
            kind=AssistApplication.Kind.PHONE,
            status=AssistApplication.Status.CREATED,
        ).values("phone_bi"),
    )
    return phones.filter(status=PhoneBinding.Status.CLOSED).exists() & bound.exists()


def _target(recovery: Recovery) -> Phone | None:
    """Where codes of this recovery go: the new phone, the bound phone, or nowhere."""
    if recovery.kind == Recovery.Kind.PHONE and recovery.phone_sealed is not None:
        return Phone.parse(unseal(_COLUMN, str(recovery.public_id), recovery.phone_sealed))
    return _phone_of(recovery.account)


def _phone_of(account: Account | None) -> Phone | None:
    """The bound phone; looked for in vain where there is no account, so that both cost the same (threats T-08)."""
    return identity.primary_phone(account if account is not None else Account(pk=0))


def _still_answers(recovery: Recovery, account: Account) -> None:
    """The proved phone must still be the account's: a number that went to somebody else opens nothing (T-11)."""
    bound = account.phones.select_for_update().filter(
        role="primary", status=PhoneBinding.Status.ACTIVE, phone_bi=recovery.phone_bi
    )
    if not list(bound):
        raise NotFound


def _finish(recovery: Recovery) -> None:
    won = Recovery.objects.filter(pk=recovery.pk, state=Recovery.State.PROVED).update(
        state=Recovery.State.DONE
    )
    if not won:
        raise NotFound


def _binding(recovery: Recovery) -> Binding:
    purpose = Purpose.RESET if recovery.kind == Recovery.Kind.PASSWORD else Purpose.CHANGE_PHONE
    return Binding(
        purpose,
        bytes(recovery.subject_bi),
        bytes(recovery.phone_bi),
        mac("recovery-session", recovery.public_id.bytes, bytes(recovery.browser_hash)),
        mac("recovery-payload", recovery.public_id.bytes),
    )


def _browser(browser: str) -> bytes:
    return mac("recovery-browser", browser)
