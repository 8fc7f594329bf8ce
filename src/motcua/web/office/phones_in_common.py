"""Số điện thoại dùng chung: grown-ups of the unit who share a phone, and what their head has done about it."""

from typing import Final

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.accounts import phones_in_common
from motcua.accounts.phones_in_common import Line, Sort
from motcua.kernel.authority import Power
from motcua.units import tree
from motcua.web.access import OfficerRequest, officer
from motcua.web.forms_base import Form, PlainTextField
from motcua.web.office import standing
from motcua.web.office.paging import page_asked_for

_SORTS: Final = {
    Sort.OLDEST: "Dùng chung lâu nhất trước",
    Sort.NEWEST: "Dùng chung mới nhất trước",
    Sort.NAME: "Họ tên từ A đến Z",
    Sort.NAME_DOWN: "Họ tên từ Z đến A",
}


class Searched(Form):
    """Posted: a name does not stand in an address."""

    words = PlainTextField(label="Tên công dân", max_length=100, required=False)
    sort = forms.ChoiceField(label="Sắp xếp", required=False, choices=list(_SORTS.items()))


@officer(Power.APPROVE_EXCEPTION)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """Of the head's unit and those below."""
    form = Searched(request.POST or None)
    given = form.cleaned_data if form.is_valid() else {}
    wanted = phones_in_common.Search(words=given.get("words") or "", sort=Sort(given.get("sort") or ""))
    page = phones_in_common.listing(request.authority, wanted, page=page_asked_for(request))
    units = tree.names_of([row.unit_code for row in page.rows if row.unit_code])
    facts = {
        **standing.page(request, "phones_in_common", ("Số điện thoại dùng chung", "")),
        "form": form,
        "rows": [(row, _with(row), units.get(row.unit_code, "")) for row in page.rows],
        "number": page.number,
        "previous": page.number - 1,
        "next": page.number + 1 if page.more else 0,
        "filtered": bool(wanted.words),
    }
    return render(request, "office/so_dung_chung.html", facts, status=422 if form.errors else 200)


def _with(row: Line) -> str:
    said = [
        f"{row.grown_ups} người đủ 18 tuổi khác" if row.grown_ups else "",
        f"{row.minors} người chưa đủ 18 tuổi" if row.minors else "",
    ]
    return ", ".join(part for part in said if part)
