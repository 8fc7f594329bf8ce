"""Đối chiếu tên: an officer says whether the account's name and the name on the papers are one person's."""

from contextlib import suppress
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.desk import name_doubts, numbering, provisional
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.web.access import OfficerRequest, officer
from motcua.web.counter import forms
from motcua.web.outside import account_registry

_FIELDS = {
    name_doubts.DoubtReasonMissing: "reason",
    name_doubts.SameNumber: "number",
    name_doubts.OtherKindOfNumber: "number",
}


@officer(Power.RECEIVE_DOSSIER)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def decide(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Both names, three conclusions; whatever is concluded, the dossier's own page shows what became of it."""
    try:
        doubt = name_doubts.doubt_for_officer(request.authority, public_id)
    except NotFound:
        # The page is loaded again, or a colleague was first: not the same as “there is no such thing”.
        if not name_doubts.is_decided(request.authority, public_id):
            raise
        said = {"nav_here": "unproven", "public_id": public_id}
        return render(request, "counter/doi_chieu_ten_xong.html", said, status=409 if request.POST else 200)
    form = forms.NameDoubt(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            _conclude(request, public_id, form)
        except Refusal as no:
            form.refuse(no, _FIELDS.get(type(no)))
            status = no.status
        else:
            return redirect(reverse("counter:dossier", args=[public_id]) + "?da=ket-luan")
    facts = {"nav_here": "unproven", "doubt": doubt, "form": form}
    return render(request, "counter/doi_chieu_ten.html", facts, status=status)


def _conclude(request: OfficerRequest, public_id: UUID, form: forms.NameDoubt) -> None:
    who, reason = request.authority, form.cleaned_data["reason"]
    match form.cleaned_data["verdict"]:
        case "SAME":
            name_doubts.say_same(authority=who, dossier_id=public_id, reason=reason)
        case "NUMBER":
            name_doubts.put_number_right(
                authority=who, dossier_id=public_id, number=form.cleaned_data["number"], reason=reason
            )
        case _:
            name_doubts.end(authority=who, dossier_id=public_id, reason=reason)
            return
    # The conclusion is written down; where today's numbers are used up, the worker asks again, as of any other debt.
    with suppress(numbering.NumbersUsedUp):
        provisional.recheck_at_desk(
            authority=who, dossier_id=public_id, registry=account_registry(), now=timezone.now()
        )
