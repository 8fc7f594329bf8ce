"""Một cửa báo cho Cổng: which procedures it receives, and which dossiers of whom lie there."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from motcua.api.guard import CallerRequest, Scope, SystemToken
from motcua.api.once import once
from motcua.api.values import Asked, Done, DossierCode, IdempotencyKey, ProcedureCode, Subject, Words
from motcua.signin import desk_dossiers, desk_procedures

router = Router(tags=["Một cửa báo cho Cổng"])
_TOKEN = SystemToken(Scope.DESK_STANDING)
_Name = Annotated[Words, Field(min_length=1, max_length=500)]


class DossierStanding(Asked):
    """``line``: số thứ tự của hệ thống gọi; số lớn hơn là mới hơn. ``reference``: mã không đổi của hồ sơ."""

    reference: UUID
    subject: Subject
    code: DossierCode
    procedure_code: ProcedureCode
    procedure_name: str = Field(pattern="^[^\\x00-\\x1f\\x7f]+$", max_length=500)
    state: Literal[
        "PROVISIONAL",
        "NEW",
        "RECEIVED",
        "NOT_ACCEPTED",
        "PROCESSING",
        "SUPPLEMENT",
        "PAYMENT",
        "WITHDRAWN",
        "STOPPED",
        "DONE",
        "RETURNED",
    ]
    arrived_on: date
    open: bool
    line: int = Field(ge=1, le=2**62)


class DossierStandings(Asked):
    dossiers: list[DossierStanding] = Field(min_length=1, max_length=100)


class StandingsTaken(Schema):
    """``known``: bao nhiêu hồ sơ là của người có tài khoản đang dùng; hồ sơ của người khác không được giữ."""

    known: int


@router.post(
    "/dossier-standings",
    auth=_TOKEN,
    response={200: StandingsTaken},
    operation_id="tellDossiers",
    summary="Hồ sơ của chủ tài khoản đang ở đâu",
)
def dossiers(request: CallerRequest, told: DossierStandings, key: IdempotencyKey) -> HttpResponse:
    """Chủ tài khoản thấy trong bản sao dữ liệu của mình; tài khoản còn hồ sơ đang mở thì chưa đóng được."""

    def act() -> StandingsTaken:
        rows = [
            desk_dossiers.Told(
                reference=one.reference,
                subject=one.subject,
                code=one.code,
                procedure_code=one.procedure_code,
                procedure_name=one.procedure_name,
                state=one.state,
                arrived_on=one.arrived_on,
                is_open=one.open,
                line=one.line,
            )
            for one in told.dossiers
        ]
        caller = request.auth
        known = desk_dossiers.take(rows, client_pk=caller.client_pk, audience=caller.audience)
        return StandingsTaken(known=known)

    return once(request, key, told, act)


class ProcedureReceived(Asked):
    code: ProcedureCode
    name: str = Field(pattern="^[^\\x00-\\x1f\\x7f]+$", max_length=500)
    for_organisations: bool


class ProceduresReceived(Asked):
    """Toàn bộ danh sách: thủ tục không có trong đó coi như không còn tiếp nhận."""

    procedures: list[ProcedureReceived] = Field(max_length=3000)


@router.post(
    "/procedure-standings",
    auth=_TOKEN,
    response={200: Done},
    operation_id="tellProcedures",
    summary="Thủ tục mà hệ thống gọi tiếp nhận",
)
def procedures(request: CallerRequest, told: ProceduresReceived, key: IdempotencyKey) -> HttpResponse:
    """Để người đại diện của tổ chức được ghi nhận đúng thủ tục có thật."""

    def act() -> Done:
        rows = [desk_procedures.Told(one.code, one.name, one.for_organisations) for one in told.procedures]
        desk_procedures.take(rows, client_pk=request.auth.client_pk)
        return Done()

    return once(request, key, told, act)
