"""Hồ sơ của tôi: what the offices hold for the owner and how far it is."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from motcua.desk import dossiers as rooms
from motcua.desk import slips
from motcua.press import render as print_form
from motcua.web.access import VisitorRequest, signed_in
from motcua.web.responses import pdf_response

_LONGEST_CURSOR = 200


@signed_in
@require_GET
def listing(request: VisitorRequest) -> HttpResponse:
    """Newest first, by pages."""
    cursor = request.GET.get("sau", "")[:_LONGEST_CURSOR] or None
    page = rooms.dossiers_of_owner(request.visitor.subject, cursor=cursor, limit=20)
    return render(
        request, "citizen/ho_so.html", {"nav_here": "dossiers", "page": page, "paged": cursor is not None}
    )


@signed_in
@require_GET
def one(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """One dossier: state, papers, history."""
    dossier = rooms.dossier_of_owner(request.visitor.subject, public_id)
    facts = [
        ("Mã hồ sơ", dossier.code or dossier.provisional_number or ""),
        ("Thủ tục", dossier.procedure.name),
        ("Nơi tiếp nhận", dossier.unit.name),
        ("Trạng thái", dossier.get_state_display()),
        ("Hẹn trả", dossier.due_words),
    ]
    return render(
        request, "citizen/mot_ho_so.html", {"nav_here": "dossiers", "dossier": dossier, "facts": facts}
    )


@signed_in
@require_GET
def slip(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """The receipt again."""
    dossier = rooms.dossier_of_owner(request.visitor.subject, public_id)
    form, data = slips.slip_of(dossier)
    return pdf_response(print_form(form, data), f"{form}.pdf")
