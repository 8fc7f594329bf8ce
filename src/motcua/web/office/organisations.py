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

from motcua.accounts import mandate_reading, mandate_requests, organisations, standing_mandates
from motcua.files.reasons import FileRefused
from motcua.kernel.authority import Power
from motcua.kernel.refusal import Refusal
from motcua.kernel.tax_code import TaxCode
from motcua.web.access import OfficerRequest, officer
from motcua.web.day_field import DayField
from motcua.web.forms_base import CitizenIdField, Form, PlainTextField, UploadField, ValueField
from motcua.web.office import standing
from motcua.web.outside import antivirus

_FIELD_OF = {
    "mandate_scope_not_codes": "scope",
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


class Granted(Form):
    """One mandate, from the paper that was shown."""

    representative = CitizenIdField(label="Số CMND/CCCD của người đại diện")
    basis = forms.ChoiceField(
        label="Căn cứ đại diện", choices=mandate_requests.Basis.choices, widget=forms.RadioSelect
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
    scan = UploadField(
        label="Bản quét giấy tờ",
        endings=(".pdf",),
        help_text="Một tệp PDF quét từ bản chính, không quá 5 MB. Người duyệt xem bản quét này.",
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("basis") == mandate_requests.Basis.AUTHORISED and not given.get("valid_to"):
            self.add_error("valid_to", "Đề nghị ghi ngày hết hiệu lực của việc ủy quyền.")
        if given.get("proof_on") and given["proof_on"] > timezone.localdate():
            self.add_error("proof_on", "Ngày cấp không thể sau hôm nay. Đề nghị xem lại trên giấy tờ.")
        return given

    def granting(self) -> mandate_requests.Granting:
        given = self.cleaned_data
        return mandate_requests.Granting(
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
    account = mandate_reading.organisation_of(public_id)
    today = f"{timezone.localdate():%d/%m/%Y}"
    form = Granted(request.POST or None, request.FILES or None, initial={"valid_from": today})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            _ask(request, public_id, form)
        except Refusal as no:
            form.refuse(no, _FIELD_OF.get(no.code, "scan" if isinstance(no, FileRefused) else None))
            status = no.status
        else:
            return redirect(f"{reverse('office:organisation', args=[public_id])}?da=dai-dien-xin")
    facts = {
        **standing.page(
            request, "organisations", ("Tổ chức, người đại diện", reverse("office:organisations"))
        ),
        "organisation": account,
        "tax_code": organisations.tax_code_of(account),
        "mandates": [
            (each, standing_mandates.stands(each), standing_mandates.words_of(each))
            for each in organisations.mandates_of(account)
        ],
        "waiting": [
            (each, standing_mandates.words_of(each), opens)
            for each, opens in mandate_reading.waiting_of(account, request.authority)
        ],
        "form": form,
    }
    return render(request, "office/to_chuc_mot.html", facts, status=status)


def _ask(request: OfficerRequest, organisation: UUID, form: Granted) -> None:
    """The scan is looked through before anything is asked about anybody."""
    given = form.cleaned_data["scan"]
    scan = mandate_requests.check_scan(
        authority=request.authority, data=given.read(), name=given.name or "", antivirus=antivirus()
    )
    mandate_requests.ask(
        authority=request.authority, organisation=organisation, granting=form.granting(), scan=scan
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
