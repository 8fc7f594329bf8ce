"""Nộp hồ sơ trực tuyến: choose a procedure, fill in a draft that is never lost, send it."""

import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from motcua.desk import filing as rooms
from motcua.desk import filing_drafts, filing_sending
from motcua.desk.filing_drafts import Draft
from motcua.desk.slips import fee_words
from motcua.kernel.refusal import NotFound, Refusal
from motcua.web.access import VisitorRequest, signed_in
from motcua.web.citizen.filing_forms import Filled, PlaceChosen, ProcedureSearch
from motcua.web.outside import account_registry, antivirus, owners_vault
from motcua.web.responses import kept_file_response

if TYPE_CHECKING:
    from django.core.files import File

_MOST_PAGES = 200
_DROP = "bo-tep-"
_SAID = {
    "luu": "Đã lưu bản nháp. Bản nháp được giữ 30 ngày kể từ lần lưu cuối.",
    "tep": "Đã bỏ tệp khỏi bản nháp.",
    "xoa": "Đã xóa bản nháp và các tệp kèm theo.",
}


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def listing(request: VisitorRequest) -> HttpResponse:
    """What may be filed, and what was begun. The search is posted: people type whatever they like."""
    form = ProcedureSearch(request.POST or None)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    organisation = request.visitor.organisation
    page = rooms.procedures(
        organisation=organisation,
        within=request.visitor.scope,
        words=words,
        number=_page_of(request),
        on=timezone.localdate(),
    )
    facts = {
        "nav_here": "filing",
        "form": form,
        "page": page,
        "previous": page.number - 1,
        "searched": bool(words),
        "drafts": filing_drafts.drafts_of(
            request.visitor.subject,
            organisation=organisation,
            within=request.visitor.scope,
            on=timezone.localdate(),
        ),
        "said": _SAID.get(request.GET.get("da", ""), ""),
    }
    return render(request, "citizen/nop_danh_sach.html", facts, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def procedure(request: VisitorRequest, code: str) -> HttpResponse:
    """One procedure: who may ask, how long, what it costs, which papers; where to file it."""
    organisation = request.visitor.organisation
    about = rooms.procedure(
        code, organisation=organisation, within=request.visitor.scope, on=timezone.localdate()
    )
    places = [
        (place.code, f"{place.name}{f' – {place.address}' if place.address else ''}")
        for place in about.places
    ]
    form = PlaceChosen(places, request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            draft_id = filing_drafts.begin(
                subject=request.visitor.subject,
                code=code,
                unit_code=form.cleaned_data["unit"],
                organisation=organisation,
                within=request.visitor.scope,
                on=timezone.localdate(),
            )
        except Refusal as no:
            form.refuse(no)
            status = no.status
        else:
            return redirect("citizen:filing_draft", public_id=draft_id)
    facts = {
        "nav_here": "filing",
        "about": about,
        "form": form,
        "fee": fee_words(about.procedure),
    }
    return render(request, "citizen/nop_thu_tuc.html", facts, status=status)


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def draft(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """The form. Whatever is posted is saved first; then it is judged, if it was meant to be sent."""
    subject, within = request.visitor.subject, request.visitor.scope
    if done := filing_sending.already(subject, public_id):
        return redirect("citizen:dossier", public_id=done.public_id)
    seen = filing_drafts.draft_of(
        subject,
        public_id,
        organisation=request.visitor.organisation,
        within=within,
        on=timezone.localdate(),
    )
    if request.method == "GET":
        return _page(request, _form(request, seen))
    form = _form(request, seen, posted=True)
    form.is_valid()
    act = request.POST.get("act", "")
    _take_files(request, form)
    version = seen.about.procedure.pk if act == "gui" else _version(request, seen)
    filing_drafts.save(subject, public_id, form.typed(), version=version, within=within)
    if act.startswith(_DROP):
        return _dropped(request, seen, act.removeprefix(_DROP))
    if act == "gui":
        return _sent(request, form)
    if form.only_errors_of_files():
        return _page(request, form, status=422)
    return redirect(f"{reverse('citizen:filing_draft', args=[public_id])}?da=luu")


@signed_in
@require_http_methods(["GET", "POST"])
def delete(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """Asked once more: what is thrown away is gone."""
    if request.method == "POST":
        filing_drafts.delete(request.visitor.subject, public_id, within=request.visitor.scope)
        return redirect(f"{reverse('citizen:filing')}?da=xoa")
    listed = filing_drafts.drafts_of(
        request.visitor.subject,
        organisation=request.visitor.organisation,
        within=request.visitor.scope,
        on=timezone.localdate(),
    )
    one = next((each for each in listed if each.public_id == public_id), None)
    if one is None:
        raise NotFound
    return render(request, "citizen/nop_xoa.html", {"nav_here": "filing", "draft": one})


@signed_in
@require_GET
def file(request: VisitorRequest, public_id: UUID, file_id: UUID) -> HttpResponse:
    """An own file of the draft, to look at it once more."""
    data, name, kind = filing_drafts.read(
        request.visitor.subject, public_id, file_id, within=request.visitor.scope
    )
    return kept_file_response(data, name, kind)


def _form(request: VisitorRequest, seen: Draft, *, posted: bool = False) -> Filled:
    visitor = request.visitor
    return Filled(
        seen,
        lambda: rooms.own_papers(
            session=visitor.session_public_id,
            subject=visitor.subject,
            components=seen.about.components,
            procedure_code=seen.about.procedure.code,
            registry=account_registry(),
            vault=owners_vault(),
        ),
        rooms.is_staff(visitor.subject),
        request.POST if posted else None,
        request.FILES if posted else None,
    )


def _take_files(request: VisitorRequest, form: Filled) -> None:
    """Inspected one by one: a bad one is said beside its box, the others are kept."""
    for component in form.draft.about.components:
        nth = component.order
        given: File[bytes] | None = form.cleaned_data.get(f"file_{nth}")
        if not given:
            continue
        try:
            attached = filing_drafts.attach(
                subject=request.visitor.subject,
                public_id=form.draft.public_id,
                order=nth,
                data=bytes(given.read()),
                name=given.name or "",
                antivirus=antivirus(),
                now=timezone.now(),
                within=request.visitor.scope,
            )
        except Refusal as no:
            form.refuse(no, f"file_{nth}")
        else:
            form.remember(nth, attached)


def _dropped(request: VisitorRequest, seen: Draft, nth: str) -> HttpResponse:
    orders = {str(component.order): component.order for component in seen.about.components}
    if nth not in orders:
        raise NotFound
    filing_drafts.detach(request.visitor.subject, seen.public_id, orders[nth], within=request.visitor.scope)
    return redirect(f"{reverse('citizen:filing_draft', args=[seen.public_id])}?da=tep")


def _sent(request: VisitorRequest, form: Filled) -> HttpResponse:
    form.require_whole()
    if form.errors:
        return _page(request, form, status=422)
    try:
        dossier = filing_sending.send(
            session=request.visitor.session_public_id,
            subject=request.visitor.subject,
            draft_id=form.draft.public_id,
            form=form.filing(),
            organisation=request.visitor.organisation,
            registry=account_registry(),
            vault=owners_vault(),
            now=timezone.now(),
            on=timezone.localdate(),
        )
    except Refusal as no:
        form.refuse(no)
        return _page(request, form, status=no.status)
    return redirect(f"{reverse('citizen:dossier', args=[dossier.public_id])}?da=gui")


def _page(request: VisitorRequest, form: Filled, *, status: int = 200) -> HttpResponse:
    form.ask()
    procedure = form.draft.about.procedure
    facts = {
        "nav_here": "filing",
        "form": form,
        "draft": form.draft,
        "about": form.draft.about,
        "fee": fee_words(procedure),
        "said": _SAID.get(request.GET.get("da", ""), "") if request.method == "GET" else "",
    }
    return render(request, "citizen/nop_nhap.html", facts, status=status)


def _version(request: VisitorRequest, seen: Draft) -> int:
    """The version that the saved page was drawn from: another one in force is still said the next time."""
    given = request.POST.get("version", "")
    return int(given) if re.fullmatch(r"[0-9]{1,18}", given) else seen.about.procedure.pk


def _page_of(request: VisitorRequest) -> int:
    given = request.POST.get("trang", "")
    return min(int(given), _MOST_PAGES) if re.fullmatch(r"[0-9]{1,4}", given) else 1
