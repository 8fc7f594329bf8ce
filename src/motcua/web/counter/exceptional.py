"""Trường hợp ngoại lệ: asked for with a reason, approved by the head of the desk, then received."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.desk import catalogue, day_at_the_desk, exceptions
from motcua.kernel.authority import Power
from motcua.kernel.refusal import Refusal
from motcua.web.access import OfficerRequest, officer
from motcua.web.counter import forms, receiving
from motcua.web.counter.reception_form import About


@officer(Power.RECEIVE_DOSSIER, Power.APPROVE_EXCEPTION)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """What waits for the viewer's decision, and what the viewer asked for."""
    may_ask = request.authority.may(Power.RECEIVE_DOSSIER)
    may_decide = request.authority.may(Power.APPROVE_EXCEPTION)
    facts = {
        "nav_here": "exceptions",
        "may_ask": may_ask,
        "may_decide": may_decide,
        "waiting": exceptions.waiting(request.authority) if may_decide else [],
        "asked": day_at_the_desk.exceptions_asked(request.authority) if may_ask else [],
        "subject": request.authority.subject,
    }
    return render(request, "counter/ngoai_le.html", facts)


@officer(Power.RECEIVE_DOSSIER)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def ask(request: OfficerRequest) -> HttpResponse:
    """The receiving officer says why this owner cannot have an account."""
    form = forms.ExceptionAsked(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            exceptions.ask(
                authority=request.authority,
                reason_kind=form.cleaned_data["reason_kind"],
                reason=form.cleaned_data["reason"],
                owner_name=form.cleaned_data["owner_name"].value,
                paper=form.cleaned_data["paper"],
            )
        except exceptions.ReasonMissing as no:
            form.refuse(no, "reason")
        except Refusal as no:
            form.refuse(no)
            status = no.status
        else:
            return redirect("counter:exceptions")
    return render(
        request, "counter/ngoai_le_them.html", {"nav_here": "exceptions", "form": form}, status=status
    )


@officer(Power.APPROVE_EXCEPTION)
@require_POST
def decide(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Duyệt” or “Không duyệt”; never by the one who asked."""
    act = exceptions.approve if request.POST.get("act") == "approve" else exceptions.decline
    act(authority=request.authority, exception_id=public_id)
    return redirect("counter:exceptions")


@officer(Power.RECEIVE_DOSSIER)
@require_http_methods(["GET", "POST"])
def choose(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Thủ tục and quy trình of an approved exception."""
    row = day_at_the_desk.approved_exception(request.authority, public_id)
    procedures = catalogue.procedures_for(request.authority, on=timezone.localdate())
    form = forms.Choice(procedures, request.POST or None)
    if form.is_valid():
        address = reverse("counter:exception_reception", kwargs={"public_id": public_id})
        chosen = {"thu-tuc": form.cleaned_data["procedure"], "quy-trinh": form.cleaned_data["process"]}
        return HttpResponseRedirect(f"{address}?{urlencode(chosen)}")
    facts = {"nav_here": "exceptions", "form": form, "exception": row}
    return render(request, "counter/ngoai_le_thu_tuc.html", facts, status=422 if form.is_bound else 200)


@officer(Power.RECEIVE_DOSSIER)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def receive(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The reception form without an account; the slip says so."""
    row = day_at_the_desk.approved_exception(request.authority, public_id)
    dossier = getattr(row, "dossier", None)
    if request.method == "GET" and dossier is not None:
        return redirect("counter:received", public_id=dossier.public_id)
    process = catalogue.process_of(
        request.authority,
        request.GET.get("thu-tuc", "")[:40],
        receiving.process_of(request),
        on=timezone.localdate(),
    )
    about = About(
        process=process,
        components=catalogue.components_of(process.procedure),
        owner_name=row.owner_name,
        exception=True,
    )
    if request.method == "GET":
        return receiving.opened(request, about)
    form = receiving.filled(request, about, counted_for=str(public_id))
    if form.errors:
        return receiving.page(request, form, status=422)
    return receiving.sent(
        request,
        form,
        lambda: (
            exceptions.receive(
                authority=request.authority,
                exception_id=public_id,
                form=form.submission(),
                now=timezone.now(),
            ).public_id
        ),
    )
