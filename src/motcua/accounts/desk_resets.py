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
    """One answer for whatever is not right with one of the three: a system learns nothing of anybody by it."""

    code = "factor_reset_people_refused"
    status = 422
    message = (
        "Không đặt lại được cho ba người đã nêu: mỗi người phải có tài khoản đang dùng được và đã đăng nhập bằng hai "
        "yếu tố qua hệ thống này; cán bộ của Cổng do quản trị viên của Cổng quyết định. "
        "Đề nghị kiểm tra lại ba mã cán bộ."
    )


def reset(
    *, subject: str, audience: str, asked_by: str, approved_by: str, unit_code: str, reason: str, client: str
) -> None:
    """Agreed to at the desk ``audience``; the ids are those of that desk.

    Raises ResetNeedsPeople, ResetSecondPersonNeeded, ResetForYourself.
    """
    officer, first, second = (_person(one, audience) for one in (subject, asked_by, approved_by))
    if first.pk == second.pk:
        raise ResetSecondPersonNeeded
    if officer.pk in {first.pk, second.pk}:
        raise ResetForYourself
    if factor_resets.is_staff(officer) or not second_factor.had_one(officer):
        raise ResetNeedsPeople
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
