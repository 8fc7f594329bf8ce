"""Diễn biến hồ sơ: what happened to the dossiers of the caller's unit and those below; nothing of anybody."""

from datetime import datetime

from ninja import Router, Schema

from motcua.api import cursors
from motcua.api.cursors import Cursor, Limit, Next
from motcua.api.guard import CallerRequest, Scope, SystemToken
from motcua.desk import feed

router = Router(tags=["Diễn biến hồ sơ"])


class DossierEvent(Schema):
    """``code``: mã hồ sơ, hoặc số tiếp nhận tạm khi chưa có mã. ``step``: bước của quy trình lúc đó."""

    code: str
    unit_code: str
    procedure_code: str
    kind: str
    from_state: str
    state: str
    step: str
    at: datetime


class DossierEvents(Schema):
    events: list[DossierEvent]
    next: Next


@router.get(
    "/dossier-events",
    auth=SystemToken(Scope.DOSSIER_EVENTS),
    response={200: DossierEvents},
    operation_id="dossierEvents",
    summary="Diễn biến hồ sơ, theo thứ tự, từ chỗ đã đọc",
)
def dossier_events(request: CallerRequest, cursor: Cursor = "", limit: Limit = 100) -> DossierEvents:
    """Mỗi dòng đúng một lần khi đi tiếp bằng “next”; dòng mới có sau khoảng một giây."""
    after = cursors.position_of(request, cursor)
    found = feed.lines(top_unit=request.auth.unit_id, after=int(after or 0), limit=limit)
    last = str(found[-1].number) if found else after or "0"
    return DossierEvents(
        events=[
            DossierEvent(
                code=line.code,
                unit_code=line.unit_code,
                procedure_code=line.procedure_code,
                kind=line.kind,
                from_state=line.from_state,
                state=line.state,
                step=line.step,
                at=line.at,
            )
            for line in found
        ],
        next=cursors.given(request, last),
    )
