"""Đối soát với Cổng: each day compared, what differed, and “Gửi lại”."""

import re
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from motcua.desk import reconciliation_reading as reading
from motcua.desk import reconciling
from motcua.desk.ports_ledger import Owed
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import standing

_TITLE: Final = "Đối soát với Cổng"
_PAGE: Final = re.compile(r"[1-9][0-9]{0,2}")
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KIND_WORDS: Final = {
    Owed.NOTICES: "Tin báo chủ hồ sơ",
    Owed.PAPERS: "Giấy tờ vào kho",
    Owed.RESULTS: "Kết quả vào kho",
    Owed.MOVES: "Giấy tờ chuyển chủ",
}
_SORTS: Final = [("", "Mới nhất trước"), ("cu", "Cũ nhất trước")]
_OPEN: Final = [("", "Tất cả"), ("con", "Còn chênh lệch")]


class _Filters(forms.Form):
    """Nothing personal, so it stands in the address."""

    tt = forms.ChoiceField(label="Tình trạng", required=False, choices=_OPEN)
    xep = forms.ChoiceField(label="Sắp xếp", required=False, choices=_SORTS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            is_list = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_list else "form-control"


class _OfDay(_Filters):
    q = forms.RegexField(
        label="Mã hồ sơ bắt đầu bằng",
        required=False,
        regex=r"\A[0-9]{3}[0-9A-Z.-]{0,36}\Z",
        max_length=39,
        error_messages={"invalid": "Mã hồ sơ có dạng 000.00.06.H08-261123-0001."},
    )
    loai = forms.ChoiceField(
        label="Loại",
        required=False,
        choices=[("", "Tất cả"), *((kind.value, words) for kind, words in KIND_WORDS.items())],
    )
    field_order = ("q", "loai", "tt", "xep")


@officer(Power.CONNECT_SYSTEMS)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """The days."""
    form = _Filters(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    page = reading.days(
        request.authority,
        only_open=given.get("tt") == "con",
        oldest_first=given.get("xep") == "cu",
        page=_number(request),
    )
    facts = {
        **standing.page(request, "reconciliation", (_TITLE, "")),
        **_paging(page),
        "form": form,
        "rows": page.rows,
        "filtered": bool(given.get("tt")),
    }
    return render(request, "office/doi_soat.html", facts)


@officer(Power.CONNECT_SYSTEMS)
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """One day and what differed on it."""
    day, status, refused = reading.one_day(request.authority, public_id), 200, ""
    if request.method == "POST":
        try:
            reconciling.send_again(
                authority=request.authority, difference_id=_named(request.POST.get("difference", ""))
            )
        except NotFound:
            raise
        except Refusal as no:
            refused, status = no.text, no.status
        else:
            return redirect(f"{reverse('office:reconciled_day', args=[public_id])}?da=doi-soat-lai")
    form = _OfDay(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    wanted = reading.Search(
        code=given.get("q", ""),
        kind=given.get("loai", ""),
        only_open=given.get("tt") == "con",
        oldest_first=given.get("xep") == "cu",
    )
    page = reading.differences(request.authority, public_id, wanted, page=_number(request))
    facts = {
        **standing.page(
            request, "reconciliation", (_TITLE, reverse("office:reconciliation")), (f"{day.day:%d/%m/%Y}", "")
        ),
        **_paging(page),
        "day": day,
        "counts": [(words, day.counts.get(kind.value, {})) for kind, words in KIND_WORDS.items()]
        if day.counts
        else [],
        "form": form,
        "rows": [(line, KIND_WORDS[Owed(line.kind)], line.why.label) for line in page.rows],
        "filtered": bool(wanted.code or wanted.kind or wanted.only_open),
        "refused": refused,
    }
    return render(request, "office/doi_soat_ngay.html", facts, status=status)


def _number(request: OfficerRequest) -> int:
    given = request.GET.get("trang", "1")
    return int(given) if _PAGE.fullmatch(given) else 1


def _paging(page: reading.Page) -> dict[str, int]:
    return {"number": page.number, "previous": page.number - 1, "next": page.number + 1 if page.more else 0}


def _named(raw: str) -> UUID:
    if not _UUID.fullmatch(raw):
        raise NotFound
    return UUID(raw)
