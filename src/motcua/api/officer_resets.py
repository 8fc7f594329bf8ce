"""Đặt lại xác thực hai bước cho cán bộ của hệ thống gọi: two of its administrators agreed."""

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from motcua.accounts import desk_resets
from motcua.api.guard import CallerRequest, Scope, SystemToken, unit_of
from motcua.api.once import once
from motcua.api.values import Asked, Done, IdempotencyKey, OfficerId, Subject, UnitCode
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.signin import officers_of

router = Router(tags=["Cán bộ của hệ thống gọi"])


class ResetWanted(Asked):
    """Cán bộ mất ứng dụng, khóa và mã dự phòng; hai quản trị viên khác nhau của hệ thống gọi đã đồng ý."""

    subject: Subject
    asked_by: OfficerId
    approved_by: OfficerId
    unit_code: UnitCode
    reason: str = Field(
        pattern="^[^\\x00-\\x1f\\x7f]*$",
        min_length=10,
        max_length=300,
        description="Việc đã xảy ra và cách đã nhận ra cán bộ; không ghi số định danh, số điện thoại.",
    )


@router.post(
    "/officer-resets",
    auth=SystemToken(Scope.OFFICER_RESET),
    response={200: Done},
    operation_id="resetOfficer",
    summary="Đặt lại xác thực hai bước của một cán bộ",
)
def reset(request: CallerRequest, wanted: ResetWanted, key: IdempotencyKey) -> HttpResponse:
    """Mọi phiên của cán bộ kết thúc, cán bộ được nhắn tin, và tự đăng ký lại ở lần đăng nhập kế tiếp.

    Cả ba người phải từng đăng nhập bằng hai yếu tố qua hệ thống này trong 61 ngày.
    """
    unit_code = unit_of(request, wanted.unit_code)

    def act() -> Done:
        spending.spend((Quota.OFFICER_RESETS_BY_SYSTEM, request.auth.audience))
        three = (wanted.subject, wanted.asked_by, wanted.approved_by)
        if not officers_of.came_in(request.auth.client_pk, three):
            raise desk_resets.ResetNeedsPeople
        desk_resets.reset(
            subject=wanted.subject,
            audience=request.auth.audience,
            asked_by=wanted.asked_by,
            approved_by=wanted.approved_by,
            unit_code=unit_code,
            reason=wanted.reason,
            client=request.auth.client_id,
        )
        return Done()

    return once(request, key, wanted, act)
