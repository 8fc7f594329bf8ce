"""Giấy tờ của con: a person with an own account gets the papers a parent's vault holds, by two officers."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from motcua.kernel.authority import Power
from motcua.kernel.refusal import Refusal
from motcua.units import staff, tree
from motcua.vault import own_papers
from motcua.web.access import OfficerRequest, officer
from motcua.web.forms_base import CitizenIdField, Form, PlainTextField
from motcua.web.office import standing

_TITLE = "Giấy tờ của con"
_FIELD_OF = {
    "vault_holder_unknown": "holder",
    "vault_subject_unknown": "own",
    "correction_same_owner": "own",
    "vault_correction_reason_wanted": "reason",
}


class Asked(Form):
    """Both people stand at the desk with their papers."""

    holder = CitizenIdField(
        label="Số CMND/CCCD của cha, mẹ, người giám hộ",
        help_text="Người có kho dữ liệu đang giữ giấy tờ của con.",
    )
    own = CitizenIdField(label="Số CMND/CCCD của con", help_text="Con đã có tài khoản riêng và đã kích hoạt.")
    reason = PlainTextField(
        label="Lý do",
        max_length=300,
        lines=True,
        help_text="Ghi giấy tờ chứng minh quan hệ đã xem, ví dụ: Giấy khai sinh số 12/2008.",
    )


@officer(Power.APPROVE_EXCEPTION)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def page(request: OfficerRequest) -> HttpResponse:
    """What waits for a second officer, and the form to ask."""
    form = Asked(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        given = form.cleaned_data
        try:
            own_papers.ask(
                authority=request.authority,
                holder=given["holder"],
                own=given["own"],
                reason=given["reason"],
            )
        except Refusal as no:
            form.refuse(no, _FIELD_OF.get(no.code))
            status = no.status
        else:
            return redirect(reverse("office:own_papers") + "?da=giay-to-con")
    found = own_papers.waiting(request.authority)
    officers = staff.officers_by_subject([each.asked_by for each in found])
    units = tree.names_of([each.unit_code for each in found])
    facts = {
        **standing.page(request, "own_papers", (_TITLE, "")),
        "form": form,
        "lines": [
            {
                "of": each,
                "who": officers[each.asked_by].full_name if each.asked_by in officers else "",
                "unit": units.get(each.unit_code, each.unit_code),
            }
            for each in found
        ],
    }
    return render(request, "office/giay_to_con.html", facts, status=status)


@officer(Power.APPROVE_EXCEPTION)
@require_POST
def decide(request: OfficerRequest, number: int) -> HttpResponse:
    """“Duyệt”, “Từ chối”, or one's own taken back."""
    if request.POST.get("act") == "approve":
        own_papers.approve(authority=request.authority, number=number)
        said = "giay-to-con-chuyen"
    else:
        own_papers.decline(authority=request.authority, number=number)
        said = "giay-to-con-thoi"
    return redirect(f"{reverse('office:own_papers')}?da={said}")
