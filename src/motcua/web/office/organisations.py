"""Tổ chức và người đại diện: registered at the desk before the papers; found by the tax code, never by a list."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from motcua.accounts import organisations
from motcua.kernel.authority import Power
from motcua.kernel.refusal import Refusal
from motcua.kernel.tax_code import TaxCode
from motcua.web.access import OfficerRequest, officer
from motcua.web.day_field import DayField
from motcua.web.forms_base import CitizenIdField, Form, PlainTextField, ValueField
from motcua.web.office import standing

_FIELD_OF = {"mandate_scope_not_codes": "scope", "representative_unknown": "representative"}


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


class Granted(Form):
    """One mandate, from the paper that was shown."""

    representative = CitizenIdField(label="Số CMND/CCCD của người đại diện")
    basis = forms.ChoiceField(
        label="Căn cứ đại diện", choices=organisations.Basis.choices, widget=forms.RadioSelect
    )
    proof = PlainTextField(
        label="Giấy tờ chứng minh",
        max_length=200,
        help_text="Ví dụ: Giấy chứng nhận đăng ký doanh nghiệp số …; Giấy ủy quyền số ….",
    )
    proof_on = DayField(label="Ngày cấp, ngày lập", required=True)
    valid_from = DayField(label="Có hiệu lực từ ngày", required=True)
    valid_to = DayField(
        label="Đến hết ngày", required=False, help_text="Bắt buộc khi đại diện theo ủy quyền."
    )
    scope = PlainTextField(
        label="Chỉ cho các thủ tục (mã, cách nhau bằng dấu phẩy)",
        max_length=400,
        required=False,
        help_text="Để trống: mọi thủ tục của tổ chức.",
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("basis") == organisations.Basis.AUTHORISED and not given.get("valid_to"):
            self.add_error("valid_to", "Đề nghị ghi ngày hết hiệu lực của việc ủy quyền.")
        if given.get("proof_on") and given["proof_on"] > timezone.localdate():
            self.add_error("proof_on", "Ngày cấp không thể sau hôm nay. Đề nghị xem lại trên giấy tờ.")
        return given

    def granting(self) -> organisations.Granting:
        given = self.cleaned_data
        return organisations.Granting(
            representative=given["representative"],
            basis=given["basis"],
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            proof=given["proof"],
            proof_on=given["proof_on"],
            scope=[code.strip() for code in given["scope"].split(",") if code.strip()],
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
    account = organisations.organisation_of(public_id)
    today = f"{timezone.localdate():%d/%m/%Y}"
    form = Granted(request.POST or None, initial={"valid_from": today})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            organisations.grant(authority=request.authority, organisation=public_id, granting=form.granting())
        except Refusal as no:
            form.refuse(no, _FIELD_OF.get(no.code))
            status = no.status
        else:
            return redirect(f"{reverse('office:organisation', args=[public_id])}?da=dai-dien")
    facts = {
        **standing.page(
            request, "organisations", ("Tổ chức, người đại diện", reverse("office:organisations"))
        ),
        "organisation": account,
        "tax_code": organisations.tax_code_of(account),
        "mandates": [
            (each, organisations.stands(each), organisations.words_of(each))
            for each in organisations.mandates_of(account)
        ],
        "form": form,
    }
    return render(request, "office/to_chuc_mot.html", facts, status=status)


@officer(Power.OPEN_ACCOUNT)
@require_POST
def revoke(request: OfficerRequest, public_id: UUID, mandate_id: UUID) -> HttpResponse:
    """At once."""
    organisations.organisation_of(public_id)
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
