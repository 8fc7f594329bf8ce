"""A citizen registers (Phụ lục I): data, proof of the phone, operator's answer, password."""

import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from motcua import journal
from motcua.accounts import founding, hashing, identity, notices, passcodes, providers, subscribers
from motcua.accounts.models import Account, IdentityDocument, Registration
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.models.flows import FLOW_LIFE
from motcua.accounts.models.passcodes import Passcode, Purpose
from motcua.accounts.passcodes import Binding, CodeStatus
from motcua.accounts.ports import SubscriberRegistry, Verdict
from motcua.accounts.sealed_data import PersonData, mac, number_fingerprint, phone_fingerprint
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.password_rule import PasswordTooWeak, weaknesses
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits.quotas import Quota
from motcua.outbox import sending, texts
from motcua.units import staff

_SLIP_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_COLUMN = "accounts_registration.data"
_TYPED_HERE: Final = "registration"
_RESUMED: Final = "registration resumed"
#: So long is kept what was typed.
KEPT: Final = FLOW_LIFE
#: After this long the phone is proved anew: the next person at a shared computer must not go on.
PROOF_LIFE: Final = timedelta(minutes=30)

#: The words for how far a registration is.
State = Registration.State


class BirthDateMismatch(Refusal):
    code = "birth_date_mismatch"
    message = "Ngày sinh không khớp với số CCCD (chữ số thứ 4 đến thứ 6). Đề nghị ông/bà kiểm tra lại cả hai."


class OutOfOrder(Refusal):
    code = "registration_out_of_order"
    status = 409
    message = "Bước này chưa thực hiện được. Đề nghị ông/bà tiếp tục từ bước đang dở."


class ProofTooOld(Refusal):
    code = "registration_proof_too_old"
    status = 409
    message = (
        "Đã quá 30 phút kể từ khi xác nhận số điện thoại. Thông tin vẫn được giữ trong 24 giờ; "
        "đề nghị ông/bà nhận mã OTP mới để tiếp tục."
    )


class NotYetConfirmed(Refusal):
    """What was resumed is asked about only after its owner saw it."""

    code = "registration_not_confirmed"
    status = 409
    message = "Đề nghị ông/bà xem lại thông tin đã nhập trước đó rồi bấm “Tiếp tục”."


