"""Rà soát: a head sees what was conspicuous in officers' work, each line with its evidence, and says what it was."""

import re
from io import BytesIO
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from openpyxl.utils import get_column_letter

from motcua.kernel.authority import Authority, Power
from motcua.kernel.collation import collation_key
from motcua.kernel.refusal import Refusal
from motcua.kernel.spreadsheet_text import safe_cell
from motcua.press.workbooks import Book
from motcua.radar import exporting, judging, reading
from motcua.radar.reading import Seen, Wanted
from motcua.radar.thresholds import Thresholds
from motcua.radar.words import KINDS, OUTCOMES, explain, kind_words, may_be
from motcua.units import tree
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.day_field import DayField
from motcua.web.forms_base import Form, PlainTextField
from motcua.web.office import export_reason, standing
from motcua.web.office.journal_words import event_words, fact_words, subject_words
from motcua.web.office.paging import page_asked_for
from motcua.web.responses import file_response

_TITLE: Final = "Rà soát"
_EXPORT: Final = "Kết xuất danh sách rà soát"
_HERE: Final = "radar"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TAGS: Final = {
    "": "info",
    "PROPER": "success",
    "REMINDED": "warning",
    "EXPLANATION": "warning",
    "INSPECTION": "error",
}
_OPEN_WORDS: Final = "Chưa xem xét"
_OUTCOMES: Final = dict(OUTCOMES)
_NTH: Final = re.compile(r"[0-9]{1,3}")
_HEADINGS: Final = ("Ngày", "Loại", "Cán bộ", "Đơn vị", "Nội dung", "Số lần", "Từ lúc", "Đến lúc", "Kết luận")
_WIDTHS: Final = (12, 30, 28, 30, 60, 10, 18, 18, 20)


class Filters(forms.Form):
    """Nothing personal: an officer is named by the opaque id."""

    tt = forms.ChoiceField(
        label="Kết luận",
        required=False,
        choices=[("", "Tất cả"), (reading.OPEN, _OPEN_WORDS), *OUTCOMES],
    )
    loai = forms.ChoiceField(label="Loại", required=False, choices=[("", "Tất cả"), *KINDS])
    cb = forms.ChoiceField(label="Cán bộ", required=False)
    dv = forms.ChoiceField(label="Đơn vị", required=False)
    tu = DayField(label="Từ ngày")
    den = DayField(label="Đến ngày")
    xep = forms.ChoiceField(
        label="Sắp xếp",
        required=False,
        choices=[
            ("", "Mới nhất trước"),
            ("cu", "Cũ nhất trước"),
            ("-so-lan", "Nhiều lần nhất trước"),
            ("loai", "Theo loại"),
        ],
    )

    def __init__(self, *args: Any, authority: Authority, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        units = sorted(
            tree.names_of(tree.codes_below(authority)).items(), key=lambda pair: collation_key(pair[1])
        )
        self.fields["cb"].choices = [("", "Tất cả"), *reading.officers_seen(authority)]  # type: ignore[attr-defined]
        self.fields["dv"].choices = [("", "Tất cả"), *units]  # type: ignore[attr-defined]
        for field in self.fields.values():
            is_list = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_list else "form-control"

    def wanted(self) -> Wanted:
        """A box that says nothing sensible asks for nothing."""
        given = self.cleaned_data if self.is_valid() else {}
        return Wanted(
            kind=given.get("loai") or "",
            unit_code=given.get("dv") or "",
            officer=given.get("cb") or "",
            state=given.get("tt") or "",
            since=given.get("tu"),
            until=given.get("den"),
            order=given.get("xep") or "",
        )

    @property
    def filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields if name != "xep")


class Verdict(Form):
    """What the line was, and why."""

    outcome = forms.ChoiceField(label="Kết luận", choices=[("", "Chọn kết luận"), *OUTCOMES])
    reason = PlainTextField(
        label="Lý do",
        max_length=500,
        lines=True,
        help_text="Ghi đã xem gì, hỏi ai và vì sao kết luận như vậy. Không ghi số giấy tờ, số điện thoại của công dân.",
    )


