"""Kết xuất danh sách ra Excel: with a reason, at most 1,000 rows, numbers masked, cells that never calculate."""

from io import BytesIO
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from openpyxl.utils import get_column_letter

from motcua.accounts import registers
from motcua.kernel.authority import Power
from motcua.kernel.refusal import Refusal
from motcua.kernel.spreadsheet_text import safe_cell as safe_cell
from motcua.press.workbooks import Book
from motcua.units import remembered_search
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.office import forms, standing
from motcua.web.office.listing import lines_of, units_of, wanted_of
from motcua.web.responses import file_response

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADINGS: Final = (
    "STT",
    "Tên công dân",
    "CMND/CCCD",
    "Số điện thoại",
    "Cán bộ tạo",
    "Đơn vị",
    "Thời gian tạo",
    "Trạng thái",
)
_WIDTHS: Final = (6, 30, 16, 16, 30, 40, 18, 18)


@officer(Power.EXPORT)
@stepped_up()
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def export(request: OfficerRequest) -> HttpResponse:
    """The filters, the reason, then the file."""
    units = units_of(request.authority)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST":
        form = forms.Export(request.POST, units=units)
        if form.is_valid():
            wanted = wanted_of(request.authority, form)
            try:
                rows = registers.export(request.authority, wanted, reason=form.cleaned_data["reason"])
            except Refusal as no:
                form.refuse(no, "reason" if no.code == "export_reason_missing" else None)
                status = no.status
            else:
                name = f"tai-khoan-cong-dan-{timezone.localdate():%Y%m%d}.xlsx"
                return file_response(_workbook(lines_of(rows)), name, _XLSX)
    else:
        typed = remembered_search.recall(request.authority, request.GET.get("tim", "")[:40])
        form = forms.Export(initial=typed, units=units)
    facts = {**standing.page(request, "export", ("Kết xuất danh sách", "")), "form": form}
    return render(request, "office/ket_xuat.html", facts, status=status)


def _workbook(lines: list[dict[str, object]]) -> bytes:
    book = Book(write_only=True)
    sheet = book.create_sheet("Tài khoản công dân")
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.append(_HEADINGS)
    for nth, line in enumerate(lines, start=1):
        row: registers.Row = line["row"]  # type: ignore[assignment]
        opened = f"{timezone.localtime(row.opened_at):%d/%m/%Y %H:%M}"
        state = "Chờ kích hoạt" if line["pending"] else "Đã kích hoạt"
        texts = (
            row.full_name,
            str(line["number"]),
            row.phone_masked,
            str(line["creator"]),
            str(line["unit"]),
        )
        sheet.append([nth, *map(safe_cell, texts), opened, state])
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()
