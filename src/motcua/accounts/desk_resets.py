"""Đặt lại theo đề nghị của một cửa nơi khác: two administrators there agreed, the officer alone enrols anew here.

An officer of a desk apart holds no post here, so nobody here could ask. The desk says who asked and who agreed, both
as people that it knows; what the officer enrolled counts no more from this moment, and every session ends.
"""

from django.db import transaction

from motcua import journal
from motcua.accounts import factor_resets, identity, second_factor, sessions
from motcua.accounts.models import Account, FactorReset
from motcua.accounts.models.columns import ClockTimestamp
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units.resetting import ResetForYourself, ResetSecondPersonNeeded


class ResetNeedsPeople(Refusal):
    """Somebody who is named is nobody that this desk knows, or has no account in use."""

    code = "factor_reset_people_unknown"
    status = 422
    message = (
        "Cán bộ, người đề nghị hoặc người duyệt không có tài khoản đang dùng được ở hệ thống gọi. "
        "Đề nghị kiểm tra lại ba mã cán bộ."
    )


class ResetIsOurs(Refusal):
    """The officer holds a post here as well: administrators here decide."""

    code = "factor_reset_by_own_administrators"
    status = 409
    message = (
        "Cán bộ này cũng giữ vị trí tại Cổng, nên việc đặt lại do hai quản trị viên của Cổng quyết định. "
        "Đề nghị liên hệ đơn vị quản lý Cổng."
    )


class NothingToReset(Refusal):
    code = "factor_reset_nothing_enrolled"
    status = 409
    message = (
        "Tài khoản này chưa từng đăng ký xác thực hai bước nên không có gì để đặt lại. "
        "Đề nghị cán bộ đăng nhập; Cổng sẽ hướng dẫn đăng ký."
    )


def reset(
    *, subject: str, audience: str, asked_by: str, approved_by: str, unit_code: str, reason: str, client: str
) -> None:
    """Agreed to at the desk ``audience``; the ids are those of that desk.

    Raises ResetNeedsPeople, ResetSecondPersonNeeded, ResetForYourself, ResetIsOurs, NothingToReset.
    """
    officer, first, second = (_person(one, audience) for one in (subject, asked_by, approved_by))
    if first.pk == second.pk:
        raise ResetSecondPersonNeeded
    if officer.pk in {first.pk, second.pk}:
        raise ResetForYourself
    if factor_resets.is_staff(officer):
        raise ResetIsOurs
    if not second_factor.had_one(officer):
        raise NothingToReset
    with transaction.atomic():
        row = FactorReset.objects.create(
            account=officer, unit_code=unit_code, reason=reason, asked_by=asked_by
        )
        FactorReset.objects.filter(pk=row.pk).update(
            decision=FactorReset.Decision.APPROVED, decided_by=approved_by, decided_at=ClockTimestamp()
        )
        ended = sessions.end_all(officer, why="by_administrator")
        factor_resets.tell_officer(row)
        journal.record(
            "accounts.factor_reset.asked_by_desk",
            subject=f"factor_reset:{row.public_id}",
            actor=asked_by,
            unit_code=unit_code,
            facts={
                "account": f"account:{officer.pk}",
                "approver": approved_by,
                "client": client,
                "sessions": ended,
            },
        )


def _person(subject: str, audience: str) -> Account:
    try:
        account = identity.account_of_subject(subject, audience)
    except NotFound as nobody:
        raise ResetNeedsPeople from nobody
    if account.status != Account.Status.ACTIVE:
        raise ResetNeedsPeople
    return account
