"""The page for the half minute in which the database changes over, or for a disk that is full: come again."""

import sys
from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from motcua.kernel import passing
from motcua.web import context

CODE: Final = "away"
TITLE: Final = "Hệ thống đang tạm dừng trong giây lát"
TEXT: Final = (
    "Việc ông/bà vừa làm có thể chưa được ghi nhận. Đề nghị đợi khoảng nửa phút rồi tải lại trang này; "
    "nếu trình duyệt hỏi có gửi lại nội dung không, đề nghị chọn gửi lại."
)
_AFTER: Final = 30  # seconds; PostgreSQL's other machine serves by then


def is_why() -> bool:
    """Whether what is being handled just now passes by itself. Asked where a breakdown becomes a page."""
    raised = sys.exc_info()[1]
    return (
        isinstance(raised, OperationalError | InterfaceError)
        or passing.is_of_a_standby(raised)
        or passing.is_of_the_disk(raised)
    )


def page(request: HttpRequest, *, as_json: bool, as_part: bool) -> HttpResponse:
    """503, drawn without database, session or context processors: they are what is missing."""
    facts = {"title": TITLE, "text": TEXT, "request_id": str(getattr(request, "request_id", ""))}
    response: HttpResponse
    if as_json:
        response = JsonResponse({"code": CODE, "message": TEXT}, status=503)
    elif as_part:
        response = HttpResponse(render_to_string("parts/refusal.html", facts), status=503)
        response.headers["HX-Retarget"] = "#messages"
        response.headers["HX-Reswap"] = "innerHTML"
    else:
        response = HttpResponse(render_to_string("503.html", {**facts, **context.standing()}), status=503)
    response.headers["Retry-After"] = str(_AFTER)
    return response
