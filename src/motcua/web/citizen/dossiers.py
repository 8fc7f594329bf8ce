"""Hồ sơ của tôi: what the offices hold for the owner and how far it is."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from motcua.desk import dossiers as rooms
from motcua.desk import filing_life, paying, signatures, slips
from motcua.desk.filing_life import OwnDeed
from motcua.desk.states import State
from motcua.kernel.refusal import NotFound
from motcua.press import render as print_form
from motcua.units.letterheads import called
from motcua.web.access import VisitorRequest, signed_in
from motcua.web.outside import result_signer
from motcua.web.responses import pdf_response

_LONGEST_CURSOR = 200
_SAID = {
    "gui": (
        "Đã gửi hồ sơ. Khi cán bộ tiếp nhận, mã hồ sơ và ngày hẹn trả hiện ở đây "
        "và được nhắn tới điện thoại của ông/bà."
    ),
    "bo-sung": "Đã gửi giấy tờ bổ sung. Việc giải quyết được tiếp tục.",
    "rut": "Đã rút hồ sơ.",
    "danh-gia": "Cảm ơn ông/bà đã đánh giá.",
}


@signed_in
@require_GET
def listing(request: VisitorRequest) -> HttpResponse:
    """Newest first, by pages."""
    cursor = request.GET.get("sau", "")[:_LONGEST_CURSOR] or None
    page = rooms.dossiers_of_owner(
        request.visitor.subject, within=request.visitor.scope, cursor=cursor, limit=20
    )
    return render(
        request, "citizen/ho_so.html", {"nav_here": "dossiers", "page": page, "paged": cursor is not None}
    )


@signed_in
@require_GET
def one(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """One dossier: state, papers, history."""
    dossier = rooms.dossier_of_owner(request.visitor.subject, public_id, within=request.visitor.scope)
    facts = [
        ("Mã hồ sơ", dossier.code or dossier.provisional_number or "Cấp khi được tiếp nhận"),
        ("Thủ tục", dossier.procedure.name),
        ("Nơi tiếp nhận", called(dossier.unit, on=timezone.localdate())),
        ("Trạng thái", dossier.get_state_display()),
        ("Nộp lúc", f"{timezone.localtime(dossier.arrived_at):%H:%M %d/%m/%Y}"),
        ("Hẹn trả", dossier.due_shown),
    ]
    standing = filing_life.standing_of(dossier)
    if dossier.person_name:
        facts.insert(2, ("Người được giải quyết", dossier.person_name))
    if standing.at_step:
        facts.insert(-2, ("Đang ở bước", f"{standing.at_step} – {standing.at_unit}"))
    return render(
        request,
        "citizen/mot_ho_so.html",
        {
            "nav_here": "dossiers",
            "dossier": dossier,
            "facts": facts,
            "bills": paying.bills_of(dossier),
            "standing": standing,
            "signature": signatures.of_owner(
                request.visitor.subject, public_id, result_signer(), within=request.visitor.scope
            )
            if standing.hand_out
            else None,
            "urgent": any(deed != OwnDeed.WITHDRAW for deed in standing.deeds),
            "may_withdraw": OwnDeed.WITHDRAW in standing.deeds,
            "way": [step.name for step in standing.way],
            "has_slip": bool(dossier.code) or dossier.state == State.PROVISIONAL,
            "said": _SAID.get(request.GET.get("da", ""), ""),
        },
    )


@signed_in
@require_GET
def slip(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """The receipt again."""
    dossier = rooms.dossier_of_owner(request.visitor.subject, public_id, within=request.visitor.scope)
    if not (dossier.code or dossier.provisional_number):
        raise NotFound  # filed online and not accepted yet: there is nothing to print
    form, data = slips.slip_of(dossier)
    return pdf_response(print_form(form, data), f"{form}.pdf")