@officer(*reading.READERS)
@require_http_methods(["GET"])
def listing(request: OfficerRequest) -> HttpResponse:
    """The lines of the own unit and below, and what makes a line."""
    form = Filters(request.GET, authority=request.authority)
    found = reading.listing(request.authority, form.wanted(), page=page_asked_for(request))
    facts = {
        **standing.page(request, _HERE, (_TITLE, "")),
        "form": form,
        "rows": [_shown(seen) for seen in found.rows],
        "number": found.number,
        "previous": found.number - 1,
        "next": found.number + 1 if found.more else 0,
        "filtered": form.filtered,
        "waiting": reading.waiting(request.authority),
        "rules": [(kind_words(kind), words) for kind, words in Thresholds.now().sentences()],
    }
    return render(request, "office/ra_soat.html", facts)


@officer(*reading.READERS)
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """One line: in words, with the lines of the journal it rests on, and what heads made of it."""
    authority = request.authority
    form = Verdict(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            judging.judge(
                authority=authority,
                public_id=public_id,
                outcome=form.cleaned_data["outcome"],
                reason=form.cleaned_data["reason"],
                seen=_seen(request),
            )
        except judging.JudgementReasonMissing as no:
            form.refuse(no, "reason")
        except judging.JudgedMeanwhile as no:
            form.refuse(no)
            status = no.status
        except Refusal:
            raise
        else:
            return redirect(f"{reverse('office:radar_line', args=[public_id])}?da=ra-soat")
    seen = reading.one(authority, public_id)
    judged = reading.judgements(authority, public_id)
    facts = {
        **standing.page(request, _HERE, (_TITLE, reverse("office:radar")), (kind_words(seen.row.kind), "")),
        **_shown(seen),
        "form": form,
        "may_be": may_be(seen.row.kind),
        "rule": dict(Thresholds.now().sentences())[seen.row.kind],
        "lines": [
            {
                "of": line,
                "what": event_words(line.event),
                "about": subject_words(line.subject),
                "facts": fact_words(line.facts, line.event),
            }
            for line in reading.evidence(authority, public_id)
        ],
        "judged": [(each, _TAGS[each.row.outcome]) for each in judged],
        "nth": len(judged),
        "may_judge": authority.may(Power.APPROVE_EXCEPTION),
    }
    return render(request, "office/ra_soat_mot.html", facts, status=status)


@officer(*reading.READERS)
@stepped_up()
@require_http_methods(["GET", "POST"])
def export(request: OfficerRequest) -> HttpResponse:
    """“Kết xuất Excel” of what was searched for: why, then the file."""
    wanted = Filters(request.GET, authority=request.authority).wanted()
    filters = request.GET.urlencode()

    def made(reason: str) -> HttpResponse:
        found = exporting.export(request.authority, wanted, reason=reason)
        return file_response(_workbook(found), f"ra-soat-{timezone.localdate():%Y%m%d}.xlsx", _XLSX)

    return export_reason.asked(
        request,
        standing.page(request, _HERE, (_TITLE, reverse("office:radar")), (_EXPORT, "")),
        made,
        heading=_EXPORT,
        says=f"Tệp có tối đa {exporting.MOST:,} dòng theo bộ lọc đang chọn.".replace(",", "."),
        back=reverse("office:radar") + (f"?{filters}" if filters else ""),
    )


def _seen(request: OfficerRequest) -> int:
    said = request.POST.get("seen", "0")
    return int(said) if _NTH.fullmatch(said) else 0


def _shown(seen: Seen) -> dict[str, Any]:
    return {
        "row": seen.row,
        "who": seen.who,
        "unit": seen.unit,
        "kind": kind_words(seen.row.kind),
        "words": explain(seen.row),
        "outcome": _OUTCOMES.get(seen.outcome, _OPEN_WORDS),
        "tag": _TAGS[seen.outcome],
    }


def _workbook(found: list[Seen]) -> bytes:
    book = Book(write_only=True)
    sheet = book.create_sheet("Rà soát")
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.append(_HEADINGS)
    for seen in found:
        line, row = _shown(seen), seen.row
        times = (f"{timezone.localtime(at):%d/%m/%Y %H:%M}" for at in (row.first_at, row.last_at))
        texts = (line["kind"], seen.who, seen.unit, line["words"])
        sheet.append(
            [f"{row.day:%d/%m/%Y}", *map(safe_cell, texts), row.count, *times, safe_cell(line["outcome"])]
        )
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()
