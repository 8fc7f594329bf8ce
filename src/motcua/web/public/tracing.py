"""Tra cứu hồ sơ: how far a dossier is, for whoever holds its slip."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from motcua.desk import tracking
from motcua.kernel.refusal import Refusal
from motcua.web import visitors
from motcua.web.access import anyone
from motcua.web.public import forms
from motcua.web.public.even_pace import evenly_answered

#: The reason itself may say something of a person: it was told to the phone left at the desk.
_CLOSED: Final = (
    "Tiếp nhận tạm đã đóng. Đề nghị ông/bà mang phiếu tiếp nhận tạm đến bộ phận một cửa đã nhận để lấy lại giấy tờ "
    "và hỏi lý do; khi đủ điều kiện thì nộp lại."
)


@anyone
@require_http_methods(["GET", "POST"])
@evenly_answered
def track(request: HttpRequest) -> HttpResponse:
    """How far a dossier is, for whoever holds its slip."""
    worked = "proof" in request.POST
    form = (forms.TrackingWithWork if worked else forms.Tracking)(request.POST or None)
    found, status = None, 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        code, check = form.cleaned_data["code"], form.cleaned_data["check"]
        try:
            found = tracking.track(
                code=code, check_chars=check, network=visitors.address_of(request), worked=worked
            )
            status = 200
        except tracking.WorkWanted as no:
            form, status = forms.TrackingWithWork.refused(no, code=code, check=check), no.status
        except Refusal as no:
            form.refuse(no)
            status = no.status
    return render(
        request,
        "public/tra_cuu.html",
        {"nav_here": "tracking", "form": form, "found": found, "facts": _facts(found)},
        status=status,
    )


def _facts(found: tracking.Tracked | None) -> list[tuple[str, str]]:
    if found is None:
        return []
    received = f"{timezone.localtime(found.received_at):%H:%M %d/%m/%Y}" if found.received_at else ""
    return [
        ("Mã hồ sơ", found.code),
        ("Trạng thái", found.state_words),
        *([("Bước đang thực hiện", found.step)] if found.step else []),
        *([("Việc tiếp theo", _CLOSED)] if found.closed_provisional else []),
        *([("Tiếp nhận lúc", received)] if received else []),
        *([] if found.closed_provisional else [("Hẹn trả kết quả", found.due_words)]),
    ]
