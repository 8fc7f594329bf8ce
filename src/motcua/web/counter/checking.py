"""Kiểm tra tài khoản (Phụ lục II): is the owner known to the portal, and for which procedure do they come."""

from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.desk import catalogue, checks, exceptions, numbering, visits
from motcua.kernel.authority import Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import Refusal
from motcua.kernel.tax_code import TaxCode
from motcua.web.access import OfficerRequest, officer
from motcua.web.counter import forms
from motcua.web.forms_base import spelling
from motcua.web.outside import account_registry

FOUND, NOT_FOUND, UNKNOWN = "FOUND", "NOT_FOUND", "UNKNOWN"


@officer(Power.RECEIVE_DOSSIER)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def check(request: OfficerRequest) -> HttpResponse:
    """The box and the button. Found leads on; the other answers are said here, the number stays in the box."""
    if request.method == "GET":
        left = numbering.left(request.authority.unit_id, timezone.now())
        return _box(request, forms.OwnerNumber().begin_here(), numbers_left=left)
    form = forms.OwnerNumber(request.POST)
    if not form.is_valid():
        return _box(request, form.begin_here(), status=422)
    number = form.cleaned_data["number"]
    try:
        view = checks.check_owner(
            authority=request.authority,
            number=number,
            old_number=form.old_number,
            registry=account_registry(),
            now=timezone.now(),
        )
    except Refusal as no:
        form.refuse(no)
        return _box(request, form, status=no.status)
    if view.answer == FOUND:
        return redirect("counter:checked", check_id=view.public_id)
    kept = {"number": spelling(number), "card_qr": form.cleaned_data["card_qr"]}
    return _box(request, forms.OwnerNumber(initial=kept), view=view, number=number)


@officer(Power.RECEIVE_DOSSIER)
@require_http_methods(["GET", "POST"])
def checked(request: OfficerRequest, check_id: UUID) -> HttpResponse:
    """The answer of one check; with it, thủ tục, quy trình and “Tiếp tục”."""
    view = visits.check_of(request.authority, check_id)
    if view.can_receive or view.can_receive_provisionally:
        return _choose(request, view)
    if view.answer == FOUND:
        return _found(request, view, None)
    number = visits.number_asked(request.authority, check_id)
    return _box(request, forms.OwnerNumber(initial={"number": spelling(number)}), view=view, number=number)


@officer(Power.RECEIVE_DOSSIER)
@require_POST
def check_again(request: OfficerRequest, check_id: UUID) -> HttpResponse:
    """“Kiểm tra lại” where the portal was silent; the number is not typed again."""
    view = visits.ask_again(
        authority=request.authority, check_id=check_id, registry=account_registry(), now=timezone.now()
    )
    if view.answer == NOT_FOUND:
        number = visits.number_asked(request.authority, check_id)
        return _box(
            request, forms.OwnerNumber(initial={"number": spelling(number)}), view=view, number=number
        )
    return redirect("counter:checked", check_id=view.public_id)


@officer(Power.RECEIVE_DOSSIER)
@require_GET
def processes(request: OfficerRequest) -> HttpResponse:
    """The processes of a procedure, as part of a page (htmx)."""
    form = _choice(request, {"procedure": request.GET.get("procedure", "")[:40]}, bound=False)
    return render(request, "counter/quy_trinh.html", {"form": form})


def form_address(check_id: UUID, process_id: int) -> str:
    """Where the reception form of a check is; holds nothing about a person."""
    address = reverse("counter:reception", kwargs={"check_id": check_id})
    return f"{address}?{urlencode({'quy-trinh': process_id})}"


