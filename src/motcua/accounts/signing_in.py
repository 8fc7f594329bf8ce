"""Đăng nhập: by number and password, counted so that neither guessing nor locking others out pays."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from motcua import journal
from motcua.accounts import hashing, identity, notices, sessions
from motcua.accounts.models import Account, KnownDevice, TempCredential
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import Number, number_fingerprint, pseudonym
from motcua.kernel.refusal import Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.limits.spending import TooManyAttempts
from motcua.outbox import sending, texts
from motcua.units import posts

#: Of one one-time password, wherever it is typed (threats C15).
ONE_TIME_TRIES: Final = 5
#: The database's own rule (temp_credential_24_hours), for pages that say it.
ONE_TIME_LIFE: Final = timedelta(hours=24)


class WrongPassword(Refusal):
    """The one answer, whether the number has an account or not (threats T-08)."""

    code = "wrong_password"
    status = 401
    message = "Số CMND/CCCD hoặc mật khẩu không đúng. Đề nghị kiểm tra lại hoặc chọn “Quên mật khẩu”."


class AccountLocked(Refusal):
    code = "account_locked"
    status = 403
    message = (
        "Tài khoản đang tạm khóa. Đề nghị ông/bà chọn “Quên mật khẩu” để đặt lại, "
        "hoặc mang giấy tờ tùy thân đến Bộ phận một cửa gần nhất."
    )


class MustActivate(Refusal):
    """The one-time password opens nothing but the activation page (threats T-15)."""

    code = "must_activate"
    status = 409
    message = "Đây là mật khẩu dùng một lần. Đề nghị ông/bà kích hoạt tài khoản và đặt mật khẩu riêng."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``token`` goes into the cookie and nowhere else."""

    token: str = field(repr=False)
    audience: str
    account_id: int


def sign_in(*, number: Number, password: str, device: str, device_words: str, address: str) -> SignedIn:
    """Raises WrongPassword, AccountLocked, MustActivate, TooManyAttempts.

    A try is counted before the hash is computed; the right password takes it back. A device that the owner
    used before has a count of its own, so a stranger cannot lock the owner out (threats L13, T-41). One hash
    is computed whoever is asked for: an own password, a one-time password or nobody's.
    """
    fingerprint = number_fingerprint(number)
    account = identity.account_by_number(number)
    known = _is_known(fingerprint, device)
    key = attempt_key(fingerprint, account, device, known=known)
    if not known:
        _refuse_sprayers(address)
    spending.spend((Quota.SIGN_IN_FAILURES, key))
    stored = _stored(account)
    if not hashing.is_password(password, stored) or account is None:
        _note_failure(fingerprint, address)
        raise WrongPassword
    if account.status == Account.Status.PENDING:
        raise MustActivate
    spending.reset(Quota.SIGN_IN_FAILURES, key)
    if account.status != Account.Status.ACTIVE:
        raise AccountLocked
    return enter(account, device=device, device_words=device_words)


def enter(account: Account, *, device: str, device_words: str) -> SignedIn:
    """Begin a session for somebody who has just proved to be the owner."""
    audience, unit_code = _audience(account, on=timezone.localdate())
    token, session = sessions.begin(
        account, audience=audience, device=device, device_words=device_words, unit_code=unit_code
    )
    _remember_device(account, device)
    journal.record(
        "accounts.session.begun",
        subject=f"account:{account.pk}",
        facts={"session": session.pk, "as": audience},
    )
    return SignedIn(token, audience, account.pk)


def attempt_key(
    fingerprint: bytes, account: Account | None, device: str, *, known: bool | None = None
) -> str:
    """Who a failure is counted against: the account with a known device, or the account with all strangers.

    Old and new number of one person lead to one count.
    """
    if known is None:
        known = _is_known(fingerprint, device)
    who = f"account-{account.pk}" if account is not None else fingerprint.hex()
    return f"{who}:{sessions.device_hash(device).hex() if known else 'stranger'}"


def try_one_time(account: Account) -> TempCredential | None:
    """The one-time password that may be compared once more; the try is spent and committed first (M1, M2).

    Only the activation page spends them, and only beside the right birth date: at the sign-in page a stranger
    who knows the number alone would void the password of its owner (threats T-41).
    """
    live = live_one_time(account)
    newest = live.first()
    if newest is None:
        return None
    with transaction.atomic(durable=True):
        spent = live.filter(pk=newest.pk, attempts__lt=ONE_TIME_TRIES).update(attempts=F("attempts") + 1)
    return newest if spent else None


def live_one_time(account: Account) -> QuerySet[TempCredential]:
    """The one-time password that is neither used, void nor lapsed."""
    return TempCredential.objects.filter(
        account=account, used_at__isnull=True, voided_at__isnull=True, expires_at__gt=ClockTimestamp()
    )


def _stored(account: Account | None) -> str:
    """The one hash that the password typed is compared with; empty compares with nobody's."""
    if account is None:
        return ""
    if account.status != Account.Status.PENDING:
        return account.password
    temporary = live_one_time(account).filter(attempts__lt=ONE_TIME_TRIES).first()
    return temporary.password if temporary else ""


def _is_known(fingerprint: bytes, device: str) -> bool:
    """Asked the same way whether the number has an account or not."""
    return KnownDevice.objects.filter(
        device_hash=sessions.device_hash(device),
        account__status__in=Account.LIVE,
        account__person__documents__number_bi=fingerprint,
        account__person__documents__status="active",
    ).exists()


def _note_failure(fingerprint: bytes, address: str) -> None:
    journal.record("accounts.sign_in.refused", subject=f"number:{pseudonym('journal-number', fingerprint)}")
    spending.spend((Quota.ACCOUNTS_TRIED_FROM_ADDRESS, address, fingerprint.hex()))


def _refuse_sprayers(address: str) -> None:
    """Many different accounts failing from one address: nothing more is compared for it (threats T-40)."""
    left = spending.peek(Quota.ACCOUNTS_TRIED_FROM_ADDRESS, address)
    if left.times <= 0:
        if spending.claim_once(f"sprayed:{address}", 600):
            where = pseudonym("journal-address", address)
            journal.record("accounts.sign_in.sprayed", subject=f"address:{where}")
        raise TooManyAttempts(wait_seconds=max(1, left.wait_seconds), quota=Quota.ACCOUNTS_TRIED_FROM_ADDRESS)


def _audience(account: Account, *, on: date) -> tuple[str, str]:
    """Whoever holds a post today works as an officer, at their first unit."""
    held = posts.posts_of(identity.subject_of(account.public_id, settings.DESK_ID), on)
    return ("OFFICER", held[0].unit_code) if held else ("CITIZEN", "")


def _remember_device(account: Account, device: str) -> None:
    hashed = sessions.device_hash(device)
    first_ever = not account.devices.exists()
    _, new = KnownDevice.objects.update_or_create(
        account=account, device_hash=hashed, defaults={"last_seen_at": ClockTimestamp()}
    )
    phone = identity.primary_phone(account)
    if new and not first_ever and phone is not None:
        link = notices.disavowal_link(account, "new_device")
        sending.enqueue(
            to=phone,
            text=texts.signed_in_on_new_device(at=timezone.now(), link=link),
            purpose="new_device",
            dedupe_key=f"new_device:{account.pk}:{hashed.hex()[:24]}",
        )
