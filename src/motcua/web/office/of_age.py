"""Tài khoản đủ 18 tuổi: who comes of age within a month, who came and has not taken the account over, what to do."""

from typing import Final
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from motcua.accounts import creation, of_age_reading
from motcua.accounts.of_age_reading import Shown, Sort, State
from motcua.kernel.authority import Power
from motcua.units import tree
from motcua.web.access import OfficerRequest, officer
from motcua.web.forms_base import Form, PlainTextField
from motcua.web.office import standing
from motcua.web.office.paging import page_asked_for

_SHOWN: Final = {
    Shown.OPEN: "Mọi tài khoản chưa nhận",
    Shown.AHEAD: "Sắp đủ (30 ngày tới)",
    Shown.WAITS: "Đã đủ, chưa nhận",
    Shown.HANDED_OVER: "Đã nhận, chờ kích hoạt",
}
_SORTS: Final = {
    Sort.DAY: "Ngày sớm nhất trước",
    Sort.LATEST: "Ngày muộn nhất trước",
    Sort.NAME: "Họ tên từ A đến Z",
    Sort.NAME_DOWN: "Họ tên từ Z đến A",
}
_TAGS: Final = {State.AHEAD: "info", State.WAITS: "warning", State.HANDED_OVER: "neutral"}


class Searched(Form):
    """Posted: a name does not stand in an address."""

    words = PlainTextField(label="Tên công dân", max_length=100, required=False)
    shown = forms.ChoiceField(label="Tình trạng", required=False, choices=list(_SHOWN.items()))
    sort = forms.ChoiceField(label="Sắp xếp", required=False, choices=list(_SORTS.items()))


@officer(Power.OPEN_ACCOUNT, Power.GRANT)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """Of the officer's unit and those below."""
    form = Searched(request.POST or None)
    given = form.cleaned_data if form.is_valid() else {}
    wanted = of_age_reading.Search(
        words=given.get("words", ""),
        shown=Shown(given.get("shown") or Shown.OPEN),
        sort=Sort(given.get("sort") or Sort.DAY),
    )
    page = of_age_reading.listing(request.authority, wanted, page=page_asked_for(request))
    units = tree.names_of([row.unit_code for row in page.rows if row.unit_code])
    facts = {
        **standing.page(request, "of_age", ("Tài khoản đủ 18 tuổi", "")),
        "form": form,
        "rows": [(row, _TAGS[row.state], _said(row), units.get(row.unit_code, "")) for row in page.rows],
        "number": page.number,
        "previous": page.number - 1,
        "next": page.number + 1 if page.more else 0,
        "filtered": bool(wanted.words or wanted.shown is not Shown.OPEN),
        "may_hand_over": request.authority.may(Power.OPEN_ACCOUNT),
        "may_open_one": any(row.account_id for row in page.rows),
    }
    return render(request, "office/du_18_tuoi.html", facts, status=422 if form.errors else 200)


@officer(Power.OPEN_ACCOUNT)
@require_POST
def send_password(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Gửi lại mật khẩu một lần” to somebody who took the account over and has not activated it."""
    account = of_age_reading.handed_over(request.authority, public_id)
    creation.send_password_after_hand_over(authority=request.authority, account=account)
    return redirect(f"{reverse('office:of_age')}?da=mat-khau")


def _said(row: of_age_reading.Line) -> str:
    if row.state is State.HANDED_OVER:
        return "Đã nhận, chờ kích hoạt"
    if row.state is State.AHEAD:
        return f"Còn {row.days} ngày nữa đủ 18 tuổi"
    return "Đủ 18 tuổi hôm nay" if row.days == 0 else f"Đủ 18 tuổi được {row.days} ngày, chưa nhận"
