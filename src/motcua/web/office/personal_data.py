"""Dữ liệu cá nhân: the register of purposes, and whether what has to go has gone."""

import re
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from motcua.protection import duties, reading, register
from motcua.protection import impact as impact_file
from motcua.units import tree
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import standing
from motcua.web.office.journal_words import ROOM_WORDS
from motcua.web.responses import pdf_response

_TITLE: Final = "Dữ liệu cá nhân"
_PAGE: Final = re.compile(r"[1-9][0-9]{0,2}")
_ROOMS: Final = {**ROOM_WORDS, "limits": "Hạn mức", "outbox": "Hộp thư đi", "files": "Tệp"}
_SORTS: Final = [("", "Theo phần của hệ thống"), ("muc-dich", "Theo mục đích")]
_ENDS: Final = {"xoa": "chore", "ngay": "rule", "giu": "stays"}


class _Filters(forms.Form):
    """Names of columns and purposes are nobody's, so they stand in the address."""

    q = forms.CharField(label="Mục đích, cột hoặc người đọc", required=False, max_length=60)
    phong = forms.ChoiceField(label="Phần của hệ thống", required=False)
    het = forms.ChoiceField(
        label="Hết hạn thì",
        required=False,
        choices=[("", "Tất cả"), *((sign, reading.ENDED[end]) for sign, end in _ENDS.items())],
    )
    xep = forms.ChoiceField(label="Sắp xếp", required=False, choices=_SORTS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        rooms = [(room, _ROOMS.get(room, room)) for room in reading.rooms()]
        self.fields["phong"].choices = [("", "Tất cả"), *rooms]  # type: ignore[attr-defined]
        for field in self.fields.values():
            is_list = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_list else "form-control"


@officer(*reading.READERS)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """Every personal column, a page at a time."""
    form = _Filters(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    wanted = reading.Search(
        words=given.get("q", ""),
        room=given.get("phong", ""),
        ended=_ENDS.get(given.get("het", ""), ""),
        by_purpose=given.get("xep") == "muc-dich",
    )
    raw = request.GET.get("trang", "1")
    page = reading.search(request.authority, wanted, int(raw) if _PAGE.fullmatch(raw) else 1)
    facts = {
        **standing.page(request, "personal_data", (_TITLE, "")),
        "form": form,
        "rows": [(line, _ROOMS.get(line.room, line.room)) for line in page.rows],
        "found": page.all,
        "documents": register.documents(),
        "nobodys": len(register.nobodys()),
        "filtered": bool(wanted.words or wanted.room or wanted.ended),
        "may_see_breaches": tree.is_top(request.authority),
        "number": page.number,
        "previous": page.number - 1,
        "next": page.number + 1 if page.more else 0,
    }
    return render(request, "office/du_lieu_ca_nhan.html", facts)


@officer(*reading.READERS)
@require_GET
def retention(request: OfficerRequest) -> HttpResponse:
    """Each chore that deletes: when it ran, what it erased, what is past its day and still here."""
    rows = duties.standings(request.authority)
    facts = {
        **standing.page(
            request, "personal_data", (_TITLE, "/quan-tri/du-lieu-ca-nhan/"), ("Thời hạn lưu", "")
        ),
        "rows": rows,
        "late": sum(row.late for row in rows),
    }
    return render(request, "office/thoi_han_luu.html", facts)


@officer(*reading.READERS)
@require_GET
def impact(request: OfficerRequest) -> HttpResponse:
    """Hồ sơ đánh giá tác động, made of the register and the settings of this very moment."""
    return pdf_response(impact_file.as_pdf(request.authority), "ho-so-danh-gia-tac-dong.pdf")
