"""“Tỷ lệ có tài khoản”: how many pupils of each school and class have an account, now and when it was first asked."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from motcua.accounts import class_lists, class_reading
from motcua.accounts.class_reading import Share
from motcua.kernel.collation import collation_key
from motcua.kernel.refusal import NotFound
from motcua.units import tree
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import class_lists_forms as forms
from motcua.web.office import standing
from motcua.web.office.paging import page_asked_for

_PAGE: Final = 50
_TITLE: Final = "Tỷ lệ có tài khoản"
#: What the table may be sorted by.
_KEYS: Final = {
    "ten": lambda share: collation_key(share.label or share.unit_name),
    "hoc-sinh": lambda share: share.pupils,
    "ty-le": lambda share: share.percent,
    "luc": lambda share: share.at,
}


@officer(*class_lists.POWERS)
@require_GET
def schools(request: OfficerRequest) -> HttpResponse:
    """Each school of the own unit and below, its classes added up."""
    words = _words(request)
    return _page(request, class_reading.schools_of(request.authority, words=words), words, "", (_TITLE, ""))


@officer(*class_lists.POWERS)
@require_GET
def classes(request: OfficerRequest, code: str) -> HttpResponse:
    """Each class of one school."""
    name = tree.names_of([code]).get(code)
    everything = class_reading.classes_of(request.authority, code)
    if name is None or not everything:
        raise NotFound
    words = _words(request)
    found = class_reading.classes_of(request.authority, code, words=words)
    return _page(request, found, words, name, (_TITLE, reverse("office:class_shares")), (name, ""))


def _page(
    request: OfficerRequest, found: list[Share], words: str, school: str, *crumbs: tuple[str, str]
) -> HttpResponse:
    given = request.GET.get("xep", "")
    by = given.removeprefix("-")
    if by in _KEYS:
        found = sorted(found, key=_KEYS[by], reverse=given.startswith("-"))
    number = min(page_asked_for(request), max(1, -(-len(found) // _PAGE)))
    facts = {
        **standing.page(request, "class_lists", ("Danh sách lớp", reverse("office:class_lists")), *crumbs),
        "school": school,
        "form": forms.SharesSearch(initial={"q": words}),
        "searched": bool(words),
        "shares": found[(number - 1) * _PAGE : number * _PAGE],
        "sort": given if by in _KEYS else "ten",
        "number": number,
        "previous": number - 1 if number > 1 else None,
        "next": number + 1 if number * _PAGE < len(found) else None,
        "here": request.path,
    }
    return render(request, "office/danh_sach_lop_ty_le.html", facts)


def _words(request: OfficerRequest) -> str:
    form = forms.SharesSearch(request.GET)
    words: str = form.cleaned_data["q"] if form.is_valid() else ""
    return words
