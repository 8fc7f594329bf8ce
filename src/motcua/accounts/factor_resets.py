"""Đặt lại xác thực hai bước: an administrator starts it and another agrees; the officer alone enrols anew (A-51).

Nobody but the officer learns a secret: approved, the officer signs in with the password, has a code sent to the own
phone, and enrols again. An administrator reaches only officers whose every post lies in the own unit or below.
"""

import hmac
import re
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from motcua import journal
from motcua.accounts import identity, notices, second_factor, sign_in_history
from motcua.accounts.models import Account, FactorReset
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.models.factors import RESET_CODE_LIFE, RESET_TRIES
from motcua.accounts.sealed_data import mac
from motcua.accounts.sign_in_history import How, Result
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.outbox import sending, texts
from motcua.units import resetting, staff
from motcua.units.resetting import ResetAlreadyAsked, ResetAlreadyDecided, ResetSecondPersonNeeded

#: An approved reset that nobody used.
LASTS: Final = timedelta(hours=24)
_DIGITS: Final = 8
_MOST: Final = 100
PAGE: Final = 20
_CURSOR: Final = re.compile(r"[1-9][0-9]{0,17}")
Decision = FactorReset.Decision


class NoReset(Refusal):
    code = "factor_reset_none"
    status = 404
    message = (
        "Chưa có đề nghị đặt lại nào được duyệt trong 24 giờ qua. Đề nghị ông/bà liên hệ quản trị đơn vị."
    )


