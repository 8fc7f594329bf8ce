"""Đăng nhập bằng VNeID: to VNeID and back; and what to do for whoever has none yet (NĐ 69/2024)."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from motcua.accounts import providers, vneid
from motcua.accounts.providers import Arrangement, Phase
from motcua.accounts.second_step import HalfWay
from motcua.accounts.vneid_port import Proved, VneidNotGenuine
from motcua.kernel.refusal import Refusal
from motcua.web import outages, outside
from motcua.web.access import anyone, safe_next, visitor_of
from motcua.web.devices import device_of, words_of
from motcua.web.public.entering import enter, to_second_step

_PATIENCE: Final = 1800
#: As long as what is asked is believed.
_ASKED: Final = 600
_STRONG: Final = "hai"
_FROM_DESK: Final = "mot-cua"
#: Why somebody was led to the guide. Each says so only where it is so.
_LED: Final = {
    "dang-ky": "Không còn đăng ký tài khoản bằng số điện thoại trên Cổng. Đề nghị ông/bà đăng nhập bằng VNeID.",
    "kich-hoat": (
        "Không còn kích hoạt tài khoản bằng mật khẩu. Đề nghị ông/bà đăng nhập bằng VNeID: "
        "tài khoản cán bộ đã tạo được kích hoạt ngay lúc đó."
    ),
}
_LED_OFFICERS: Final = {
    "tao-tai-khoan": (
        "Không còn tạo tài khoản cho công dân tại quầy. "
        "Đề nghị hướng dẫn công dân theo các bước dưới đây, hoặc in trang này cho công dân mang về."
    ),
}


def ways() -> dict[str, object]:
    """What the pages of signing in and registering say of the two ways in, today.

    An installation that knows no VNeID asks nothing more than whether passwords are over all the same.
    """
    known = bool(settings.VNEID_ISSUER)
    on_phase = providers.arrangement() if known or outages.no_way_in() else Arrangement()
    phase = on_phase.phase(timezone.localdate())
    return {
        "vneid_open": known and phase in (Phase.BOTH, Phase.VNEID),
        "own_open": phase in (Phase.OWN, Phase.BOTH),
        "own_until": on_phase.own_until,
        "vneid_from": on_phase.vneid_from,
    }


def onward(asked: Mapping[str, str]) -> str:
    """The way to VNeID, with what the sign-in page was asked for."""
    kept = {name: value for name, value in asked.items() if value}
    address = reverse("public:vneid")
    return f"{address}?{urlencode(kept)}" if kept else address


def guide_instead(request: HttpRequest, why: str) -> HttpResponse | None:
    """The way to the guide, once the portal's own accounts are over; None before."""
    if ways()["own_open"]:
        return None
    asked = {"tu": why}
    if request.GET.get("tu") == _FROM_DESK:
        asked["quay"] = _FROM_DESK
    return HttpResponseRedirect(f"{reverse('public:vneid_guide')}?{urlencode(asked)}")


@anyone
@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """To VNeID; ``?tiep=`` is the page of ours to come back to, ``?buoc=hai`` asks for our second factor too.

    Whether an officer is here is seen now: their cookie does not come along on the way back (SameSite=Strict).
    """
    wanted = safe_next(request, request.GET.get("tiep", ""), "")
    strong, beside = request.GET.get("buoc") == _STRONG, _is_beside(request)
    try:
        providers.refuse_before_vneid(timezone.localdate())
        beginning = outside.vneid_sign_in().begin(wanted, strong=strong, beside=beside)
    except Refusal as no:
        return _refused(request, no, again=(wanted, strong))
    response = HttpResponseRedirect(beginning.address)
    _keep(response, _cookie(), beginning.kept, seconds=_PATIENCE)
    return response


@anyone
@require_GET
def finish(request: HttpRequest) -> HttpResponse:
    """Back from VNeID. Beside an officer, or for a page that the desk opened, nobody is signed in (SPEC 3.4)."""
    kept = request.COOKIES.get(_cookie(), "")
    again = ("", False)
    try:
        line = outside.vneid_sign_in()
        again = line.wanted(kept)
        response = _come_in(request, line.finish(dict(request.GET.lists()), kept))
    except Refusal as no:
        response = _refused(request, no, again=again)
    _keep(response, _cookie(), "", seconds=0)
    return response


@anyone
@require_POST
def open_account(request: HttpRequest) -> HttpResponse:
    """“Mở tài khoản”: whom VNeID has named has none here and wants one; or does not (“Thôi”)."""
    wanted = request.POST.get("viec") == "mo"
    try:
        proved = outside.vneid_sign_in().kept(request.COOKIES.get(_cookie_of_asked(), ""))
        unknown = vneid.unknown(proved.person)
        if unknown is None:
            raise VneidNotGenuine  # opened meanwhile: who wants in proves themselves again
        if wanted and unknown.perhaps and request.POST.get("rieng") != "1":
            return _asks_to_open(request, unknown, proved, missed=True)
        response = _come_in(request, proved, may_open=True) if wanted else redirect("public:sign_in")
    except Refusal as no:
        response = _refused(request, no, again=("", False))
    _keep(response, _cookie_of_asked(), "", seconds=0)
    return response


