"""Sự đồng ý của tôi: what desks may use, and how to take it back."""

import re
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from motcua.accounts import reading
from motcua.vault import agreements, lending
from motcua.web.access import VisitorRequest, signed_in
from motcua.web.citizen.history import PURPOSES


@signed_in
@require_GET
def listing(request: VisitorRequest) -> HttpResponse:
    """Newest first, by pages."""
    found = agreements.agreements_of(
        reading.account_of(request.visitor), before=_before(request), limit=agreements.PAGE + 1
    )
    page = found[: agreements.PAGE]
    return render(
        request,
        "citizen/kho_dong_y.html",
        {
            "nav_here": "vault",
            "agreements": [(each, PURPOSES.get(each.purpose, each.purpose)) for each in page],
            "taken_back": request.GET.get("da") == "rut",
            "paged": bool(request.GET.get("sau")),
            "after": page[-1].number if len(found) > agreements.PAGE else "",
        },
    )


@signed_in
@require_POST
def take_back(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """From now on nothing more is lent or opened by it."""
    lending.withdraw(reading.account_of(request.visitor), public_id)
    return redirect(reverse("citizen:consents") + "?da=rut")


def _before(request: VisitorRequest) -> int | None:
    given = request.GET.get("sau", "")
    return int(given) if re.fullmatch(r"[0-9]{1,18}", given) else None
