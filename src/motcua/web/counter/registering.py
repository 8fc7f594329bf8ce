"""Sổ theo dõi hồ sơ: the book on the screen, and as a file with a reason."""

from collections.abc import Iterator, Sequence
from datetime import date
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final, cast

from django import forms
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from openpyxl.utils import get_column_letter

from motcua.desk import catalogue
from motcua.desk import register as book
from motcua.desk.dossiers import READERS
from motcua.desk.register import Kind, Line, Wanted
from motcua.desk.states import State
from motcua.files.names import content_disposition
from motcua.kernel.authority import Power
from motcua.kernel.refusal import Refusal
from motcua.kernel.spreadsheet_text import safe_cell
from motcua.press import render as print_form
from motcua.press.workbooks import Book
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.forms_base import BirthDateField, Form, PlainTextField
from motcua.web.responses import SANDBOXED, file_response

if TYPE_CHECKING:
    from motcua.desk.models import Procedure

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS: Final = (6, 28, 48, 8, 28, 40, 16, 32, 18, 18, 18, 28, 28, 22)
_MOST_PAGES: Final = 10_000
_READERS: Final = (*sorted(READERS), Power.EXPORT)


class RegisterSearch(Form):
    """Which lines; with ``file`` pressed also why they are taken out."""

    since = BirthDateField(label="Nhận từ ngày", required=False)
    until = BirthDateField(label="Đến ngày", required=False)
    procedure = forms.ChoiceField(label="Thủ tục", required=False)
    state = forms.ChoiceField(label="Trạng thái", required=False)
    reason = PlainTextField(label="Lý do kết xuất", max_length=500, required=False)

    def __init__(self, procedures: "Sequence[Procedure]", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, first, choices in (
            ("procedure", "Tất cả thủ tục", [(each.code, each.name) for each in procedures]),
            ("state", "Tất cả trạng thái", [(state.value, str(state.label)) for state in book.CODED]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [("", first), *choices]
        for name in ("since", "until"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def wanted(self) -> Wanted:
        """What the desk is asked."""
        given = self.cleaned_data
        return Wanted(
            from_day=_day(given["since"]),
            to_day=_day(given["until"]),
            procedure_code=given["procedure"],
            state=State(given["state"]) if given["state"] else None,
        )


@officer(*_READERS)
@stepped_up(when=lambda request: bool(request.POST.get("tep")))
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def register(request: OfficerRequest) -> HttpResponse:
    """Everything is posted: the filters, the page, and which file is wanted."""
    posted = request.POST if request.method == "POST" else {}
    procedures = catalogue.procedures_for(request.authority, on=timezone.localdate())
    form = RegisterSearch(procedures, posted)
    facts: dict[str, object] = {
        "nav_here": "register",
        "form": form,
        "may_export": request.authority.may(Power.EXPORT),
        "most_rows": f"{book.MOST_ROWS:,}".replace(",", "."),
        "most_printed": f"{book.MOST_PRINTED:,}".replace(",", "."),
    }
    if not form.is_valid():
        return render(request, "counter/so_theo_doi.html", facts, status=422)
    kind = posted.get("tep", "")
    if kind in {each.value for each in Kind}:
        try:
            return _file(request, form, Kind(kind))
        except Refusal as no:
            if no.status == 403:
                raise
            form.refuse(no, "reason" if no.code == "reason_wanted" else None)
    facts |= _page(request, form, posted.get("trang", ""))
    return render(request, "counter/so_theo_doi.html", facts, status=422 if form.errors else 200)


def _page(request: OfficerRequest, form: RegisterSearch, trail_words: str) -> dict[str, object]:
    trail = [part for part in trail_words.split("|") if part][-_MOST_PAGES:]
    if not request.authority.powers & READERS:
        return {"rows": [], "only_export": True}
    found = book.page_of(
        request.authority, form.wanted(), cursor=trail[-1] if trail else None, now=timezone.now()
    )
    rows = list(found.rows)
    return {
        "rows": list(zip(rows, book.lines_of(rows), strict=True)),
        "back": "|".join(trail[:-1]) if trail else None,
        "onward": "|".join([*trail, found.next_cursor]) if found.next_cursor else None,
    }


def _file(request: OfficerRequest, form: RegisterSearch, kind: Kind) -> HttpResponse:
    wanted = form.wanted()
    lines = book.take_out(request.authority, wanted, kind=kind, reason=form.cleaned_data["reason"])
    name = f"so-theo-doi-{timezone.localdate():%Y%m%d}.{kind}"
    if kind == Kind.PDF:
        paper = book.sheet_of(request.authority, wanted, lines)
        return file_response(print_form(*paper), name, "application/pdf")
    answer = FileResponse(workbook(lines), content_type=_XLSX)
    # The same words as web.responses, for a file too long to stand in memory.
    answer["Content-Disposition"] = content_disposition(name)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = SANDBOXED
    answer["Cache-Control"] = "no-store"
    return cast(HttpResponse, answer)  # Django serves either alike


def workbook(lines: Iterator[Line]) -> IO[bytes]:
    """An Excel file on disk without a name: rows go there as they come, and it is gone when it is closed."""
    sheets = Book(write_only=True)
    sheet = sheets.create_sheet("Sổ theo dõi hồ sơ")
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "C2"
    sheet.append(book.HEADINGS)
    for nth, line in enumerate(lines, start=1):
        sheet.append([safe_cell(cell) if isinstance(cell, str) else cell for cell in line.cells(nth)])
    kept = TemporaryFile()  # noqa: SIM115 - the answer closes it when it was sent
    sheets.save(kept)
    kept.seek(0)
    return kept


def _day(value: Any) -> date | None:
    return value.on if value else None
