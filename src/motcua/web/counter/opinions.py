"""Ý kiến chờ trả lời: what other units ask of this one; each is answered on a page of its own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from motcua.desk import opinions_asked
from motcua.desk.opinions_asked import Sort, Wanted
from motcua.kernel.authority import Power
from motcua.web.access import OfficerRequest, officer
from motcua.web.forms_base import Form, PlainTextField

if TYPE_CHECKING:
    from motcua.desk.models import Procedure

_MOST_PAGES = 200
_WAITING, _OVERDUE, _ANSWERED = "cho", "qua-han", "da-tra-loi"


class OpinionSearch(Form):
    """Posted, as every search of the desk."""

    code = PlainTextField(label="Mã hồ sơ", max_length=40, required=False)
    procedure = forms.ChoiceField(label="Thủ tục", required=False)
    which = forms.ChoiceField(
        label="Tình trạng",
        required=False,
        choices=[(_WAITING, "Chờ trả lời"), (_OVERDUE, "Quá hạn trả lời"), (_ANSWERED, "Đã trả lời")],
    )
    sort = forms.ChoiceField(
        label="Sắp xếp",
        required=False,
        choices=[(Sort.DUE.value, "Hạn gần nhất trước"), (Sort.NEWEST.value, "Mới hỏi trước")],
    )

    def __init__(self, procedures: "Sequence[Procedure]", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["procedure"])
        field.choices = [("", "Tất cả thủ tục"), *((each.code, each.name) for each in procedures)]

    def wanted(self) -> Wanted:
        """What the desk is asked."""
        given = self.cleaned_data
        return Wanted(
            code=given["code"],
            procedure_code=given["procedure"],
            answered=given["which"] == _ANSWERED,
            overdue=given["which"] == _OVERDUE,
            sort=Sort(given["sort"] or Sort.DUE),
        )


@officer(Power.PROCESS, Power.SIGN)
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """The one due first stands first. ``trang``: the cursors that led here."""
    asked = request.method == "POST"
    procedures = opinions_asked.procedures_asked_about(request.authority)
    form = OpinionSearch(procedures, request.POST if asked else {})
    facts: dict[str, Any] = {"nav_here": "opinions", "form": form, "asked": asked}
    if not form.is_valid():
        return render(request, "counter/y_kien.html", facts, status=422)
    trail = [part for part in request.POST.get("trang", "").split("|") if part][-_MOST_PAGES:]
    wanted = form.wanted()
    page = opinions_asked.asked_of_us(
        request.authority, wanted, cursor=trail[-1] if trail else None, now=timezone.now()
    )
    facts |= {
        "rows": page.rows,
        "answered": wanted.answered,
        "searched": wanted != Wanted(sort=wanted.sort),
        "back": "|".join(trail[:-1]) if trail else None,
        "onward": "|".join([*trail, page.next_cursor]) if page.next_cursor else None,
    }
    return render(request, "counter/y_kien.html", facts)
