"""Phiếu, biên lai, biên nhận: opened beside the page, to be printed."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from motcua.desk import papers
from motcua.kernel.authority import Power
from motcua.press import render as print_form
from motcua.web.access import OfficerRequest, officer
from motcua.web.responses import file_response

_WORKERS = (Power.RECEIVE_DOSSIER, Power.PROCESS, Power.SIGN, Power.HAND_OUT)


@officer(*_WORKERS)
@require_GET
def notice(request: OfficerRequest, public_id: UUID, notice_id: UUID) -> HttpResponse:
    """Mẫu 02, 03, 04, dừng giải quyết, rút hồ sơ."""
    return shown(papers.notice_to_print(request.authority, public_id, notice_id))


@officer(*_WORKERS, Power.INSPECT)
@require_GET
def control_slip(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Phiếu kiểm soát quá trình giải quyết."""
    return shown(papers.control_slip_to_print(request.authority, public_id))


@officer(Power.RECEIVE_DOSSIER, Power.HAND_OUT)
@require_GET
def fee_receipt(request: OfficerRequest, public_id: UUID, charge_id: UUID) -> HttpResponse:
    """Biên lai thu phí, lệ phí."""
    return shown(papers.charge_to_print(request.authority, public_id, charge_id))


@officer(Power.RECEIVE_DOSSIER, Power.HAND_OUT)
@require_GET
def hand_out(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Biên nhận trả kết quả."""
    return shown(papers.hand_out_to_print(request.authority, public_id))


@officer(Power.RECEIVE_DOSSIER)
@require_GET
def visit(request: OfficerRequest, visit_id: UUID) -> HttpResponse:
    """Giấy tiếp nhận for all dossiers of one visit."""
    return shown(papers.visit_to_print(request.authority, visit_id))


def shown(printed: papers.Printed) -> HttpResponse:
    """Our own paper, not an upload: the browser's reader may show it, and nothing in it may run or load."""
    form, data = printed
    response = file_response(print_form(form, data), f"{form}.pdf", "application/pdf")
    response["Content-Disposition"] = f'inline; filename="{form}.pdf"'
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response
