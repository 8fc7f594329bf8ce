"""Dùng chung số điện thoại: a second officer approves or declines (threats C4)."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from motcua.accounts import assisted_reading, creation
from motcua.kernel.authority import Power
from motcua.units import staff, tree
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import standing


@officer(Power.APPROVE_EXCEPTION)
@require_GET
def waiting(request: OfficerRequest) -> HttpResponse:
    """What waits for this officer; never their own requests."""
    found = assisted_reading.shared_phones_waiting(request.authority)
    names = staff.officers_by_subject(each.asked_by for each in found)
    units = tree.names_of([each.unit_code for each in found])
    lines = [
        {
            "of": each,
            "who": names[each.asked_by].full_name if each.asked_by in names else "",
            "unit": units.get(each.unit_code, ""),
        }
        for each in found
    ]
    facts = {
        **standing.page(request, "shared_phones", ("Duyệt dùng chung số điện thoại", "")),
        "lines": lines,
    }
    return render(request, "office/dung_chung_so.html", facts)


@officer(Power.APPROVE_EXCEPTION)
@require_POST
def decide(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Duyệt” or “Từ chối”."""
    application = assisted_reading.shared_phone_waiting(request.authority, public_id)
    if request.POST.get("act") == "approve":
        creation.approve_shared_phone(authority=request.authority, application=application)
        said = "duyet"
    else:
        creation.decline_shared_phone(authority=request.authority, application=application)
        said = "tu-choi"
    return redirect(f"{reverse('office:shared_phones')}?da={said}")