def _choose(request: OfficerRequest, view: checks.CheckView) -> HttpResponse:
    if request.method == "GET":
        return _found(request, view, _choice(request, None, organisation=view.organisation))
    # Before the form is opened: at its end the whole of it would have been filled in, and drawn again, in vain.
    numbering.require_left(
        request.authority.unit_id, timezone.now(), provisional=view.can_receive_provisionally
    )
    form = _sent(request, organisation=view.organisation)
    if not form.is_valid():
        return _found(request, view, form, status=422)
    try:
        return _go_on(request, view, form)
    except Refusal as no:
        form = _choice(request, request.POST, organisation=view.organisation)
        form.refuse(no)
        return _found(request, view, form, status=no.status)


def _go_on(request: OfficerRequest, view: checks.CheckView, form: forms.Choice) -> HttpResponse:
    """To the reception form; a check that has grown old is made again without a word."""
    try:
        draft = _chosen(request, view.public_id, form)
    except checks.CheckTooOld:
        view = visits.ask_again(
            authority=request.authority,
            check_id=view.public_id,
            registry=account_registry(),
            now=timezone.now(),
        )
        if not view.can_receive and not view.can_receive_provisionally:
            return redirect("counter:checked", check_id=view.public_id)
        draft = _chosen(request, view.public_id, form)
    return HttpResponseRedirect(form_address(draft.check_id, draft.process.pk))


def _chosen(request: OfficerRequest, check_id: UUID, form: forms.Choice) -> checks.Draft:
    return checks.choose_procedure(
        authority=request.authority,
        check_id=check_id,
        procedure_code=form.cleaned_data["procedure"],
        process_id=form.cleaned_data["process"],
        registry=account_registry(),
        now=timezone.now(),
    )


def _sent(request: OfficerRequest, *, organisation: bool) -> forms.Choice:
    """With the one procedure that was chosen; with all of them only when they have to be offered again."""
    code = request.POST.get("procedure", "").strip()
    one = catalogue.procedure_for(request.authority, code, on=timezone.localdate(), organisation=organisation)
    form = forms.Choice([one] if one else [], request.POST)
    return form if form.is_valid() else _choice(request, request.POST, organisation=organisation)


def _choice(
    request: OfficerRequest, given: object, *, bound: bool = True, organisation: bool = False
) -> forms.Choice:
    procedures = catalogue.procedures_for(
        request.authority, on=timezone.localdate(), organisation=organisation
    )
    if bound:
        return forms.Choice(procedures, given)
    return forms.Choice(procedures, initial=given, level=catalogue.level_words(request.authority))


def _found(
    request: OfficerRequest, view: checks.CheckView, form: forms.Choice | None, *, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "counter/chon_thu_tuc.html",
        {
            "nav_here": "receive",
            "check": view,
            "form": form,
            "may_open_account": request.authority.may(Power.OPEN_ACCOUNT),
        },
        status=status,
    )


def _box(
    request: OfficerRequest,
    form: forms.OwnerNumber,
    *,
    view: checks.CheckView | None = None,
    number: checks.Number | None = None,
    numbers_left: int = numbering.MOST_A_DAY,
    status: int = 200,
) -> HttpResponse:
    """``numbers_left``: how many dossiers the unit can still receive today; said when they are few."""
    not_found = view is not None and view.answer == NOT_FOUND
    page = {
        "nav_here": "receive",
        "form": form,
        "check": view,
        "not_found": not_found,
        "organisation": not_found and isinstance(number, TaxCode),
        "unknown_place": isinstance(number, CitizenId) and number.has_unknown_place,
        "binds_from": exceptions.warns_until(request.authority, now=timezone.now())
        if not_found and not isinstance(number, TaxCode)
        else None,
        "unknown": view is not None and view.answer == UNKNOWN,
        "may_open_account": request.authority.may(Power.OPEN_ACCOUNT),
        "used_up": numbering.NumbersUsedUp().text if numbers_left <= 0 else "",
        "few_left": numbers_left if 0 < numbers_left <= numbering.FEW_LEFT else None,
    }
    return render(cast(HttpRequest, request), "counter/kiem_tra.html", page, status=status)
