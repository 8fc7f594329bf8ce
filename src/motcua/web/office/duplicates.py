"""Nghi trùng: pairs that may be one person's, and “Không phải một người”."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from motcua.accounts import duplicates
from motcua.kernel.authority import Power
from motcua.units import tree
from motcua.web.access import OfficerRequest, officer
from motcua.web.forms_base import Form, PlainTextField
from motcua.web.office import standing


class Named(Form):
    """A name is sent, not written into an address."""

    name = PlainTextField(label="Tên công dân", max_length=100, required=False)


@officer(Power.OPEN_ACCOUNT)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """The newest first, or the oldest."""
    form = Named(request.POST or None)
    name = form.cleaned_data["name"] if form.is_valid() else ""
    oldest_first = request.GET.get("xep") == "cu"
    found, onward = duplicates.suggestions(
        request.authority, name=name, oldest_first=oldest_first, after=request.GET.get("sau", "")[:20]
    )
    units = tree.names_of([half.unit_code for each in found for half in (each.newer, each.older)])
    facts = {
        **standing.page(
            request, "merges", ("Gộp tài khoản trùng", reverse("office:merges")), ("Nghi trùng", "")
        ),
        "form": form,
        "rows": [
            (each, [(half, units.get(half.unit_code, "")) for half in (each.newer, each.older)])
            for each in found
        ],
        "next": "" if name else onward,
        "named": bool(name),
        "oldest_first": oldest_first,
    }
    return render(request, "office/nghi_trung.html", facts, status=422 if form.errors else 200)


@officer(Power.OPEN_ACCOUNT)
@require_POST
def dismiss(request: OfficerRequest, number: int) -> HttpResponse:
    """“Không phải một người”."""
    duplicates.dismiss(authority=request.authority, number=number)
    return redirect(f"{reverse('office:duplicates')}?da=hai-nguoi")
