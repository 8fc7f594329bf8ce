"""Every no becomes a page that says what to do next; every breakdown a page that says nothing more."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from motcua.kernel.refusal import Refusal
from motcua.kernel.visitor import Visitor
from motcua.keys import refusing
from motcua.web import away, context
from motcua.web.no_entry import NotAnOfficer, PowerMissing

if TYPE_CHECKING:
    from motcua.web.access import OfficerRequest

_TITLES: Final = {
    400: "Yêu cầu chưa hợp lệ",
    403: "Chưa có quyền truy cập",
    404: "Không tìm thấy nội dung",
    405: "Trang này không mở trực tiếp được",
    409: "Thông tin đã thay đổi",
    410: "Nội dung không còn hiệu lực",
    413: "Nội dung gửi lên quá lớn",
    422: "Yêu cầu chưa thực hiện được",
    429: "Ông/bà đã thử nhiều lần",
    503: "Hệ thống đang bận",
}
_OTHER_TITLE: Final = "Yêu cầu chưa thực hiện được"
_CSRF: Final = (
    "Trang ông/bà vừa dùng đã mở quá lâu hoặc trình duyệt đang chặn cookie, nên nội dung chưa được ghi nhận. "
    "Đề nghị quay lại, tải lại trang rồi gửi lần nữa."
)

_NOT_OPENED: Final = (
    "Địa chỉ này chỉ nhận thao tác từ một nút bấm, nên không mở hoặc tải lại được. Việc ông/bà đã làm trước đó "
    "không bị ảnh hưởng. Đề nghị trở lại trang có nút đó."
)


class RefusalMiddleware:
    """A Refusal that the view did not handle beside its field, and a method that it has no answer to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 405 and not getattr(response, "content", b"told"):
            return _not_opened(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        no = exception if isinstance(exception, Refusal) else refusing.of(exception)
        return answer(request, no) if no is not None else None


def answer(request: HttpRequest, no: Refusal) -> HttpResponse:
    """The page, part of a page (htmx) or JSON for a refusal. Middlewares call it themselves."""
    title = "Ông/bà chưa có quyền dùng trang này" if isinstance(no, PowerMissing | NotAnOfficer) else ""
    response = _say(request, status=no.status, code=no.code, text=no.text, title=title)
    if isinstance(wait := no.details.get("wait_seconds"), int):
        response.headers["Retry-After"] = str(wait)
    return response


def _not_opened(request: HttpRequest, empty: HttpResponseBase) -> HttpResponse:
    """Somebody opened, or opened again, the address of a button: browsers show their own error for nothing."""
    page = _say(request, status=405, code="method_not_allowed", text=_NOT_OPENED, back=_above(request))
    page.headers["Allow"] = empty.headers.get("Allow", "")
    return page


def _above(request: HttpRequest) -> str:
    """The nearest address above this one that there is."""
    parts = request.path.strip("/").split("/")
    for count in range(len(parts) - 1, 0, -1):
        path = f"/{'/'.join(parts[:count])}/"
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return ""


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400"""
    return _say(request, status=400, code="bad_request", text="", template="400.html")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403"""
    return _say(request, status=403, code="forbidden", text="", template="403.html")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404"""
    return _say(request, status=404, code="not_found", text="", template="404.html")


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW. The reason is for nobody outside."""
    return _say(request, status=403, code="csrf", text=_CSRF, title="Đề nghị tải lại trang")


def broken(request: HttpRequest) -> HttpResponse:
    """handler500: no trace, no database, no visitor; only the number under which the log knows it."""
    if away.is_why():
        return away.page(request, as_json=_wants_json(request), as_part=_wants_part(request))
    request_id = str(getattr(request, "request_id", ""))
    if _wants_json(request):
        return JsonResponse({"code": "broken", "request_id": request_id}, status=500)
    page = render_to_string("500.html", {"request_id": request_id, **context.standing()})
    return HttpResponse(page, status=500)


def _say(
    request: HttpRequest,
    *,
    status: int,
    code: str,
    text: str,
    title: str = "",
    template: str = "",
    back: str = "",
) -> HttpResponse:
    facts = {
        "title": title or _TITLES.get(status, _OTHER_TITLE),
        "text": text,
        "back": back or _back(request),
    }
    if _wants_json(request):
        return JsonResponse({"code": code, "message": text or facts["title"]}, status=status)
    if _wants_part(request):
        response = render(request, "parts/refusal.html", facts, status=status)
        response.headers["HX-Retarget"] = "#messages"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    if template:
        facts = {"back": facts["back"]}
    return render(
        request, template or "base/refused.html", {**facts, **_where(request, status)}, status=status
    )


def _where(request: HttpRequest, status: int) -> dict[str, object]:
    """An officer stays in the system they work in, with its menu; everybody else sees the plain page."""
    visitor: Visitor | None = getattr(request, "visitor", None)
    authority = visitor.authority if visitor else None
    if authority is None or status >= 500:
        return {}
    request.authority = authority  # type: ignore[attr-defined]
    at_desk: dict[str, object] = {"home": "/mot-cua/", "home_words": "Về trang đầu Một cửa"}
    if request.path.startswith("/mot-cua/") and settings.HOSTS_DESK:
        return {"shell": "counter/khung.html", **at_desk}
    if request.path.startswith("/quan-tri/"):
        from motcua.web.office import standing  # the administration knows this file, by the door of its pages

        facts = standing.page(cast("OfficerRequest", request), "")
        request.notices = ()  # type: ignore[attr-defined]
        own = {"home": "/quan-tri/", "home_words": "Về trang đầu Quản trị"}
        # Whoever lacks a right here may have it at another unit, which is chosen on the desk's first page.
        return {
            **facts,
            "shell": "office/khung.html",
            **(at_desk if status == 403 and settings.HOSTS_DESK else own),
        }
    return {}


def _wants_json(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def _wants_part(request: HttpRequest) -> bool:
    """htmx asked for a piece of a page and puts the answer into it."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def _back(request: HttpRequest) -> str:
    """The page the person came from, when it is ours; its path only."""
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
        ours = came_from.netloc == request.get_host()
    except (DisallowedHost, ValueError):
        return ""
    if not ours or not came_from.path.startswith("/"):
        return ""
    return "" if came_from.path.startswith("//") else came_from.path
