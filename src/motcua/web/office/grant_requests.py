"""Đề nghị cấp quyền: privileged rights before a second administrator, and what was not agreed to lately."""

import re
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound
from motcua.units import granting, staff
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.forms_base import Form, PlainTextField
from motcua.web.office import power_words, standing

_ROW: Final = re.compile(r"[1-9][0-9]{0,17}")


class Declined(Form):
    """Why it is not agreed to; the room says when it is missing. One on the page for each request."""

    reason = PlainTextField(label="Lý do không duyệt", max_length=300, lines=True, required=False)


@officer(Power.GRANT)
@stepped_up(when=lambda request: request.POST.get("act") == "approve")
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """What waits for a second administrator, and what another did not agree to within thirty days."""
    if request.method != "POST":
        return _page(request)
    row = _row(request)
    if request.POST.get("act") == "approve":
        granting.approve(authority=request.authority, request_id=row, on=timezone.localdate())
        return redirect(reverse("office:grant_requests") + "?da=quyen-duyet")
    why = Declined(request.POST, auto_id=f"dn-{row}-%s")
    reason = why.cleaned_data["reason"] if why.is_valid() else ""
    try:
        granting.decline(authority=request.authority, request_id=row, reason=reason)
    except granting.WhyNotGranted as no:
        if why.is_valid():
            why.refuse(no, "reason")
        return _page(request, {row: why}, status=no.status)
    return redirect(reverse("office:grant_requests") + "?da=quyen-thoi")


def _page(
    request: OfficerRequest, filled: dict[int, Declined] | None = None, *, status: int = 200
) -> HttpResponse:
    waiting = granting.open_requests(request.authority)
    declined = granting.declined_lately(request.authority)
    who = [each.asked_by_subject for each in (*waiting, *declined)]
    names = staff.officers_by_subject([*who, *(each.decided_by_subject for each in declined)])
    told = {subject: person.full_name for subject, person in names.items()}
    forms = filled or {}
    lines = [
        {
            "of": each,
            "powers": power_words.names(each.powers),
            "by": told.get(each.asked_by_subject, ""),
            "mine": each.asked_by_subject == request.authority.subject,
            "about_me": each.officer.subject == request.authority.subject,
            "why": forms.get(each.pk) or Declined(auto_id=f"dn-{each.pk}-%s"),
        }
        for each in waiting
    ]
    facts = {
        **standing.page(request, "staff", ("Cán bộ", reverse("office:staff")), ("Đề nghị cấp quyền", "")),
        "lines": lines,
        "form": next(iter(forms.values()), None),
        "declined": [
            {
                "of": each,
                "powers": power_words.names(each.powers),
                "by": told.get(each.asked_by_subject, ""),
                "decider": told.get(each.decided_by_subject, ""),
            }
            for each in declined
        ],
    }
    return render(request, "office/can_bo_de_nghi.html", facts, status=status)


def _row(request: OfficerRequest) -> int:
    given = request.POST.get("row", "")
    if not _ROW.fullmatch(given):
        raise NotFound
    return int(given)
