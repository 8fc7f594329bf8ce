"""Bước thứ hai: between the right password and the session stands a step of ten minutes, for one browser, once."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from motcua import journal
from motcua.accounts import (
    authenticators,
    entering,
    factor_resets,
    passkeys,
    second_factor,
    sessions,
    sign_in_history,
)
from motcua.accounts.entering import SignedIn
from motcua.accounts.models import Account, SecondStep
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.models.factors import STEP_LIFE
from motcua.accounts.providers import DVCQG, VNEID
from motcua.accounts.sealed_data import mac
from motcua.accounts.second_factor import Answer, Held
from motcua.accounts.sign_in_history import How, Result
from motcua.kernel.opaque_token import is_opaque_token
from motcua.kernel.refusal import Refusal

LIFE: Final[timedelta] = STEP_LIFE


class StepOver(Refusal):
    code = "second_step_over"
    status = 401
    message = "Bước xác thực thứ hai đã quá 10 phút hoặc đã dùng. Đề nghị ông/bà đăng nhập lại từ đầu."


class NotEnrolled(Refusal):
    """What was enrolled is gone, and only an administrator starts it anew."""

    code = "second_step_not_enrolled"
    status = 403
    message = (
        "Tài khoản đã đăng ký xác thực hai bước. Nếu mất thiết bị và hết mã dự phòng, "
        "đề nghị ông/bà liên hệ quản trị đơn vị để đặt lại."
    )


@dataclass(frozen=True, slots=True)
class HalfWay:
    """The password was right. ``token`` goes into a cookie of its own and nowhere else."""

    token: str = field(repr=False)
    must_enrol: bool


@dataclass(frozen=True, slots=True)
class Step:
    """Where somebody stands who has proved the password only."""

    row: SecondStep = field(repr=False)
    account: Account
    held: Held
    may_enrol: bool
    #: The owner's own number, masked: the name the app shows beside the digits.
    name: str = field(repr=False)

    @property
    def challenge(self) -> bytes:
        """What a passkey signs: another one after each try, and looking at the page writes nothing."""
        return mac("second-step", bytes(self.row.token_hash), str(self.row.tries))

    @property
    def secret(self) -> str:
        """What the app would be enrolled with in this step."""
        return authenticators.proposed_secret(bytes(self.row.token_hash), self.account.pk)


def begin(account: Account, *, device: str, device_words: str, provider: str = DVCQG) -> HalfWay:
    """The password was right, or VNeID said who it is; nobody is signed in yet."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        SecondStep.objects.create(
            account=account,
            token_hash=_hash(token),
            device_hash=sessions.device_hash(device),
            provider=provider,
        )
        sign_in_history.note(
            account,
            how=How.VNEID if provider == VNEID else How.PASSWORD,
            result=Result.HALF,
            device_words=device_words,
            known=entering.knows(account, device),
        )
        journal.record("accounts.second_step.begun", subject=f"account:{account.pk}")
    return HalfWay(token, must_enrol=not second_factor.had_one(account))


def step_of(token: str, device: str) -> Step:
    """Raises StepOver: lapsed, used, another browser's, or the account is not what it was."""
    row = None
    if is_opaque_token(token):
        row = (
            SecondStep.objects.select_related("account__person")
            .filter(
                token_hash=_hash(token),
                device_hash=sessions.device_hash(device),
                passed_at__isnull=True,
                expires_at__gt=ClockTimestamp(),
                account__status=Account.Status.ACTIVE,
            )
            .first()
        )
    if row is None or _password_changed_since(row):
        raise StepOver
    document = row.account.person.documents.filter(status="active").order_by("kind", "pk").first()
    return Step(
        row=row,
        account=row.account,
        held=second_factor.held(row.account),
        may_enrol=row.reset_id is not None or not second_factor.had_one(row.account),
        name=f"•••{document.last3}" if document else "",
    )


def finish(step: Step, answer: Answer, *, device: str, device_words: str) -> SignedIn:
    """The second proof; only now somebody is signed in. Raises what ``second_factor.prove`` raises, StepOver."""
    _count(step)
    second_factor.prove(
        step.account,
        answer,
        challenge=step.challenge,
        device_words=device_words,
        known=entering.knows(step.account, device),
    )
    return _enter(step, answer.how, device=device, device_words=device_words)


def enrol_app(step: Step, code: str, *, device: str, device_words: str) -> tuple[SignedIn, list[str]]:
    """The first factor, or a new one after a reset; the recovery codes to show once.

    Raises CodeNotAccepted, NotEnrolled, StepOver, TooManyAttempts.
    """
    _count_enrolment(step)
    with transaction.atomic():
        second_factor.enrol_app(step.account, secret=step.secret, code=code)
        codes = second_factor.new_recovery_codes(step.account)
        return _enter(step, How.TOTP, device=device, device_words=device_words), codes


def enrol_passkey(step: Step, answer: str, *, device: str, device_words: str) -> tuple[SignedIn, list[str]]:
    """As ``enrol_app``, with a key that the browser made. Raises PasskeyNotTaken as well."""
    _count_enrolment(step)
    with transaction.atomic():
        second_factor.enrol_passkey(
            step.account, challenge=step.challenge, answer=answer, device_words=device_words
        )
        codes = second_factor.new_recovery_codes(step.account)
        return _enter(step, How.PASSKEY, device=device, device_words=device_words), codes


def passkey_to_make(step: Step) -> str:
    """What the browser is asked to make a key for; empty where keys cannot be kept."""
    if not passkeys.are_offered():
        return ""
    return passkeys.to_register(step.account, step.challenge, name=step.name)


def send_reset_code(step: Step) -> None:
    """The administrators agreed: who knows the password gets the code. Raises NoReset, TooManyAttempts."""
    factor_resets.send_code(step.account)


def take_reset_code(step: Step, code: str, *, device: str, device_words: str) -> None:
    """The code was right: what was enrolled ends, and this step may enrol anew. Raises ResetCodeWrong, StepOver."""
    _count(step)
    known = entering.knows(step.account, device)
    reset = factor_resets.check_code(step.account, code, device_words=device_words, known=known)
    with transaction.atomic():
        factor_resets.use(reset, step.account)
        if not SecondStep.objects.filter(pk=step.row.pk, passed_at__isnull=True).update(reset_id=reset.pk):
            raise StepOver


def _enter(step: Step, how: str, *, device: str, device_words: str) -> SignedIn:
    """One UPDATE decides which of two answers opens the session; the step is used up with it."""
    with transaction.atomic():
        won = SecondStep.objects.filter(
            pk=step.row.pk, passed_at__isnull=True, expires_at__gt=ClockTimestamp()
        ).update(passed_at=ClockTimestamp())
        if not won:
            raise StepOver
        return entering.enter(
            step.account,
            device=device,
            device_words=device_words,
            factor=how,
            provider=step.row.provider,
        )


def _count(step: Step) -> None:
    """Each try asks for another signature. Committed before anything is compared."""
    with transaction.atomic(durable=True):
        SecondStep.objects.filter(pk=step.row.pk).update(tries=F("tries") + 1)


def _count_enrolment(step: Step) -> None:
    if not step.may_enrol:
        raise NotEnrolled
    second_factor.count_try(step.account)


def _password_changed_since(row: SecondStep) -> bool:
    """A password changed meanwhile: what was proved is no longer the password."""
    changed = row.account.password_set_at
    return changed is not None and changed > row.created_at


def _hash(token: str) -> bytes:
    return mac("second-step-token", token)
