"""Danh mục: units and procedures for other systems, and procedures from them."""

from datetime import date
from typing import Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from motcua.api import cursors
from motcua.api.cursors import Cursor, Limit
from motcua.api.guard import CallerRequest, Scope, SystemToken
from motcua.api.once import once
from motcua.api.values import Asked, IdempotencyKey
from motcua.desk.procedures import by_system, entries
from motcua.desk.procedures.versions import Item
from motcua.units import tree

router = Router(tags=["Danh mục"])
_READ = SystemToken(Scope.CATALOGUE_READ)
_WRITE = SystemToken(Scope.CATALOGUE_WRITE)


class UnitLine(Schema):
    """Một đơn vị, còn hoạt động hay đã đóng; ``successor``: đơn vị tiếp quản."""

    code: str
    name: str
    short_name: str
    kind: str
    parent: str | None
    successor: str | None
    district: str
    address: str
    phone: str
    dossier_prefix: str
    has_desk: bool
    valid_from: date
    valid_to: date | None


class Units(Schema):
    units: list[UnitLine]
    next: str | None = Field(None, description="Con trỏ của trang sau; null khi đã hết.")


@router.get(
    "/units",
    auth=_READ,
    response={200: Units},
    operation_id="exportUnits",
    summary="Đơn vị và đơn vị trực thuộc",
)
def units(request: CallerRequest, cursor: Cursor = "", limit: Limit = 100) -> Units:
    """Theo thứ tự của mã."""
    found = tree.listed(request.auth.unit_id, after=cursors.position_of(request, cursor), limit=limit + 1)
    shown = found[:limit]
    return Units(
        units=[
            UnitLine(
                code=one.code,
                name=one.name,
                short_name=one.short_name,
                kind=one.kind,
                parent=one.parent.code if one.parent else None,
                successor=one.successor.code if one.successor else None,
                district=one.district,
                address=one.address,
                phone=one.phone,
                dossier_prefix=one.dossier_prefix,
                has_desk=one.has_desk,
                valid_from=one.valid_from,
                valid_to=one.valid_to,
            )
            for one in shown
        ],
        next=cursors.given(request, shown[-1].code) if len(found) > limit else None,
    )


class ProcedureVersions(Schema):
    """Các phiên bản của một thủ tục, như tệp JSON kết xuất từ trang quản trị."""

    code: str
    versions: list[dict[str, Any]]


class Procedures(Schema):
    procedures: list[ProcedureVersions]
    next: str | None = Field(None, description="Con trỏ của trang sau; null khi đã hết.")


@router.get(
    "/procedures",
    auth=_READ,
    response={200: Procedures},
    operation_id="exportProcedures",
    summary="Danh mục thủ tục",
)
def procedures(request: CallerRequest, cursor: Cursor = "", limit: Limit = 20) -> Procedures:
    """Theo thứ tự của mã; mỗi phiên bản đủ thành phần, biểu mẫu, quy trình."""
    found = by_system.page(after=cursors.position_of(request, cursor), limit=limit + 1)
    shown = found[:limit]
    return Procedures(
        procedures=[ProcedureVersions(code=code, versions=list(kept)) for code, kept in shown],
        next=cursors.given(request, shown[-1][0]) if len(found) > limit else None,
    )


class ImportWanted(Asked):
    """``dry_run``: chỉ xem báo cáo từng dòng, chưa ghi gì."""

    shape: Literal["motcua-thu-tuc-1"]
    procedures: list[dict[str, Any]] = Field(min_length=1, max_length=500)
    dry_run: bool = True


class ImportLine(Schema):
    at: str
    code: str
    outcome: str
    words: str
    reasons: list[str]


class ImportReport(Schema):
    """``applied``: đã ghi. Có một dòng lỗi thì không dòng nào được ghi."""

    applied: bool
    changes: int
    lines: list[ImportLine]


@router.post(
    "/procedure-imports",
    auth=_WRITE,
    response={200: ImportReport},
    operation_id="importProcedures",
    summary="Nhập danh mục thủ tục",
)
def import_procedures(request: CallerRequest, wanted: ImportWanted, key: IdempotencyKey) -> HttpResponse:
    """Cùng dạng với tệp JSON của trang quản trị. Chỉ hệ thống của đơn vị cấp trên cùng."""

    def act() -> ImportReport:
        items = []
        for n, raw in enumerate(wanted.procedures, start=1):
            entry, said = entries.read(raw)
            items.append(Item(f"Mục {n}", entry, tuple(said)))
        plan = by_system.take_in(
            items,
            client_id=request.auth.client_id,
            unit_id=request.auth.unit_id,
            dry_run=wanted.dry_run,
            today=timezone.localdate(),
        )
        return ImportReport(
            applied=not (wanted.dry_run or plan.refused),
            changes=plan.changes,
            lines=[
                ImportLine(
                    at=line.at,
                    code=line.code,
                    outcome=line.outcome.value,
                    words=line.words,
                    reasons=list(line.reasons),
                )
                for line in plan.lines
            ],
        )

    return once(request, key, wanted, act)
