"""Một đề nghị sửa chủ hồ sơ: what was asked beside its proof, page by page, and the second officer's two buttons."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from motcua.desk import misfiled, moving, owner_evidence
from motcua.kernel.authority import Power
from motcua.units import staff
from motcua.web import looking
from motcua.web.access import OfficerRequest, officer

_POWERS = (Power.RECEIVE_DOSSIER, Power.APPROVE_EXCEPTION)


@officer(*_POWERS)
@require_GET
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Who it is filed under, who is said to be right, and why; the buttons post to where the list's do."""
    asked = misfiled.correction_seen_by(request.authority, public_id)
    subject = request.authority.subject
    names = staff.officers_by_subject(
        [who for who in (asked.asked_by, asked.approved_by, asked.declined_by) if who]
    )
    decided_by = names.get(asked.approved_by or asked.declined_by)
    waits = asked.approved_at is None and asked.declined_at is None
    proof = asked.evidence
    readable = proof is not None and proof.purged_at is None
    seen = readable and owner_evidence.may_see(request.authority, asked)
    facts = {
        "nav_here": "owner_corrections",
        "asked": asked,
        "asked_by": names[asked.asked_by].full_name if asked.asked_by in names else "",
        "decided_by": decided_by.full_name if decided_by else "",
        "waits": waits,
        "mine": asked.asked_by == subject,
        "owner_here": subject in {asked.from_subject, asked.to_subject}
        or moving.is_filed_by(asked.dossier, subject),
        "may_decide": request.authority.may(Power.APPROVE_EXCEPTION),
        "readable": readable,
        "seen": seen,
        **looking.turned_to(request, (proof.page_count or 0) if proof is not None and seen else 0),
    }
    return render(request, "counter/sua_chu_mot.html", facts)


@officer(*_POWERS)
@require_GET
def page(request: OfficerRequest, public_id: UUID, page: int) -> HttpResponse:
    """One page of the proof, with the viewer's name and the time across it."""
    data, kind = owner_evidence.page_opened(authority=request.authority, correction_id=public_id, page=page)
    colleague = staff.officer_of(request.authority.subject)
    words = looking.officers_words(colleague.full_name if colleague else "Cán bộ", request.authority.subject)
    return looking.page_response(data, kind, page=page, words=words)
