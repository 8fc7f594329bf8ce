"""Đăng nhập: by number and password, counted so that neither guessing nor locking others out pays."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from motcua import journal
from motcua.accounts import (
    entering,
    guardianships,
    hashing,
    identity,
    providers,
    second_step,
    sessions,
    sign_in_history,
)
from motcua.accounts.entering import SignedIn
from motcua.accounts.models import Account, TempCredential
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import Number, number_fingerprint, pseudonym
from motcua.accounts.second_step import HalfWay
from motcua.accounts.sign_in_history import How, Result
from motcua.kernel.refusal import Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.limits.spending import TooManyAttempts

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


def sign_in(
    *, number: Number, password: str, device: str, device_words: str, address: str, strong: bool = False
) -> SignedIn | HalfWay:
    """HalfWay for whoever holds a post: nobody is signed in before the second step (DP-24).

    ``strong``: for everybody, because a system that the person comes from wants two factors.

    Raises WrongPassword, AccountLocked, OwnerCameOfAge, MustActivate, TooManyAttempts, PasswordsOver.

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
        _note_failure(fingerprint, address, account, device_words=device_words, known=known)
        raise WrongPassword
    if account.status == Account.Status.PENDING:
        raise MustActivate
    spending.reset(Quota.SIGN_IN_FAILURES, key)
    if account.status != Account.Status.ACTIVE:
        sign_in_history.note(
            account, how=How.PASSWORD, result=Result.LOCKED, device_words=device_words, known=known
        )
        raise AccountLocked
    if guardianships.waits(account.pk):
        # The owner sees afterwards that it was tried.
        sign_in_history.note(
            account, how=How.PASSWORD, result=Result.LOCKED, device_words=device_words, known=known
        )
        raise guardianships.OwnerCameOfAge
    audience, _ = entering.audience_of(account, on=timezone.localdate())
    if audience == "CITIZEN":
        providers.refuse_passwords_when_over(timezone.localdate())
    if strong or entering.needs_factor(audience):
        return second_step.begin(account, device=device, device_words=device_words)
    return entering.enter(account, device=device, device_words=device_words)


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
    return (
        entering.owners_devices()
        .filter(
            device_hash=sessions.device_hash(device),
            account__status__in=Account.LIVE,
            account__person__documents__number_bi=fingerprint,
            account__person__documents__status="active",
        )
        .exists()
    )


def _note_failure(
    fingerprint: bytes, address: str, account: Account | None, *, device_words: str, known: bool
) -> None:
    sign_in_history.note(
        account, how=How.PASSWORD, result=Result.WRONG, device_words=device_words, known=known
    )
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
