"""A system sends somebody here to sign out of the portal as well (OpenID Connect RP-Initiated Logout 1.0)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from motcua.signin import leaving
from motcua.signin.leaving import Leaving
from motcua.web import visitors
from motcua.web.access import anyone, visitor_of
from motcua.web.oauth2.authorising import by_way_of_a_page, once


@anyone
@require_http_methods(["GET", "POST"])
def end_session(request: HttpRequest) -> HttpResponse:
    """Out at once when the system shows whose session it is; else the person is asked (``/oauth2/logout``)."""
    visitor = visitor_of(request)
    if visitor is None and request.headers.get("Sec-Fetch-Site") == "cross-site" and request.method == "GET":
        return by_way_of_a_page(request, request.get_full_path())
    wanted = leaving.look(once(request), visitor=visitor)
    if visitor is not None and not wanted.sure and request.POST.get("act") != "leave":
        return render(request, "public/dang_xuat_khoi_cong.html", {"system": wanted.system})
    leaving.leave(visitor)
    response = _onward(request, wanted)
    visitors.sign_out(request, response)
    return response


def _onward(request: HttpRequest, wanted: Leaving) -> HttpResponse:
    if wanted.back_to:
        return by_way_of_a_page(request, wanted.back_to)
    facts = {
        "heading": "Đã đăng xuất",
        "text": "Phiên của ông/bà tại Cổng đã kết thúc. Các hệ thống đã đăng nhập qua Cổng đang được báo.",
        "onward": "/",
        "onward_words": "Về trang đầu",
    }
    return render(request, "public/xong.html", facts)
