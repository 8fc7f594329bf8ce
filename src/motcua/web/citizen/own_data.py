"""Dữ liệu của tôi: a copy of everything that is held about the owner (DP-16)."""

from typing import cast

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.files.names import content_disposition
from motcua.kernel.personal_data import Copy
from motcua.kernel.refusal import Refusal
from motcua.protection import copying, plainly
from motcua.web.access import VisitorRequest, signed_in
from motcua.web.citizen import own_data_forms as forms
from motcua.web.citizen import proving


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def copy(request: VisitorRequest) -> HttpResponse:
    """Proved once more by the password; the archive is made while it is sent."""
    form = forms.Password(request.POST if request.method == "POST" else None)
    proof = proving.prepared(request.visitor, form)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            pieces = copying.take(visitor=request.visitor, password=form.cleaned_data.get("password", ""))
        except Refusal as no:
            form.refuse(no, "password" if no.code == "current_password_wrong" else None)
            status = no.status
        else:
            response = StreamingHttpResponse(pieces, content_type="application/zip")
            response["Content-Disposition"] = content_disposition(copying.NAME)
            response["X-Content-Type-Options"] = "nosniff"
            response["Cache-Control"] = "no-store"
            return cast(HttpResponse, response)  # sent piece by piece; nobody reads its content
    elif form.is_bound:
        status = 422
    return _page(request, form, status, proof)


def _page(request: VisitorRequest, form: forms.Password, status: int, proof: dict[str, str]) -> HttpResponse:
    facts = {
        **proof,
        "nav_here": "own_data",
        "form": form,
        "parts": [part.value for part in Copy],
        "withheld": plainly.not_copied(),
        "staying": plainly.staying(),
    }
    return render(request, "citizen/du_lieu.html", facts, status=status)
