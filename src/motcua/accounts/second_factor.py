"""Yếu tố thứ hai: what the owner has besides the password; asked, counted, written down, enrolled."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from motcua import journal
from motcua.accounts import authenticators, identity, notices, passkeys, recovery_codes, sign_in_history
from motcua.accounts.models import Account, Authenticator, Passkey, Session
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sign_in_history import How, Result
from motcua.kernel.refusal import Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.outbox import texts


class CodeNotAccepted(Refusal):
    code = "factor_code_not_accepted"
    status = 401
    message = (
        "Mã xác thực không đúng, đã dùng hoặc đã hết hạn. "
        "Đề nghị ông/bà nhập mã đang hiện trên ứng dụng và kiểm tra giờ của điện thoại."
    )


class PasskeyNotAccepted(Refusal):
    code = "factor_passkey_not_accepted"
    status = 401
    message = "Khóa truy cập chưa được chấp nhận. Đề nghị ông/bà thử lại hoặc dùng cách xác thực khác."


class RecoveryCodeNotAccepted(Refusal):
    code = "factor_recovery_not_accepted"
    status = 401
    message = "Mã dự phòng không đúng hoặc đã dùng. Đề nghị ông/bà nhập một mã khác trong danh sách đã lưu."


class LastFactor(Refusal):
    code = "factor_is_the_last"
    status = 409
    message = (
        "Đây là cách xác thực duy nhất còn lại nên chưa bỏ được. Đề nghị ông/bà đăng ký cách khác trước."
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What was typed, or what the browser's key signed."""

    how: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """What opens the account besides the password."""

    app: bool
    passkeys: list[Passkey]
    codes_left: int
    app_since: datetime | None = None

    @property
    def any(self) -> bool:
        return self.app or bool(self.passkeys)


_NO = {
    How.TOTP: CodeNotAccepted,
    How.PASSKEY: PasskeyNotAccepted,
    How.RECOVERY: RecoveryCodeNotAccepted,
}


def held(account: Account) -> Held:
    """For the pages, and to know whether there is anything to ask for."""
    since = authenticators.live_since(account)
    return Held(since is not None, passkeys.keys_of(account), recovery_codes.left(account), since)


def had_one(account: Account) -> bool:
    """Whether this account was ever enrolled: the first time needs the password only, never again."""
    return (
        Authenticator.objects.filter(account=account).exists()
        or Passkey.objects.filter(account=account).exists()
    )


def prove(account: Account, answer: Answer, *, challenge: bytes, device_words: str, known: bool) -> None:
    """Counted before it is compared, and a wrong one is written down before it is refused (M1).

    Raises CodeNotAccepted, PasskeyNotAccepted, RecoveryCodeNotAccepted, TooManyAttempts.
    """
    count_try(account)
    if not _is_right(account, answer, challenge):
        sign_in_history.note(
            account, how=answer.how, result=Result.WRONG, device_words=device_words, known=known
        )
        journal.record(
            "accounts.factor.refused", subject=f"account:{account.pk}", facts={"how": str(answer.how)}
        )
        raise _NO[How(answer.how)]
    spending.reset(Quota.SECOND_FACTOR_FAILURES, _key(account))
    if answer.how == How.RECOVERY:
        _tell_of_recovery(account)


@transaction.atomic
def enrol_app(account: Account, *, secret: str, code: str, keep_session: int | None = None) -> None:
    """The app whose code was typed. Raises CodeNotAccepted."""
    Account.objects.select_for_update().get(pk=account.pk)  # two enrolments at once: one after the other
    if authenticators.add(account, secret, code) is None:
        raise CodeNotAccepted
    _changed(account, "enrolled", How.TOTP, keep_session)


@transaction.atomic
def enrol_passkey(
    account: Account, *, challenge: bytes, answer: str, device_words: str, keep_session: int | None = None
) -> None:
    """The key that the browser made. Raises PasskeyNotTaken."""
    Account.objects.select_for_update().get(pk=account.pk)
    passkeys.add(account, challenge, answer, device_words=device_words)
    _changed(account, "enrolled", How.PASSKEY, keep_session)


@transaction.atomic
def remove(account: Account, *, passkey: uuid.UUID | None, keep_session: int) -> None:
    """One passkey, or the app when none is named; never the last factor. Raises LastFactor, NotFound."""
    Account.objects.select_for_update().get(pk=account.pk)
    now = held(account)
    if now.app + len(now.passkeys) < 2:
        raise LastFactor
    if passkey:
        passkeys.end_one(account, passkey)
    else:
        authenticators.end(account, why="by_owner")
    _changed(account, "removed", How.PASSKEY if passkey else How.TOTP, keep_session)


@transaction.atomic
def new_recovery_codes(account: Account) -> list[str]:
    """Ten, to be shown once."""
    codes = recovery_codes.renew(account)
    journal.record("accounts.recovery_codes.made", subject=f"account:{account.pk}")
    return codes


@transaction.atomic
def end_all(account: Account, *, why: str) -> None:
    """Nothing but a fresh enrolment opens the account any more; every session ends."""
    authenticators.end(account, why=why)
    passkeys.end(account, why=why)
    recovery_codes.void(account)
    _changed(account, "cleared", "", None)


def count_try(account: Account) -> None:
    """Committed at once. Raises TooManyAttempts."""
    spending.spend((Quota.SECOND_FACTOR_FAILURES, _key(account)))


def _is_right(account: Account, answer: Answer, challenge: bytes) -> bool:
    if answer.how == How.TOTP:
        return authenticators.accepts(account, answer.text)
    if answer.how == How.PASSKEY:
        return passkeys.accepts(account, challenge, answer.text)
    return answer.how == How.RECOVERY and recovery_codes.use(account, answer.text)


def _changed(account: Account, what: str, how: str, keep_session: int | None) -> None:
    """A change of factor ends the other sessions (threats A-61), and its owner hears of it."""
    others = Session.objects.filter(account=account, ended_at__isnull=True)
    if keep_session is not None:
        others = others.exclude(pk=keep_session)
    others.update(ended_at=ClockTimestamp(), ended_why="factor_changed")
    spending.reset(Quota.SECOND_FACTOR_FAILURES, _key(account))
    journal.record(
        f"accounts.factor.{what}", subject=f"account:{account.pk}", facts={"how": str(how) or "all"}
    )
    phone = identity.primary_phone(account)
    if phone is not None:
        link = notices.disavowal_link(account, "factor_changed")
        text = texts.factor_changed(link=link)
        notices.tell(account=account, to=phone, text=text, purpose="factor_changed", key=link[-14:])


def _tell_of_recovery(account: Account) -> None:
    phone = identity.primary_phone(account)
    if phone is not None:
        link = notices.disavowal_link(account, "recovery_code_used")
        text = texts.recovery_code_used(count=recovery_codes.left(account), link=link)
        notices.tell(account=account, to=phone, text=text, purpose="recovery_code_used", key=link[-14:])


def _key(account: Account) -> str:
    return f"factor:{account.pk}"
