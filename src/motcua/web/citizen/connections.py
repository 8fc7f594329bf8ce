"""Hệ thống kết nối: where I sign in through the portal, what each knows of me, and how I take it back."""

import re
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from motcua.signin import connections, sharing
from motcua.signin.connections import Sort
from motcua.web.access import VisitorRequest, signed_in

_PAGE: Final = re.compile(r"[1-9][0-9]{0,2}")
_ORDERS: Final = {Sort.USED: "Mới dùng trước", Sort.NAME: "Tên từ A đến Z"}


@signed_in
@require_GET
def listing(request: VisitorRequest) -> HttpResponse:
    """By pages; a system's name is nobody's, so the search stands in the address."""
    words = request.GET.get("q", "")[:100]
    asked, number = request.GET.get("xep", ""), request.GET.get("trang", "1")
    sort = Sort(asked) if asked in set(Sort) else Sort.USED
    page = connections.listing(
        request.visitor, search=words, sort=sort, page=int(number) if _PAGE.fullmatch(number) else 1
    )
    facts = {
        "nav_here": "connections",
        "page": page,
        "words": words,
        "sort": sort,
        "orders": [(each.value, said) for each, said in _ORDERS.items()],
        "previous": page.number - 1,
        "next": page.number + 1 if page.more else 0,
        "taken_back": request.GET.get("da") == "rut",
    }
    return render(request, "citizen/he_thong_ket_noi.html", facts)


@signed_in
@require_POST
def take_back(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """The system learns nothing more and hears that it is over."""
    sharing.withdraw(viewer=request.visitor, client=public_id)
    return redirect(reverse("citizen:connections") + "?da=rut")