@anyone
@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """How to come by VNeID of level 2, and how to sign in with it."""
    open_to, why = ways(), request.GET.get("tu", "")
    led = "" if open_to["own_open"] else _LED.get(why, "")
    visitor = visitor_of(request)
    if visitor is not None and visitor.is_officer and not open_to["own_open"]:
        led = _LED_OFFICERS.get(why, led)
    from_desk = {"tu": _FROM_DESK} if request.GET.get("quay") == _FROM_DESK else {}
    return render(
        request,
        "public/huong_dan_vneid.html",
        {"led": led, "nav_here": "guides", "onward": onward(from_desk), **open_to},
    )


def _come_in(request: HttpRequest, proved: Proved, *, may_open: bool = False) -> HttpResponse:
    if proved.beside or _is_beside(request):
        unknown = vneid.prove(proved.person, may_open=may_open)
        if unknown is not None:
            return _asks_to_open(request, unknown, proved)
        return render(request, "public/vneid_xong.html", {"opened": may_open})
    signed = vneid.enter(
        proved.person,
        device=device_of(request),
        device_words=words_of(request),
        strong=proved.strong,
        may_open=may_open,
    )
    if isinstance(signed, vneid.NotKnown):
        return _asks_to_open(request, signed, proved)
    if isinstance(signed, HalfWay):
        return _by_way_of_a_page(request, to_second_step(request, signed, proved.next))
    answer = enter(request, signed, proved.next)
    return _opened(request, answer, proved) if may_open else _by_way_of_a_page(request, answer)


def _asks_to_open(
    request: HttpRequest, unknown: vneid.NotKnown, proved: Proved, *, missed: bool = False
) -> HttpResponse:
    """Nothing is opened by a link that somebody followed: the person sees whom VNeID named, and says so.

    Who it is lies sealed in a cookie, which an answer that missed something does not make younger.
    """
    page = render(
        request,
        "public/vneid_mo_moi.html",
        {"perhaps": unknown.perhaps, "missed": missed, "told": _told(proved)},
        status=422 if missed else 200,
    )
    if not missed:
        _keep(page, _cookie_of_asked(), outside.vneid_sign_in().keep(proved), seconds=_ASKED)
    return page


def _opened(request: HttpRequest, answer: HttpResponse, proved: Proved) -> HttpResponse:
    """Signed in at the account that was opened just now; on with a click of their own."""
    facts = {"told": _told(proved), "location": answer.headers["Location"]}
    page = render(request, "public/vneid_da_mo.html", facts)
    page.cookies.update(answer.cookies)
    return page


def _told(proved: Proved) -> list[tuple[str, str]]:
    """Whom VNeID named, as the account says it; of the number the last three digits."""
    who = proved.person
    return [
        ("Họ và tên", who.full_name.as_written.value),
        ("Ngày sinh", who.born_on.shown),
        ("Số định danh", str(who.citizen_id)),
    ]


def _is_beside(request: HttpRequest) -> bool:
    """An officer is signed in here, or the desk opened this page."""
    visitor = visitor_of(request)
    return request.GET.get("tu") == _FROM_DESK or (visitor is not None and visitor.is_officer)


def _refused(request: HttpRequest, no: Refusal, *, again: tuple[str, bool]) -> HttpResponse:
    wanted, strong = again
    return render(
        request,
        "public/vneid_chua_duoc.html",
        {
            "text": no.text,
            "again": no.status != 409,
            "onward": onward({"tiep": wanted, "buoc": _STRONG if strong else ""}),
            **ways(),
        },
        status=no.status,
    )


def _by_way_of_a_page(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """On in a step of our own: only then does a cookie with SameSite=Strict go along (as through the portal)."""
    location = answer.headers["Location"]
    page = render(request, "public/chuyen_tiep.html", {"location": location})
    page.headers["Refresh"] = f"0;url={location}"
    page.cookies.update(answer.cookies)
    return page


def _keep(response: HttpResponse, cookie: str, kept: str, *, seconds: int) -> None:
    """For no seconds: forgotten at once."""
    response.set_cookie(
        cookie,
        kept,
        max_age=seconds,
        path="/",
        secure=settings.COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _cookie() -> str:
    return f"{settings.COOKIE_PREFIX}vao-vneid{settings.COOKIE_SUFFIX}"


def _cookie_of_asked() -> str:
    return f"{settings.COOKIE_PREFIX}mo-vneid{settings.COOKIE_SUFFIX}"
