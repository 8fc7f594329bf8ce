"""Đính chính thông tin tiếp nhận: the small parts of the reception form again, with a reason."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.desk import correcting, submission
from motcua.desk.correcting import Correction, ResultWanted
from motcua.desk.submission import Contact, Filer, PersonConcerned
from motcua.kernel.authority import Power
from motcua.kernel.refusal import Refusal
from motcua.web.access import OfficerRequest, officer
from motcua.web.counter.reception_form import ContactPhoneField
from motcua.web.forms_base import BirthDateField, EmailField, Form, PersonNameField, PlainTextField


class CorrectionForm(Form):
    """Only what may be put right: whose dossier it is and its code have no box."""

    phone = ContactPhoneField(label="Số điện thoại liên hệ", required=False)
    email = EmailField(label="Email liên hệ", required=False)
    address = PlainTextField(label="Địa chỉ", max_length=300, required=False)
    filer_name = PersonNameField(label="Họ và tên người nộp", required=False)
    filer_relation = PlainTextField(label="Quan hệ, tư cách của người nộp", max_length=120, required=False)
    filer_proof = PlainTextField(label="Giấy tờ chứng minh của người nộp", max_length=300, required=False)
    person_name = PersonNameField(label="Họ và tên người được giải quyết", required=False)
    person_born = BirthDateField(label="Ngày sinh người được giải quyết", required=False)
    person_relation = PlainTextField(label="Quan hệ với chủ hồ sơ", max_length=120, required=False)
    result_wanted = forms.ChoiceField(
        label="Nhận kết quả", choices=ResultWanted.choices, widget=forms.RadioSelect
    )
    note = PlainTextField(label="Ghi chú", max_length=1000, lines=True, required=False)
    reason = PlainTextField(
        label="Lý do đính chính",
        max_length=500,
        help_text="Ví dụ: nhập nhầm số điện thoại. Lý do được lưu cùng hồ sơ.",
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        filer = [given.get(name) for name in ("filer_name", "filer_relation", "filer_proof")]
        # A parent or an heir files under the own account: a standing and a proof, and no other name.
        if not all(filer) if filer[0] else bool(filer[1]) != bool(filer[2]):
            self.add_error("filer_name", "Đề nghị ông/bà nhập đủ họ tên, tư cách và giấy tờ của người nộp.")
        if (given.get("person_born") or given.get("person_relation")) and not given.get("person_name"):
            self.add_error("person_name", "Đề nghị ông/bà nhập họ và tên người được giải quyết.")
        if given.get("result_wanted") == ResultWanted.POST and not given.get("address"):
            self.add_error("address", "Đề nghị ông/bà nhập địa chỉ nhận kết quả qua bưu chính.")
        return given

    def correction(self) -> Correction:
        """The values, for the desk."""
        given = self.cleaned_data
        filer, person, born = given["filer_name"], given["person_name"], given["person_born"]
        return Correction(
            contact=Contact(given["phone"], given["email"], given["address"]),
            filer=Filer(filer.value if filer else "", given["filer_relation"], given["filer_proof"]),
            person=PersonConcerned(
                person.value if person else "", born.shown if born else "", given["person_relation"]
            ),
            result_wanted=ResultWanted(given["result_wanted"]),
            note=given["note"],
        )


@officer(Power.RECEIVE_DOSSIER)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def correct(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The form as it was received; afterwards back to the dossier, to print form 01 again."""
    dossier = correcting.dossier_to_correct(request.authority, public_id)
    contact = submission.contact_of(dossier)
    phone = contact["phone"]
    names = ("filer_name", "filer_relation", "filer_proof", "person_name", "person_born", "person_relation")
    initial: dict[str, object] = {
        **{name: getattr(dossier, name) for name in (*names, "result_wanted", "note")},
        "phone": f"0{phone[3:]}" if phone.startswith("+84") else phone,
        "email": contact["email"],
        "address": contact["address"],
    }
    form = CorrectionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            correcting.correct(
                authority=request.authority,
                dossier_id=public_id,
                correction=form.correction(),
                reason=form.cleaned_data["reason"],
            )
        except Refusal as no:
            form.refuse(no, "reason" if no.code == "reason_wanted" else None)
        else:
            return HttpResponseRedirect(reverse("counter:dossier", args=[public_id]))
    facts = {"nav_here": "dossiers", "dossier": dossier, "form": form}
    return render(request, "counter/dinh_chinh.html", facts, status=422 if form.errors else 200)
