"""Tiếp nhận khi chưa có tài khoản: before the unit's binding day the gate only warns, and the dossier is marked."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.desk import catalogue, exceptions
from motcua.kernel.authority import Power
from motcua.web.access import OfficerRequest, officer
from motcua.web.counter import forms, receiving
from motcua.web.counter.reception_form import About


@officer(Power.RECEIVE_DOSSIER)
@require_http_methods(["GET", "POST"])
def choose(request: OfficerRequest, check_id: UUID) -> HttpResponse:
    """Thủ tục and quy trình, on a check that found nobody."""
    exceptions.check_in_vain(request.authority, check_id, now=timezone.now())
    procedures = catalogue.procedures_for(request.authority, on=timezone.localdate())
    form = forms.Choice(procedures, request.POST or None)
    if form.is_valid():
        address = reverse("counter:unchecked_reception", kwargs={"check_id": check_id})
        chosen = {"thu-tuc": form.cleaned_data["procedure"], "quy-trinh": form.cleaned_data["process"]}
        return HttpResponseRedirect(f"{address}?{urlencode(chosen)}")
    facts = {
        "nav_here": "receive",
        "form": form,
        "binds_from": exceptions.warns_until(request.authority, now=timezone.now()),
    }
    return render(request, "counter/chua_co_tai_khoan.html", facts, status=422 if form.is_bound else 200)


@officer(Power.RECEIVE_DOSSIER)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def receive(request: OfficerRequest, check_id: UUID) -> HttpResponse:
    """The reception form with the owner's name typed."""
    exceptions.check_in_vain(request.authority, check_id, now=timezone.now())
    process = catalogue.process_of(
        request.authority,
        request.GET.get("thu-tuc", "")[:40],
        receiving.process_of(request),
        on=timezone.localdate(),
    )
    components = catalogue.components_of(process.procedure)
    about = About(process=process, components=components, owner_name="", unchecked=True)
    if request.method == "GET":
        return receiving.opened(request, about)
    form = receiving.filled(request, about, counted_for=str(check_id))
    if form.errors:
        return receiving.page(request, form, status=422)
    return receiving.sent(
        request,
        form,
        lambda: (
            exceptions.receive_unchecked(
                authority=request.authority,
                check_id=check_id,
                owner_name=form.cleaned_data["owner_name"].value,
                form=form.submission(),
                now=timezone.now(),
            ).public_id
        ),
    )
