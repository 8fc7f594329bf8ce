"""Xem đầy đủ: một cán bộ của hệ thống gọi cần thấy trọn số định danh hoặc số điện thoại của chủ hồ sơ."""

import hashlib
from typing import Literal

from django.http import HttpResponse
from ninja import Router, Schema

from motcua.accounts import owner_reveals
from motcua.accounts.revealing import What
from motcua.api.guard import CallerRequest, Scope, SystemToken, unit_of
from motcua.api.once import once
from motcua.api.values import Asked, DossierCode, IdempotencyKey, OfficerId, Subject, UnitCode
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.signin import desk_dossiers

router = Router(tags=["Chủ tài khoản"])


class RevealWanted(Asked):
    """Lý do do hệ thống gọi giữ; không gửi sang Cổng."""

    subject: Subject
    dossier_code: DossierCode
    what: Literal["NUMBER", "PHONE"]
    asked_by: OfficerId
    unit_code: UnitCode


class Shown(Schema):
    """Chỉ để hiện một lần cho cán bộ đã hỏi; không lưu."""

    what: Literal["NUMBER", "PHONE"]
    text: str


@router.post(
    "/owner-reveals",
    auth=SystemToken(Scope.OWNER_REVEAL),
    response={200: Shown},
    operation_id="revealOwner",
    summary="Số định danh hoặc số điện thoại đầy đủ của chủ hồ sơ",
)
def reveal(request: CallerRequest, wanted: RevealWanted, key: IdempotencyKey) -> HttpResponse:
    """Chỉ với chủ của hồ sơ đang giải quyết mà hệ thống gọi đã báo (`dossier-standings`).

    Mỗi Idempotency-Key là một lượt xem: chủ tài khoản thấy một dòng, gọi lại nhận cùng câu trả lời.
    """
    unit_code = unit_of(request, wanted.unit_code)

    def act() -> Shown:
        caller = request.auth
        spending.spend(
            (Quota.OWNER_REVEALS_BY_SYSTEM, caller.audience),
            (Quota.PAPERS_OPENED_BY_OFFICER, wanted.asked_by),
        )
        desk_dossiers.require_open(
            client_pk=caller.client_pk,
            subject=wanted.subject,
            audience=caller.audience,
            code=wanted.dossier_code,
        )
        shown = owner_reveals.reveal_to_system(
            subject=wanted.subject,
            audience=caller.audience,
            client_id=caller.client_id,
            what=What(wanted.what),
            asked_by=wanted.asked_by,
            unit_code=unit_code,
            key=hashlib.sha256(f"{caller.audience}\x1f{key}".encode()).hexdigest(),
        )
        return Shown(what=wanted.what, text=shown.text)

    return once(request, key, wanted, act)
