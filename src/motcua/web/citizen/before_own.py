"""Trước khi nhận tài khoản: what was done in the owner's name before they took the account over, and what stays."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from motcua.accounts import before_own, reading
from motcua.signin import connections
from motcua.units import tree
from motcua.vault import coming_to_own, lending
from motcua.web.access import VisitorRequest, safe_next, signed_in
from motcua.web.citizen.history import PURPOSES

_SAID = {
    "giu": "Đã giữ lại sự đồng ý. Từ lúc này đó là sự đồng ý của chính ông/bà.",
    "rut": "Đã rút lại sự đồng ý. Từ lúc này không giấy tờ nào được dùng thêm hay mở lại theo đó.",
}


@signed_in
@require_http_methods(["GET", "POST"])
def page(request: VisitorRequest) -> HttpResponse:
    """Shown at the first sign-in; “Tôi đã xem” leads on to where the person was going."""
    onward = safe_next(request, request.POST.get("tiep", request.GET.get("tiep", ""))[:300], "")
    if request.method == "POST":
        before_own.read(request.visitor)
        return HttpResponseRedirect(onward or reverse("citizen:account"))
    ran = before_own.of(request.visitor)
    facts: dict[str, object] = {
        "nav_here": "own_data",
        "ran": ran,
        "onward": onward,
        "said": _SAID.get(request.GET.get("da", ""), ""),
    }
    if ran is not None:
        known = coming_to_own.before(reading.account_of(request.visitor), ran.taken_at)
        facts |= {
            "known": known,
            "consents": [(row, PURPOSES.get(row.purpose, row.purpose)) for row in known.consents],
            "systems": connections.ended_at_handing_over(request.visitor, ran.taken_at),
            "unit": tree.names_of([ran.unit_code]).get(ran.unit_code, "") if ran.unit_code else "",
        }
    return render(request, "citizen/truoc_khi_nhan.html", facts)


@signed_in
@require_POST
def keep(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """The owner says yes again, for the rest of that dossier."""
    coming_to_own.keep(reading.account_of(request.visitor), public_id)
    return _back(request, "giu")


@signed_in
@require_POST
def withdraw(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """Nothing more is lent or opened by it."""
    lending.withdraw(reading.account_of(request.visitor), public_id)
    return _back(request, "rut")


def _back(request: VisitorRequest, said: str) -> HttpResponse:
    """Whoever is on the way somewhere goes on from there."""
    onward = safe_next(request, request.POST.get("tiep", "")[:300], "")
    asked = urlencode({"da": said, **({"tiep": onward} if onward else {})})
    return redirect(f"{reverse('citizen:before_own')}?{asked}#su-dong-y")
