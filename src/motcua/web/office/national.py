"""Đồng bộ Cổng DVCQG: what is owed there, what was refused and why; “Gửi lại” and “Thôi không gửi”."""

import re
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from motcua.desk import national, national_reading
from motcua.desk.national_reading import Search, Sort, State
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import staff
from motcua.web.access import OfficerRequest, officer
from motcua.web.forms_base import Form, PlainTextField
from motcua.web.office import standing

_TITLE: Final = "Đồng bộ Cổng DVCQG"
_PAGE: Final = re.compile(r"[1-9][0-9]{0,2}")
_TAGS: Final = {
    State.OWED: "info", State.TOLD: "success", State.REFUSED: "error", State.DROPPED: "neutral",
}  # fmt: skip
_SORT_WORDS: Final = {
    Sort.NEWEST: "Mới ghi trước",
    Sort.OLDEST: "Cũ nhất trước",
    Sort.TRIES: "Gửi nhiều lần nhất trước",
}


class Filters(forms.Form):
    """Nothing personal, so it stands in the address: a code of a dossier names nobody."""

    q = forms.RegexField(
        label="Mã hồ sơ bắt đầu bằng",
        required=False,
        regex=r"\A[0-9]{3}[0-9A-Z.-]{0,36}\Z",
        max_length=39,
        error_messages={"invalid": "Mã hồ sơ có dạng 000.00.06.H08-261123-0001."},
    )
    tt = forms.ChoiceField(label="Tình trạng", required=False, choices=[("", "Tất cả"), *State.choices])
    xep = forms.ChoiceField(
        label="Sắp xếp", required=False, choices=[(sort.value, words) for sort, words in _SORT_WORDS.items()]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            is_list = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_list else "form-control"


class Reason(Form):
    """Why it is given up."""

    reason = PlainTextField(label="Lý do thôi không gửi", max_length=300, lines=True, required=False)


@officer(Power.CONNECT_SYSTEMS)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """Of the unit and those below."""
    form = Filters(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    number = request.GET.get("trang", "1")
    wanted = Search(
        code=given.get("q", ""),
        state=State(given["tt"]) if given.get("tt") else None,
        sort=Sort(given.get("xep") or Sort.NEWEST),
    )
    page = national_reading.listing(
        request.authority, wanted, page=int(number) if _PAGE.fullmatch(number) else 1
    )
    counts = national_reading.counts(request.authority)
    facts = {
        **standing.page(request, "national", (_TITLE, "")),
        "form": form,
        "rows": [(line, line.state.label, _TAGS[line.state]) for line in page.rows],
        "number": page.number,
        "previous": page.number - 1,
        "next": page.number + 1 if page.more else 0,
        "filtered": bool(wanted.code or wanted.state),
        "owed": counts[State.OWED],
        "refused": counts[State.REFUSED],
        "connected": settings.NATIONAL_SYNC,
    }
    return render(request, "office/dong_bo.html", facts)


@officer(Power.CONNECT_SYSTEMS)
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """One line, with what Cổng DVCQG said of it."""
    form, status = Reason(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _done(request, public_id, form.cleaned_data["reason"])
            except NotFound:
                raise
            except Refusal as no:
                form.refuse(no, "reason" if no.code == "reason_wanted" else None)
                status = no.status
    line = national_reading.one(request.authority, public_id)
    by = staff.officers_by_subject([line.dropped_by]).get(line.dropped_by)
    facts = {
        **standing.page(request, "national", (_TITLE, reverse("office:national")), (line.code, "")),
        "line": line,
        "words": line.state.label,
        "tag": _TAGS[line.state],
        "dropped_by": by.full_name if by else "",
        "open": line.state in (State.OWED, State.REFUSED),
        "form": form,
    }
    return render(request, "office/dong_bo_mot.html", facts, status=status)


def _done(request: OfficerRequest, sync_id: UUID, reason: str) -> HttpResponse:
    """Carry out the button that was pressed."""
    match request.POST.get("act"):
        case "again":
            national.send_again(authority=request.authority, sync_id=sync_id)
            said = "dong-bo-lai"
        case "drop":
            national.drop(authority=request.authority, sync_id=sync_id, reason=reason)
            said = "dong-bo-thoi"
        case _:
            raise NotFound
    return redirect(f"{reverse('office:national_one', args=[sync_id])}?da={said}")
