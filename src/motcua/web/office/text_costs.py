"""Chi phí tin nhắn theo đơn vị, một tháng một bảng; ra Excel with cells that never calculate."""

import re
from io import BytesIO
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET
from openpyxl.utils import get_column_letter

from motcua.kernel.authority import Power
from motcua.press.workbooks import Book
from motcua.signin import sms_costs
from motcua.signin.sms_costs import Sort
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import standing
from motcua.web.office.exporting import safe_cell
from motcua.web.office.text_forms import Costs
from motcua.web.responses import file_response

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PAGE: Final = re.compile(r"[1-9][0-9]{0,2}")
_HEADINGS: Final = ("STT", "Mã đơn vị", "Đơn vị", "Số tin", "Số đoạn", "Chi phí (đồng)", "Theo nhà cung cấp")
_WIDTHS: Final = (6, 24, 50, 10, 10, 16, 60)


@officer(Power.CONNECT_SYSTEMS)
@require_GET
def monthly(request: OfficerRequest) -> HttpResponse:
    """Of the units of the officer's own tree; ``?xuat=excel`` is the same as a file."""
    form = Costs(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    month = given.get("thang") or timezone.localdate().replace(day=1)
    words, sort = given.get("q", ""), Sort(given.get("xep") or Sort.COST)
    lines = sms_costs.of_month(request.authority, month, words=words, sort=sort)
    if request.GET.get("xuat") == "excel":
        return file_response(_workbook(lines), f"chi-phi-tin-nhan-{month:%Y%m}.xlsx", _XLSX)
    number = request.GET.get("trang", "1")
    page = sms_costs.page(lines, int(number) if _PAGE.fullmatch(number) else 1)
    facts = {
        **standing.page(request, "text_costs", ("Chi phí tin nhắn", "")),
        "form": form,
        "month": month,
        "page": page,
        "previous": page.number - 1,
        "next": page.number + 1 if page.more else 0,
        "filtered": bool(words),
        "empty_address": reverse("office:text_costs"),
    }
    return render(request, "office/tin_nhan_chi_phi.html", facts)


def _workbook(lines: list[sms_costs.Line]) -> bytes:
    book = Book(write_only=True)
    sheet = book.create_sheet("Chi phí tin nhắn")
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.append(_HEADINGS)
    for nth, line in enumerate(lines, start=1):
        by_provider = "; ".join(f"{name}: {cost}" for name, cost in line.by_provider)
        sheet.append(
            [
                nth,
                safe_cell(line.unit_code),
                safe_cell(line.unit_name),
                line.texts,
                line.parts,
                line.cost_vnd,
                safe_cell(by_provider),
            ]
        )
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()
