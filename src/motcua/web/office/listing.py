"""Danh sách tài khoản công dân do cán bộ tạo: searched by POST, remembered sealed, paged by marks."""

import re

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.accounts import assisted_reading, registers
from motcua.accounts.registers import Row, Wanted
from motcua.kernel.authority import Authority, Power
from motcua.units import remembered_search, staff, tree
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import forms, standing

_RUNNING_NUMBER = re.compile(r"[1-9][0-9]{0,6}")


@officer(Power.OPEN_ACCOUNT)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """POST searches and goes to an address with at most an id; GET shows a page of what was searched for."""
    units = units_of(request.authority)
    oldest_first = request.GET.get("xep") == "cu-nhat"
    if request.method == "POST":
        form = forms.Filters(request.POST, units=units)
        if form.is_valid():
            return HttpResponseRedirect(_address(remember(request.authority, form), oldest_first))
        return _page(request, form, registers.Page([], "", ""), "", status=422)
    search = request.GET.get("tim", "")[:40]
    typed = remembered_search.recall(request.authority, search) if search else {}
    form = forms.Filters(typed, units=units) if typed else forms.Filters(units=units)
    wanted = wanted_of(request.authority, form, oldest_first=oldest_first)
    found = registers.assisted_accounts(
        request.authority,
        wanted,
        after=request.GET.get("sau", "")[:40],
        before=request.GET.get("truoc", "")[:40],
    )
    facts = _numbered(request.GET.get("tu", ""), found)
    return _page(request, form, found, search if typed else "", oldest_first=oldest_first, **facts)


def units_of(authority: Authority) -> list[tuple[str, str]]:
    """The own unit and those below, for “Đơn vị tạo”."""
    return [(unit.code, unit.name) for unit in tree.units_below(authority, on=timezone.localdate())]


def remember(authority: Authority, form: forms.Filters) -> str:
    """The id under which the filters are kept, or "" when there are none."""
    return str(remembered_search.remember(authority, form.typed)) if form.typed else ""


def wanted_of(authority: Authority, form: forms.Filters, *, oldest_first: bool = False) -> Wanted:
    """Filters → what the register is asked; no filters when the form is empty or no longer valid."""
    if not form.is_bound or not form.is_valid():
        return Wanted(oldest_first=oldest_first)
    given = form.cleaned_data
    creators = staff.subjects_named(given["creator"], authority.subtree) if given["creator"] else None
    unit_ids = (tree.unit(given["unit"]).pk,) if given["unit"] else None
    return Wanted(
        name=given["full_name"],
        phone=given["phone"],
        number=given["number"],
        creator_subjects=creators,
        unit_ids=unit_ids,
        since=given["since"],
        until=given["until"],
        oldest_first=oldest_first,
    )


def lines_of(rows: list[Row]) -> list[dict[str, object]]:
    """Rows with the names of officers and units; two queries whatever their number."""
    names = staff.officers_by_subject(row.creator for row in rows)
    units = tree.names_of([row.unit_code for row in rows])
    return [
        {
            "row": row,
            "number": assisted_reading.masked(row.last3),
            "creator": names[row.creator].full_name if row.creator in names else "",
            "unit": units.get(row.unit_code, row.unit_code),
            "pending": row.status == "pending_activation",
        }
        for row in rows
    ]


def _numbered(given: str, found: registers.Page) -> dict[str, int]:
    """STT goes on over the pages: the address says from which number, and nothing is counted for it.

    A number for the eye only. Whoever types another one sees other numbers beside the same rows.
    """
    first = int(given) if _RUNNING_NUMBER.fullmatch(given) and found.previous_before else 1
    return {
        "before_first": first - 1,
        "next_from": first + len(found.rows),
        "previous_from": max(first - registers.PAGE, 1),
    }


def _page(
    request: OfficerRequest,
    form: forms.Filters,
    found: registers.Page,
    search: str,
    *,
    oldest_first: bool = False,
    status: int = 200,
    **more: int,
) -> HttpResponse:
    facts = {
        **standing.page(request, "citizen_accounts", ("Quản trị hệ thống", ""), ("Danh sách tài khoản", "")),
        "form": form,
        "lines": lines_of(found.rows),
        "next": found.next_after,
        "previous": found.previous_before,
        "oldest_first": oldest_first,
        "other_order": _address(search, not oldest_first),
        "search": search,
        "everything": reverse("office:accounts"),
        **more,
    }
    return render(request, "office/danh_sach.html", facts, status=status)


def _address(search: str, oldest_first: bool) -> str:
    query = "&".join(part for part in (search and f"tim={search}", oldest_first and "xep=cu-nhat") if part)
    return reverse("office:accounts") + (f"?{query}" if query else "")
