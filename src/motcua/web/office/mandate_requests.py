"""Duyệt người đại diện: what waits for a second officer, the scanned proof page by page, and the decision."""

from typing import Final
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from motcua.accounts import mandate_reading, mandate_requests, standing_mandates
from motcua.accounts.mandate_reading import Shown, Sort
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import staff, tree
from motcua.web import looking, scope_words
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.forms_base import Form, PlainTextField
from motcua.web.office import deciders, standing
from motcua.web.office.paging import page_asked_for

_TITLE: Final = "Duyệt người đại diện"
TAGS: Final = {"WAITING": "info", "APPROVED": "success", "DECLINED": "warning", "WITHDRAWN": "neutral"}
_SHOWN: Final = {Shown.WAITING: "Chờ duyệt", Shown.ALL: "Tất cả"}
_SORTS: Final = {
    Sort.OLDEST: "Chờ lâu nhất trước",
    Sort.NEWEST: "Mới nhất trước",
    Sort.NAME: "Tên tổ chức từ A đến Z",
}


class Search(Form):
    """Posted: a name does not stand in an address."""

    words = PlainTextField(label="Tên tổ chức hoặc người đại diện", max_length=100, required=False)
    shown = forms.ChoiceField(label="Tình trạng", required=False, choices=list(_SHOWN.items()))
    sort = forms.ChoiceField(label="Sắp xếp", required=False, choices=list(_SORTS.items()))


class Reason(Form):
    reason = PlainTextField(label="Lý do (khi không duyệt)", max_length=300, lines=True, required=False)


@officer(Power.OPEN_ACCOUNT, Power.APPROVE_EXCEPTION)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """The requests of the officer's unit and those below."""
    form = Search(request.POST or None)
    given = form.cleaned_data if form.is_valid() else {}
    wanted = mandate_reading.Search(
        words=given.get("words", ""),
        shown=Shown(given.get("shown") or Shown.WAITING),
        sort=Sort(given.get("sort") or Sort.OLDEST),
    )
    page = mandate_reading.listing(request.authority, wanted, page=page_asked_for(request))
    units = tree.names_of([row.asked_unit_code for row in page.rows])
    facts = {
        **standing.page(request, "mandate_requests", (_TITLE, "")),
        "form": form,
        "rows": [
            (row, TAGS[row.decision], units.get(row.asked_unit_code, row.asked_unit_code))
            for row in page.rows
        ],
        "number": page.number,
        "previous": page.number - 1,
        "next": page.number + 1 if page.more else 0,
        "filtered": bool(wanted.words or wanted.shown is Shown.ALL),
    }
    return render(request, "office/nguoi_dai_dien.html", facts, status=422 if form.errors else 200)


@officer(Power.OPEN_ACCOUNT, Power.APPROVE_EXCEPTION)
@stepped_up(when=lambda request: request.POST.get("act") == "approve")
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """What was asked beside its proof; “Duyệt”, “Không duyệt”, “Rút đề nghị”."""
    form, status = Reason(request.POST or None), 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                said = _done(request, public_id, form.cleaned_data["reason"])
            except Refusal as no:
                form.refuse(no, "reason" if no.code == "mandate_reason_wanted" else None)
                status = no.status
            else:
                return redirect(f"{reverse('office:mandate_requests')}?da={said}")
    row = mandate_reading.one(request.authority, public_id)
    names = staff.officers_by_subject([who for who in (row.asked_by, row.decided_by) if who])
    units = tree.names_of([code for code in (row.asked_unit_code, row.decided_unit_code) if code])
    readable = row.scan.purged_at is None
    facts = {
        **standing.page(
            request,
            "mandate_requests",
            (_TITLE, reverse("office:mandate_requests")),
            (row.organisation.person.full_name, ""),
        ),
        "asked": row,
        "words": standing_mandates.words_of(row),
        "named": scope_words.names_in([row])(row),
        "tag": TAGS[row.decision],
        "asked_by": names[row.asked_by].full_name if row.asked_by in names else "",
        "asked_unit": units.get(row.asked_unit_code, ""),
        "decided_by": deciders.named(names, row.decided_by),
        "decided_unit": units.get(row.decided_unit_code, ""),
        "waits": row.decision == "WAITING",
        "mine": row.asked_by == request.authority.subject,
        "readable": readable,
        "form": form,
        **looking.turned_to(request, (row.scan.page_count or 0) if readable else 0),
    }
    return render(request, "office/nguoi_dai_dien_mot.html", facts, status=status)


@officer(Power.OPEN_ACCOUNT, Power.APPROVE_EXCEPTION)
@require_GET
def proof_page(request: OfficerRequest, public_id: UUID, page: int) -> HttpResponse:
    """One page of the scanned proof, with the viewer's name and the time across it."""
    proof = mandate_reading.open_proof(authority=request.authority, request=public_id, page=page)
    colleague = staff.officer_of(request.authority.subject)
    words = looking.officers_words(colleague.full_name if colleague else "Cán bộ", request.authority.subject)
    return looking.page_response(proof.data, proof.kind, page=page, words=words)


def _done(request: OfficerRequest, public_id: UUID, reason: str) -> str:
    """Carry out the button that was pressed; the word of what is said then."""
    match request.POST.get("act", ""):
        case "approve":
            mandate_requests.approve(authority=request.authority, request=public_id)
            return "dai-dien"
        case "decline":
            mandate_requests.decline(authority=request.authority, request=public_id, reason=reason)
            return "dai-dien-khong"
        case "withdraw":
            mandate_requests.withdraw(authority=request.authority, request=public_id)
            return "dai-dien-rut"
    raise NotFound
