"""Xem giấy tờ của hồ sơ: page by page, with the officer's name across each; the owner sees that it was looked at."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from motcua.desk import component_pages, supplementing
from motcua.kernel.authority import Power
from motcua.units import staff
from motcua.web import looking
from motcua.web.access import OfficerRequest, officer
from motcua.web.outside import owners_vault

if TYPE_CHECKING:
    from motcua.desk.models import DossierComponent

_READERS = (Power.RECEIVE_DOSSIER, Power.PROCESS, Power.SIGN)


@officer(*_READERS)
@require_GET
def look(request: OfficerRequest, public_id: UUID, order: int) -> HttpResponse:
    """The page around the picture: the dossier's data beside it, its other papers, the way on."""
    paper = component_pages.about(
        authority=request.authority, dossier_id=public_id, order=order, vault=owners_vault()
    )
    dossier = component_pages.dossier_beside(
        authority=request.authority, dossier_id=public_id, order=order, from_vault=paper.from_vault
    )
    versions = supplementing.in_versions(dossier.components.all())
    facts = {
        "nav_here": "dossiers",
        "dossier_id": public_id,
        "order": order,
        "paper": paper,
        "dossier": dossier,
        "papers": [each for each in versions if _may_be_looked_at(each.line)],
        "same": [each for each in versions if each.line.name == paper.name and each.several],
    }
    facts |= looking.turned_to(request, paper.pages)
    return render(request, "counter/xem_giay_to.html", facts)


def _may_be_looked_at(line: "DossierComponent") -> bool:
    own = line.file is not None and line.file.page_count is not None
    return own or (line.how == "VAULT" and bool(line.delivered_as))


@officer(*_READERS)
@require_GET
def page(request: OfficerRequest, public_id: UUID, order: int, page: int) -> HttpResponse:
    """One page of one component as a picture."""
    opened = component_pages.open_for_page(
        authority=request.authority, dossier_id=public_id, order=order, page=page, vault=owners_vault()
    )
    subject = request.authority.subject
    colleague = staff.officer_of(subject)
    words = looking.officers_words(colleague.full_name if colleague else "Cán bộ", subject)
    return looking.page_response(opened.data, opened.kind, page=page, words=words)
