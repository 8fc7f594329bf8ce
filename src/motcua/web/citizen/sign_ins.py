"""Lịch sử đăng nhập và xác thực hai bước: what the owner sees of the ways in, and keeps of the second one."""

from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.accounts import sign_in_history, stepping_up
from motcua.kernel.refusal import Refusal
from motcua.web import sign_in_lists
from motcua.web.access import VisitorRequest, signed_in, stepped_up
from motcua.web.citizen.own_factors import of_whoever_has_one
from motcua.web.devices import words_of
from motcua.web.drawn_codes import picture
from motcua.web.factor_forms import AppCode, SignedByPasskey

_DONE: Final = {
    "app": "Ứng dụng xác thực mới đã được đăng ký. Các phiên đăng nhập khác đã kết thúc.",
    "khoa": "Khóa truy cập đã được đăng ký. Các phiên đăng nhập khác đã kết thúc.",
    "bo": "Đã bỏ. Các phiên đăng nhập khác đã kết thúc.",
}


@signed_in
@require_GET
def history(request: VisitorRequest) -> HttpResponse:
    """When, with what, how, and whether it worked."""
    form = sign_in_lists.Filters(request.GET)
    page = sign_in_history.own(request.visitor, form.wanted(), after=sign_in_lists.cursor_of(request))
    facts = {
        "nav_here": "sign_ins",
        "form": form,
        "rows": [sign_in_lists.shown(row) for row in page.rows],
        "next": page.next_after,
        "filtered": form.filtered,
    }
    return render(request, "citizen/lich_su_dang_nhap.html", facts)


@signed_in
@of_whoever_has_one
@stepped_up()
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def factors(request: VisitorRequest) -> HttpResponse:
    """What there is, and adding: another app, another passkey, ten new codes."""
    act = request.POST.get("act", "")
    app = AppCode(request.POST if act == "app" else None)
    key = SignedByPasskey(request.POST if act == "passkey" else None)
    status = 422 if request.method == "POST" else 200
    try:
        if app.is_valid():
            stepping_up.add_app(request.visitor, app.cleaned_data["code"])
            return _back("app")
        if key.is_valid():
            stepping_up.add_passkey(
                request.visitor, key.cleaned_data["passkey"], device_words=words_of(request)
            )
            return _back("khoa")
        if act == "codes":
            codes = stepping_up.new_recovery_codes(request.visitor)
            return render(
                request, "public/ma_du_phong.html", {"codes": codes, "onward": reverse("citizen:factors")}
            )
    except Refusal as no:
        status = no.status
        form = app if app.is_bound else key
        form.refuse(no, "code" if app.is_bound and status != 429 else None)
    offered = stepping_up.offered(request.visitor)
    secret = offered.secret
    facts = {
        "nav_here": "factors",
        "form": app,
        "key": key,
        "held": offered.held,
        "several": offered.held.app + len(offered.held.passkeys) > 1,
        "secret": " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        "address": offered.secret_address,
        "picture": picture(offered.secret_address),
        "to_make": offered.passkey_to_make,
        "done": _DONE.get(request.GET.get("xong", ""), ""),
        "is_on": settings.OFFICER_SECOND_FACTOR,
    }
    return render(request, "citizen/xac_thuc_hai_buoc.html", facts, status=status)


@signed_in
@of_whoever_has_one
@stepped_up()
@require_POST
def remove_app(request: VisitorRequest) -> HttpResponse:
    """The app no longer opens the account."""
    stepping_up.remove(request.visitor, None)
    return _back("bo")


@signed_in
@of_whoever_has_one
@stepped_up()
@require_POST
def remove_passkey(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """One of the own passkeys no longer opens the account."""
    stepping_up.remove(request.visitor, public_id)
    return _back("bo")


def _back(done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('citizen:factors')}?xong={done}")
