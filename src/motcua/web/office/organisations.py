"""Tổ chức và người đại diện: registered at the desk before the papers; found by the tax code, never by a list."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from motcua.accounts import mandate_reading, mandate_requests, organisations, standing_mandates
from motcua.files.reasons import FileRefused
from motcua.kernel.authority import Power
from motcua.kernel.refusal import Refusal
from motcua.kernel.tax_code import TaxCode
from motcua.web import scope_words
from motcua.web.access import OfficerRequest, officer
from motcua.web.forms_base import Form, PlainTextField, ValueField
from motcua.web.office import standing
from motcua.web.office.mandate_form import Granted
from motcua.web.outside import antivirus, procedure_catalogue

_FIELD_OF = {
    "mandate_scope_unknown": "scope",
    "mandate_scope_not_codes": "codes",
    "representative_unknown": "representative",
    "mandate_stands_already": "representative",
    "mandate_last_day_passed": "valid_to",
}


class TaxCodeField(ValueField):
    """→ TaxCode."""

    autocomplete = "off"

    def parse(self, raw: str) -> TaxCode:
        return TaxCode.parse(raw)


class Sought(Form):
    tax_code = TaxCodeField(label="Mã số thuế", help_text="10 chữ số, hoặc 13 chữ số với đơn vị phụ thuộc.")


class Registered(Sought):
    name = PlainTextField(
        label="Tên tổ chức", max_length=200, help_text="Viết đúng như trên giấy chứng nhận đăng ký."
    )


@officer(Power.OPEN_ACCOUNT)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def find(request: OfficerRequest) -> HttpResponse:
    """By the tax code: to its page; unknown: register it here, its papers in hand."""
    registering = request.POST.get("act") == "dang-ky"
    form: Form = (Registered if registering else Sought)(request.POST or None)
    unknown = False
    if form.is_valid():
        try:
            if registering:
                account = organisations.register(
                    authority=request.authority,
                    tax_code=form.cleaned_data["tax_code"],
                    name=form.cleaned_data["name"],
                )
                return redirect("office:organisation", public_id=account.public_id)
            found = organisations.organisations(request.authority, tax_code=form.cleaned_data["tax_code"])
        except Refusal as no:
            form.refuse(no)
            return _find_page(request, form, registering=registering, status=no.status)
        if found:
            return redirect("office:organisation", public_id=found[0].public_id)
        form, unknown = Registered(initial={"tax_code": request.POST["tax_code"]}), True
    return _find_page(
        request, form, registering=registering or unknown, unknown=unknown, status=422 if form.errors else 200
    )


@officer(Power.OPEN_ACCOUNT)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The organisation, who may act for it, and the form for another."""
    account = mandate_reading.organisation_of(public_id)
    today = f"{timezone.localdate():%d/%m/%Y}"
    form = Granted(request.POST or None, request.FILES or None, initial={"valid_from": today})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            _ask(request, public_id, form)
        except Refusal as no:
            beside = _FIELD_OF.get(no.code, "scan" if isinstance(no, FileRefused) else None)
            form.refuse(no, beside if beside in form.fields else None)
            status = no.status
        else:
            return redirect(f"{reverse('office:organisation', args=[public_id])}?da=dai-dien-xin")
    held = organisations.mandates_of(account)
    waiting = mandate_reading.waiting_of(account, request.authority)
    named = scope_words.names_in([*held, *(each for each, _ in waiting)])
    facts = {
        **standing.page(
            request, "organisations", ("Tổ chức, người đại diện", reverse("office:organisations"))
        ),
        "organisation": account,
        "tax_code": organisations.tax_code_of(account),
        "mandates": [
            (each, standing_mandates.stands(each), standing_mandates.words_of(each), named(each))
            for each in held
        ],
        "waiting": [(each, standing_mandates.words_of(each), opens, named(each)) for each, opens in waiting],
        "form": form,
    }
    return render(request, "office/to_chuc_mot.html", facts, status=status)


one.repeatable = frozenset({"scope"})  # type: ignore[attr-defined]


def _ask(request: OfficerRequest, organisation: UUID, form: Granted) -> None:
    """The scan is looked through before anything is asked about anybody."""
    given = form.cleaned_data["scan"]
    scan = mandate_requests.check_scan(
        authority=request.authority, data=given.read(), name=given.name or "", antivirus=antivirus()
    )
    mandate_requests.ask(
        authority=request.authority,
        organisation=organisation,
        granting=form.granting(),
        scan=scan,
        catalogue=procedure_catalogue(),
    )


@officer(Power.OPEN_ACCOUNT)
@require_POST
def revoke(request: OfficerRequest, public_id: UUID, mandate_id: UUID) -> HttpResponse:
    """At once."""
    mandate_reading.organisation_of(public_id)
    organisations.revoke(
        authority=request.authority,
        organisation=public_id,
        mandate=mandate_id,
        why=request.POST.get("why", ""),
    )
    return redirect(f"{reverse('office:organisation', args=[public_id])}?da=thu-hoi")


def _find_page(
    request: OfficerRequest, form: Form, *, registering: bool, unknown: bool = False, status: int = 200
) -> HttpResponse:
    facts = {
        **standing.page(request, "organisations", ("Tổ chức, người đại diện", "")),
        "form": form,
        "registering": registering,
        "unknown": unknown,
    }
    return render(request, "office/to_chuc.html", facts, status=status)