class ResetCodeWrong(Refusal):
    code = "factor_reset_code_wrong"
    status = 401
    message = (
        "Mã đăng ký lại không đúng, đã dùng hoặc đã quá 30 phút. Đề nghị ông/bà nhập lại hoặc nhận mã mới."
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A reset as administrators see it."""

    row: FactorReset
    full_name: str = field(repr=False)
    asked_by: str = field(repr=False)
    decided_by: str = field(repr=False)
    mine: bool


def ask(*, authority: Authority, subject: str, reason: str, on: date) -> FactorReset:
    """Raises ResetForYourself, ResetReasonMissing, ResetAlreadyAsked, NotFound, NotAuthorised."""
    authority.require(Power.GRANT)
    account = officer_in_reach(authority, subject, on=on)
    words = resetting.reason_of(reason)
    try:
        with transaction.atomic():
            reset = FactorReset.objects.create(
                account=account, unit_code=authority.unit_code, reason=words, asked_by=authority.subject
            )
            _note(reset, "requested", authority)
    except IntegrityError as taken:
        if "factor_reset_one_waiting" not in str(taken):
            raise
        raise ResetAlreadyAsked from None
    return reset


@transaction.atomic
def approve(*, authority: Authority, public_id: uuid.UUID, on: date) -> None:
    """The second administrator. The officer and the heads of the units where the officer works hear of it."""
    reset = _waiting(authority, public_id, on=on)
    if reset.asked_by == authority.subject:
        raise ResetSecondPersonNeeded
    _decide(reset, Decision.APPROVED, authority)
    _tell(reset, on=on)


@transaction.atomic
def decline(*, authority: Authority, public_id: uuid.UUID, on: date) -> None:
    """No; who asked takes it back in the same way."""
    reset = _waiting(authority, public_id, on=on)
    mine = reset.asked_by == authority.subject
    _decide(reset, Decision.WITHDRAWN if mine else Decision.DECLINED, authority)


def listing(viewer: Authority, *, on: date, after: str = "") -> tuple[list[Line], str]:
    """Of officers within the viewer's reach: on the first page what waits, then the decided ones, newest first."""
    viewer.require(Power.GRANT)
    names = {one.subject: one.full_name for one in staff.working_at(viewer.subtree, on=on)}
    rows = FactorReset.objects.filter(
        account__subjects__subject__in=list(names), account__subjects__audience=settings.DESK_ID
    ).annotate(whose=F("account__subjects__subject"))
    decided = rows.exclude(decision=Decision.WAITING).order_by("-pk")
    if is_later := bool(_CURSOR.fullmatch(after)):
        decided = decided.filter(pk__lt=after)
    found = list(decided[: PAGE + 1])
    shown = [] if is_later else list(rows.filter(decision=Decision.WAITING).order_by("pk")[:_MOST])
    shown += found[:PAGE]
    others = staff.officers_by_subject(
        {who for row in shown for who in (row.asked_by, row.decided_by) if who}
    )

    def named(subject: str) -> str:
        return others[subject].full_name if subject in others else ""

    lines = [
        Line(
            row, names[row.whose], named(row.asked_by), named(row.decided_by), row.asked_by == viewer.subject
        )
        for row in shown
    ]
    return lines, str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def approved_for(account: Account) -> FactorReset | None:
    """The reset this officer may use now."""
    return (
        FactorReset.objects.filter(
            account=account,
            decision=Decision.APPROVED,
            used_at__isnull=True,
            decided_at__gt=ClockTimestamp() - LASTS,
        )
        .order_by("-pk")
        .first()
    )


def send_code(account: Account) -> None:
    """Eight digits to the officer's own phone, good for half an hour; the one before is void."""
    reset = approved_for(account)
    phone = identity.primary_phone(account)
    if reset is None or phone is None:
        raise NoReset
    spending.spend((Quota.RESET_CODES_TO_OFFICER, str(account.pk)))
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    with transaction.atomic():
        FactorReset.objects.filter(pk=reset.pk, used_at__isnull=True).update(
            code_mac=_mac(reset, code), code_sent_at=ClockTimestamp()
        )
        sending.enqueue(
            to=phone,
            text=texts.factor_reset_code(code=f"{code[:4]} {code[4:]}", host=notices.public_host()),
            purpose="factor_reset_code",
            dedupe_key=f"factor_reset_code:{reset.pk}:{_mac(reset, code).hex()[:16]}",
            expires_at=timezone.now() + RESET_CODE_LIFE,
        )
        _note(reset, "sent", None)


def check_code(account: Account, code: str, *, device_words: str, known: bool) -> FactorReset:
    """The reset this code belongs to; the try is spent and committed before it is compared (M1).

    Raises ResetCodeWrong, NoReset, TooManyAttempts.
    """
    second_factor.count_try(account)
    reset = approved_for(account)
    if reset is None or reset.code_mac is None:
        raise NoReset
    with transaction.atomic(durable=True):
        spent = _live(reset).filter(tries__lt=RESET_TRIES).update(tries=F("tries") + 1)
    typed = re.sub(r"[^0-9]", "", code)
    if not spent or not hmac.compare_digest(bytes(reset.code_mac), _mac(reset, typed)):
        sign_in_history.note(
            account, how=How.RESET, result=Result.WRONG, device_words=device_words, known=known
        )
        raise ResetCodeWrong
    return reset


def use(reset: FactorReset, account: Account) -> None:
    """In the caller's transaction: the code is used up and everything enrolled before ends. Raises ResetCodeWrong."""
    if not _live(reset).update(used_at=ClockTimestamp()):
        raise ResetCodeWrong
    second_factor.end_all(account, why="reset")
    _note(reset, "used", None)


def officer_in_reach(authority: Authority, subject: str, *, on: date) -> Account:
    """NotFound for who works elsewhere, NotAuthorised for who works above or beside as well as below."""
    resetting.require_reach(authority, subject, on=on)
    return identity.account_of_subject(subject)


def is_in_reach(viewer: Authority, subject: str, *, on: date) -> bool:
    """For showing what can be done, never for deciding."""
    return resetting.is_in_reach(viewer, subject, on=on)


def _live(reset: FactorReset) -> "QuerySet[FactorReset]":
    return FactorReset.objects.filter(
        pk=reset.pk,
        code_mac=reset.code_mac,
        used_at__isnull=True,
        code_sent_at__gt=ClockTimestamp() - RESET_CODE_LIFE,
    )


def _waiting(authority: Authority, public_id: uuid.UUID, *, on: date) -> FactorReset:
    authority.require(Power.GRANT)
    reset = FactorReset.objects.select_related("account").filter(public_id=public_id).first()
    if reset is None:
        raise NotFound
    officer_in_reach(authority, _subject_of(reset), on=on)
    return reset


def _subject_of(reset: FactorReset) -> str:
    return identity.subject_of(reset.account.public_id, settings.DESK_ID)


def _decide(reset: FactorReset, decision: str, authority: Authority) -> None:
    """One UPDATE decides which of two administrators was first."""
    won = FactorReset.objects.filter(pk=reset.pk, decision=Decision.WAITING).update(
        decision=decision, decided_by=authority.subject, decided_at=ClockTimestamp()
    )
    if not won:
        raise ResetAlreadyDecided
    _note(reset, decision.lower(), authority)


def is_staff(account: Account) -> bool:
    """Whether somebody here decides about this account's second factor."""
    return staff.is_staff_subject(identity.subject_of(account.public_id, settings.DESK_ID))


def _tell(reset: FactorReset, *, on: date) -> None:
    tell_officer(reset)
    resetting.tell_heads(_subject_of(reset), key=str(reset.pk), on=on)


def tell_officer(reset: FactorReset) -> None:
    """Where the code will come from, in the transaction of the decision."""
    if (phone := identity.primary_phone(reset.account)) is not None:
        text = texts.factor_reset_approved(host=notices.public_host())
        notices.tell(
            account=reset.account, to=phone, text=text, purpose="factor_reset", key=str(reset.public_id)
        )


def _mac(reset: FactorReset, code: str) -> bytes:
    return mac("factor-reset-code", reset.public_id.bytes, code)


def _note(reset: FactorReset, what: str, authority: Authority | None) -> None:
    journal.record(
        f"accounts.factor_reset.{what}",
        subject=f"factor_reset:{reset.public_id}",
        actor=authority.subject if authority else "",
        unit_code=authority.unit_code if authority else reset.unit_code,
        facts={"account": f"account:{reset.account_id}"},
    )
