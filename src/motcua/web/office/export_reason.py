"""Before a list leaves as a file: what the file will hold, the reason, then the file."""

from collections.abc import Callable
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render

from motcua.kernel.refusal import NotFound, Refusal
from motcua.web.access import OfficerRequest
from motcua.web.forms_base import Form, PlainTextField

_OF_THE_REASON: Final = ("export_reason_missing", "inspection_reason_wanted")


class Why(Form):
    """The reason is kept beside the count of rows."""

    reason = PlainTextField(
        label="Lý do kết xuất",
        max_length=300,
        lines=True,
        help_text="Ghi tệp dùng vào việc gì, ví dụ: gửi giáo viên chủ nhiệm mời phụ huynh. Không ghi tên, số giấy tờ.",
    )


def asked(
    request: OfficerRequest,
    facts: dict[str, object],
    make: Callable[[str], HttpResponse],
    *,
    heading: str,
    says: str,
    back: str,
) -> HttpResponse:
    """The page that asks why, or what ``make`` makes of the reason; the filters stay in the address."""
    form = Why(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            return make(form.cleaned_data["reason"])
        except NotFound:
            raise
        except Refusal as no:
            form.refuse(no, "reason" if no.code in _OF_THE_REASON else None)
            status = no.status
    facts = {**facts, "form": form, "heading": heading, "says": says, "back": back}
    return render(request, "office/ket_xuat_ly_do.html", facts, status=status)
