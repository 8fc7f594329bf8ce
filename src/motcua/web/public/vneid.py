"""Đăng nhập bằng VNeID: to VNeID and back; and what to do for whoever has none yet (NĐ 69/2024)."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from motcua.accounts import providers, vneid
from motcua.accounts.providers import Arrangement, Phase
from motcua.accounts.second_step import HalfWay
from motcua.kernel.refusal import Refusal
from motcua.web import outside
from motcua.web.access import anyone, safe_next
from motcua.web.devices import device_of, words_of
from motcua.web.public.entering import enter, to_second_step

_PATIENCE: Final = 1800
_STRONG: Final = "hai"
#: Why somebody was led to the guide.
_LED: Final = {
    "dang-ky": "Không còn đăng ký tài khoản bằng số điện thoại trên Cổng. Đề nghị ông/bà đăng nhập bằng VNeID.",
    "tao-tai-khoan": (
        "Không còn tạo tài khoản cho công dân tại quầy. "
        "Đề nghị hướng dẫn công dân theo các bước dưới đây, hoặc in trang này cho công dân mang về."
    ),
}


def ways(on_phase: Arrangement) -> dict[str, object]:
    """What the pages of signing in and registering say of the two ways in, today."""
    phase = on_phase.phase(timezone.localdate())
    return {
        "vneid_open": phase in (Phase.BOTH, Phase.VNEID),
        "own_open": phase in (Phase.OWN, Phase.BOTH),
        "own_until": on_phase.own_until,
        "vneid_from": on_phase.vneid_from,
    }


def onward(asked: Mapping[str, str]) -> str:
    """The way to VNeID, with what the sign-in page was asked for."""
    kept = {name: value for name, value in asked.items() if value}
    address = reverse("public:vneid")
    return f"{address}?{urlencode(kept)}" if kept else address


def guide_instead(why: str) -> HttpResponse | None:
    """The way to the guide, once the portal's own accounts are over; None before."""
    if ways(providers.arrangement())["own_open"]:
        return None
    return HttpResponseRedirect(f"{reverse('public:vneid_guide')}?tu={why}")


@anyone
@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """To VNeID; ``?tiep=`` is the page of ours to come back to, ``?buoc=hai`` asks for our second factor too."""
    wanted = safe_next(request, request.GET.get("tiep", ""), "")
    try:
        providers.refuse_before_vneid(timezone.localdate())
        beginning = outside.vneid_sign_in().begin(wanted, strong=request.GET.get("buoc") == _STRONG)
    except Refusal as no:
        return _refused(request, no)
    response = HttpResponseRedirect(beginning.address)
    response.set_cookie(
        _cookie(),
        beginning.kept,
        max_age=_PATIENCE,
        path="/",
        secure=settings.COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@anyone
@require_GET
def finish(request: HttpRequest) -> HttpResponse:
    """Back from VNeID. Whoever was signed in in this browser before is signed out first."""
    kept = request.COOKIES.get(_cookie(), "")
    try:
        proved = outside.vneid_sign_in().finish(dict(request.GET.lists()), kept)
        signed = vneid.enter(
            proved.person, device=device_of(request), device_words=words_of(request), strong=proved.strong
        )
    except Refusal as no:
        response = _refused(request, no)
    else:
        if isinstance(signed, HalfWay):
            answer = to_second_step(request, signed, proved.next)
        else:
            answer = enter(request, signed, proved.next)
        response = _by_way_of_a_page(request, answer)
    response.delete_cookie(_cookie(), path="/", samesite="Lax")
    return response


@anyone
@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """How to come by VNeID of level 2, and how to sign in with it."""
    led = _LED.get(request.GET.get("tu", ""), "")
    return render(
        request,
        "public/huong_dan_vneid.html",
        {"led": led, "nav_here": "guides", **ways(providers.arrangement())},
    )


def _refused(request: HttpRequest, no: Refusal) -> HttpResponse:
    return render(
        request,
        "public/vneid_chua_duoc.html",
        {"text": no.text, "again": no.status != 409, **ways(providers.arrangement())},
        status=no.status,
    )


def _by_way_of_a_page(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """On in a step of our own: only then does a cookie with SameSite=Strict go along (as through the portal)."""
    location = answer.headers["Location"]
    page = render(request, "public/chuyen_tiep.html", {"location": location})
    page.headers["Refresh"] = f"0;url={location}"
    page.cookies.update(answer.cookies)
    return page


def _cookie() -> str:
    return f"{settings.COOKIE_PREFIX}vao-vneid{settings.COOKIE_SUFFIX}"