class OperatorSilent(Refusal):
    """UNKNOWN: an outage; nothing is lost."""

    code = "operator_unknown"
    status = 503
    message = (
        "Nhà mạng chưa trả lời nên chưa kiểm tra được số điện thoại. Thông tin của ông/bà vẫn được giữ trong 24 giờ; "
        "đề nghị thử lại sau ít phút hoặc tiếp tục vào lúc khác."
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the registration stands after the operator was asked."""

    state: str
    operator: str = ""


def begin(*, data: PersonData, browser: str, from_desk: bool, return_to: str) -> Registration:
    """Keep what was typed, sealed, for 24 hours. Raises BirthDateMismatch, OldNumbersClosed, OwnAccountsOver.

    Whether the number has an account, or the phone is a staff member's, is not looked at here (threats T-08):
    that is for whoever holds the phone.
    """
    providers.refuse_when_over(timezone.localdate())
    founding.refuse_closed_number(data.citizen_id, on=timezone.localdate())
    if not data.citizen_id.agrees_with_birth_date(data.born_on):
        raise BirthDateMismatch
    public_id = uuid.uuid4()
    registration = Registration(
        public_id=public_id,
        browser_hash=_browser(browser),
        data_sealed=data.sealed(_COLUMN, str(public_id)),
        number_bi=number_fingerprint(data.citizen_id),
        phone_bi=phone_fingerprint(data.phone),
        phone_masked=data.phone.masked,
        payload_hash=data.digest(_TYPED_HERE),
        from_desk=from_desk,
        return_to=return_to,
    )
    registration.save(force_insert=True)
    journal.record("accounts.registration.begun", subject=f"registration:{registration.pk}")
    return registration


def registration_for(browser: str, public_id: uuid.UUID) -> Registration:
    """The registration of this browser; NotFound for anybody else's, ended or older than 24 hours."""
    found = (
        Registration.objects.filter(
            public_id=public_id, browser_hash=_browser(browser), expires_at__gt=ClockTimestamp()
        )
        .exclude(state=Registration.State.ABANDONED)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def data_of(registration: Registration) -> PersonData:
    """What was typed. Only for steps after a fresh proof of the phone in this browser."""
    if registration.data_sealed is None:
        raise NotFound
    return PersonData.unsealed(_COLUMN, str(registration.public_id), registration.data_sealed)


def send_code(registration: Registration, *, device: str, address: str = "") -> Passcode:
    """Text a code to the phone that was typed. Raises TooManyAttempts, OutOfOrder."""
    if registration.state not in (Registration.State.TYPED, Registration.State.PHONE_PROVED):
        raise OutOfOrder
    data = data_of(registration)
    phone = data.phone
    prefix_watch = ((Quota.PHONES_IN_PREFIX, phone.value[:9], phone_fingerprint(phone).hex()),)
    return passcodes.send(
        binding=_binding(registration),
        phone=phone,
        device=device,
        address=address,
        extra_quotas=prefix_watch,
    )


def code_status(registration: Registration) -> CodeStatus | None:
    """Of the newest code, for the screen."""
    return passcodes.status(_binding(registration))


def confirm_code(registration: Registration, *, code: str) -> None:
    """The phone is proved. Raises a CodeRefused or OutOfOrder."""
    if registration.state != Registration.State.TYPED:
        raise OutOfOrder
    passcodes.verify(binding=_binding(registration), code=code)
    _move(registration, Registration.State.TYPED, Registration.State.PHONE_PROVED)
    journal.record("accounts.registration.phone_proved", subject=f"registration:{registration.pk}")


def proof_is_fresh(registration: Registration) -> bool:
    """Whether the phone was proved in this very flow within the last half hour."""
    return Passcode.objects.filter(
        purpose=Purpose.REGISTER,
        session_hash=_binding(registration).session_hash,
        consumed_at__gt=ClockTimestamp() - PROOF_LIFE,
    ).exists()


def ask_operator(registration: Registration, *, registry: SubscriberRegistry, device: str) -> Outcome:
    """Ask the operator, once the phone is proved and with no transaction open.

    Mismatch ends this registration with a slip for the desk. A match tells whether the number already has an
    account: only now, to somebody who holds the phone and is its subscriber. Raises StaffPhone, OperatorSilent,
    OutOfOrder, ProofTooOld, NotYetConfirmed, TooManyAttempts.
    """
    if registration.state != Registration.State.PHONE_PROVED:
        raise OutOfOrder
    if not proof_is_fresh(registration):
        raise ProofTooOld
    if phone_is_of_staff(registration):
        journal.record("accounts.staff_phone.refused", subject=f"registration:{registration.pk}")
        raise founding.StaffPhone
    if is_resumed(registration):
        raise NotYetConfirmed
    data = data_of(registration)
    answer = subscribers.ask(
        data=data,
        purpose=Purpose.REGISTER.value,
        session=device,
        registry=registry,
        reference=str(registration.public_id),
    )
    match answer.verdict:
        case Verdict.UNKNOWN:
            raise OperatorSilent
        case Verdict.MISMATCH:
            _settle(registration, Registration.State.MISMATCH, answer.operator)
        case Verdict.MATCH:
            account = identity.account_by_number(data.citizen_id)
            if account is not None:
                _free_phone_of_strangers(data, account)
            state = Registration.State.EXISTS if account is not None else Registration.State.MATCHED
            _settle(registration, state, answer.operator)
    return Outcome(registration.state, answer.operator)


def finish(registration: Registration, *, password: str) -> Account:
    """The password is set and the account exists.

    Raises PasswordTooWeak, AlreadyHasAccount, OutOfOrder, ProofTooOld, OwnAccountsOver.

    The slow hash is made before the transaction; the database decides if somebody else was faster.
    """
    if registration.state != Registration.State.MATCHED:
        raise OutOfOrder
    if not proof_is_fresh(registration):
        raise ProofTooOld
    data = data_of(registration)
    providers.refuse_when_over(timezone.localdate())
    refuse_weak(password, data)
    hashed = hashing.hashed(password)
    try:
        return _found(registration, data, hashed)
    except founding.AlreadyHasAccount:
        registration.refresh_from_db()
        if registration.account is not None:
            return registration.account  # the same press, sent twice
        _settle(registration, Registration.State.EXISTS, registration.operator)
        raise


@transaction.atomic
def _found(registration: Registration, data: PersonData, hashed: str) -> Account:
    founding.release_recycled_phone(data.phone, answered_at=subscribers.matched_at(data))
    account = founding.found(
        data=data,
        origin=Account.Origin.SELF,
        source=IdentityDocument.Source.OWNER,
        password=hashed,
        verdict=Verdict.MATCH.value,
        operator=registration.operator,
    )
    won = Registration.objects.filter(pk=registration.pk, state=Registration.State.MATCHED).update(
        state=Registration.State.DONE, account=account, data_sealed=None
    )
    if not won:
        raise OutOfOrder
    registration.refresh_from_db()
    journal.record("accounts.account.opened_self", subject=f"account:{account.pk}")
    sending.enqueue(
        to=data.phone,
        text=texts.account_opened(link=notices.disavowal_link(account, "account_opened")),
        purpose="account_opened",
        dedupe_key=f"account_opened:{account.pk}",
    )
    return account


@transaction.atomic
def _free_phone_of_strangers(data: PersonData, owner: Account) -> None:
    """The owner of this phone has an account; any other account that answers to it must not (threats T-11)."""
    founding.release_recycled_phone(data.phone, answered_at=subscribers.matched_at(data), but_not=owner)


def abandon(registration: Registration) -> None:
    """“Xóa và bắt đầu lại”: nothing typed remains, nor what this browser typed of the same person before."""
    Registration.objects.filter(
        browser_hash=registration.browser_hash,
        number_bi=registration.number_bi,
        phone_bi=registration.phone_bi,
    ).exclude(state=Registration.State.DONE).update(state=Registration.State.ABANDONED, data_sealed=None)


def resume(*, citizen_id: CitizenId, phone: Phone, browser: str) -> Registration:
    """Take up an unfinished registration on any device: the same answer whether there is one or not.

    The new row shows nothing of what was typed until a fresh code to the same phone is confirmed. Without a
    registration to resume the code is a decoy that is never sent.
    """
    earlier = _unfinished(citizen_id, phone)
    public_id = uuid.uuid4()
    registration = Registration(
        public_id=public_id,
        browser_hash=_browser(browser),
        number_bi=number_fingerprint(citizen_id),
        phone_bi=phone_fingerprint(phone),
        phone_masked=phone.masked,
        payload_hash=mac("resume", public_id.bytes),
        from_desk=earlier.from_desk if earlier else False,
        return_to=earlier.return_to if earlier else "",
    )
    if earlier is not None:
        data = data_of(earlier)
        registration.data_sealed = data.sealed(_COLUMN, str(public_id))
        registration.payload_hash = data.digest(_RESUMED)
    registration.save(force_insert=True)
    return registration


def is_resumed(registration: Registration) -> bool:
    """Taken up from an earlier row, which anybody may have typed: its data are shown before they are used."""
    return bytes(registration.payload_hash) == data_of(registration).digest(_RESUMED)


def send_resume_code(registration: Registration, *, device: str, address: str = "") -> Passcode:
    """As ``send_code``; a decoy when there is nothing to resume."""
    if registration.data_sealed is None:
        return passcodes.send(
            binding=_binding(registration),
            phone=None,
            device=device,
            address=address,
            decoy_masked=registration.phone_masked,
        )
    return send_code(registration, device=device, address=address)


def seen_mark(registration: Registration) -> str:
    """Stands on the page that shows what was resumed; whoever sends it back has been shown just that."""
    return mac("registration-seen", registration.public_id.bytes, bytes(registration.payload_hash)).hex()


def confirm_resumed(registration: Registration, *, seen: str) -> None:
    """“Tiếp tục” below what was resumed: from here on it counts as typed here. Raises NotYetConfirmed."""
    if registration.state != Registration.State.PHONE_PROVED:
        raise OutOfOrder
    if not hmac.compare_digest(seen_mark(registration).encode(), seen.encode("utf-8", "replace")):
        raise NotYetConfirmed
    typed = data_of(registration).digest(_TYPED_HERE)
    Registration.objects.filter(pk=registration.pk, state=Registration.State.PHONE_PROVED).update(
        payload_hash=typed
    )
    registration.payload_hash = typed


def phone_is_of_staff(registration: Registration) -> bool:
    """A staff member's phone opens no account (threats C5); told to nobody but who has just proved to hold it."""
    if registration.state != Registration.State.PHONE_PROVED:
        raise OutOfOrder
    return staff.is_staff_phone(data_of(registration).phone) is not None


def refuse_weak(password: str, data: PersonData) -> None:
    """Raises PasswordTooWeak with the rules that are not met."""
    about = [data.full_name.value, data.citizen_id.value, data.phone.local, data.born_on.shown, data.email]
    if found := weaknesses(password, about=about):
        raise PasswordTooWeak(found)


def _unfinished(citizen_id: CitizenId, phone: Phone) -> Registration | None:
    """The newest whose phone was proved, else the oldest: what somebody types later replaces nothing."""
    held = Registration.objects.filter(
        number_bi=number_fingerprint(citizen_id),
        phone_bi=phone_fingerprint(phone),
        data_sealed__isnull=False,
        expires_at__gt=ClockTimestamp(),
    )
    proved = held.filter(state__in=[Registration.State.PHONE_PROVED, Registration.State.MATCHED])
    return (
        proved.order_by("-id").first() or held.filter(state=Registration.State.TYPED).order_by("id").first()
    )


def _settle(registration: Registration, state: Registration.State, operator: str) -> None:
    changes: dict[str, object] = {"state": state, "operator": operator[:40]}
    if state == Registration.State.MISMATCH:
        changes["slip_code"] = "".join(secrets.choice(_SLIP_ALPHABET) for _ in range(10))
    Registration.objects.filter(pk=registration.pk).exclude(state=Registration.State.DONE).update(**changes)
    registration.refresh_from_db()
    journal.record(
        "accounts.registration.settled",
        subject=f"registration:{registration.pk}",
        facts={"state": state.value},
    )


def _move(registration: Registration, before: str, after: str) -> None:
    if not Registration.objects.filter(pk=registration.pk, state=before).update(state=after):
        raise OutOfOrder
    registration.state = after


def _binding(registration: Registration) -> Binding:
    return Binding(
        Purpose.REGISTER,
        bytes(registration.number_bi),
        bytes(registration.phone_bi),
        mac("registration-session", registration.public_id.bytes, bytes(registration.browser_hash)),
        bytes(registration.payload_hash),
    )


def _browser(browser: str) -> bytes:
    return mac("registration-browser", browser)
