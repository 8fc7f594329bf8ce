"""Báo cáo: figures of the own unit and below with pictures, and the same as a file."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from motcua.desk.open_work import Figure, Load
from motcua.figures import reporting
from motcua.figures.reporting import Period, PeriodWrong, Sums
from motcua.kernel.authority import Authority, Power
from motcua.kernel.spreadsheet_text import safe_cell
from motcua.kernel.training_stamp import STAMP
from motcua.press.workbooks import Book
from motcua.units import tree
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import charts, standing, workload_here
from motcua.web.office.charts import percent
from motcua.web.office.report_columns import Line, headings
from motcua.web.responses import file_response

if TYPE_CHECKING:
    from motcua.units.models import Unit

_TITLE: Final = "Báo cáo"
_DAY: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_USUAL: Final = timedelta(days=29)
_ANSWERS: Final = {"FOUND": "Có tài khoản", "NOT_FOUND": "Chưa có tài khoản", "UNKNOWN": "Cổng không trả lời"}
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which units and days, grouped how."""

    period: Period
    unit: str
    by_district: bool
    wrong: str


@officer(Power.INSPECT)
@require_GET
def report(request: OfficerRequest) -> HttpResponse:
    """Sums, pictures and a line for each unit (or district)."""
    authority = request.authority
    asked = _asked(request, authority)
    units = _units(authority, asked)
    lines, whole = _lines(authority, asked, units)
    before = reporting.together(line.before for line in lines)
    codes = _codes(authority, asked, units)
    facts: dict[str, Any] = {
        **standing.page(request, "reports", (_TITLE, "")),
        "asked": asked,
        "units": [(unit.code, unit.name) for unit in _all(authority)],
        "headings": headings(),
        "lines": lines,
        "whole": whole,
        "tiles": _tiles(whole, before, lines) if settings.HOSTS_DESK else _account_tiles(whole, before),
        "chart": charts.columns(reporting.days(authority, codes, asked.period)),
        "answers": charts.lying([(_ANSWERS.get(kind, kind), n) for kind, n in whole.kinds("asked")]),
        **(_of_accounts(whole) if settings.HOSTS_PORTAL else {}),
        "has_desk": settings.HOSTS_DESK,
        "has_accounts": settings.HOSTS_PORTAL,
        "indicators": _indicators(whole),
        "query": request.GET.urlencode(),
        "period": f"tu={asked.period.since:%d/%m/%Y}&den={asked.period.until:%d/%m/%Y}",
    }
    return render(request, "office/bao_cao.html", facts, status=422 if asked.wrong else 200)


@officer(Power.INSPECT)
@require_GET
def as_file(request: OfficerRequest) -> HttpResponse:
    """The table as Excel or CSV; nobody is named in it, and no cell calculates."""
    authority = request.authority
    asked = _asked(request, authority)
    lines, _ = _lines(authority, asked, _units(authority, asked))
    rows = [[safe_cell(line.name), *line.cells] for line in lines]
    name = f"bao-cao-{asked.period.since:%Y%m%d}-{asked.period.until:%Y%m%d}"
    if request.GET.get("kieu") == "csv":
        return file_response(_csv(rows), f"{name}.csv", "text/csv; charset=utf-8")
    return file_response(_workbook(rows), f"{name}.xlsx", _XLSX)


def _asked(request: OfficerRequest, authority: Authority) -> Asked:
    today = timezone.localdate()
    usual = Period(today - _USUAL, today)
    since, until = _day(request.GET.get("tu", "")), _day(request.GET.get("den", ""))
    unit = request.GET.get("dv", "")[:80]
    known = unit if any(each.code == unit for each in _all(authority)) else ""
    by_district = request.GET.get("nhom") == "dia-ban"
    try:
        period = Period(since or usual.since, until or usual.until)
    except PeriodWrong as no:
        return Asked(usual, known, by_district, no.text)
    return Asked(period, known, by_district, "")


def _day(typed: str) -> date | None:
    found = _DAY.fullmatch(typed.strip())
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def _all(authority: Authority) -> "list[Unit]":
    """The own units, closed ones too: a report about last year has them."""
    return tree.all_below(authority)


def _units(authority: Authority, asked: Asked) -> "list[Unit]":
    """Those of the report: all, or one with what lies below it."""
    units = _all(authority)
    if not asked.unit:
        return units
    chosen = next(unit for unit in units if unit.code == asked.unit)
    inside = set(tree.subtree_ids(chosen.pk))
    return [unit for unit in units if unit.pk in inside]


def _codes(authority: Authority, asked: Asked, units: "Sequence[Unit]") -> list[str]:
    """What belongs to no unit is told at the top only."""
    codes = [unit.code for unit in units]
    return [*codes, ""] if not asked.unit and tree.is_top(authority) else codes


def _lines(authority: Authority, asked: Asked, units: "Sequence[Unit]") -> tuple[list[Line], Sums]:
    codes = _codes(authority, asked, units)
    now = reporting.sums(authority, codes, asked.period)
    before = reporting.sums(authority, codes, asked.period.before)
    loads = workload_here.of_units([unit.pk for unit in units], now=timezone.now())
    groups: dict[str, list[Unit]] = {}
    for unit in units:
        name = (unit.district or "Cấp tỉnh") if asked.by_district else unit.code
        groups.setdefault(name, []).append(unit)
    lines = [
        Line(
            code="" if asked.by_district else some[0].code,
            name=name if asked.by_district else some[0].name,
            now=reporting.together(now[unit.code] for unit in some if unit.code in now),
            before=reporting.together(before[unit.code] for unit in some if unit.code in before),
            load=sum((loads.get(unit.pk, Load()) for unit in some), Load()),
        )
        for name, some in groups.items()
    ]
    kept = [line for line in lines if line.now.counts or line.before.counts or line.load.open]
    return kept, reporting.together(now.values())


def _tiles(whole: Sums, before: Sums, lines: Iterable[Line]) -> list[tuple[str, str, str, str]]:
    """(words, number, what it is beside, the list that stands behind it)."""
    load = sum((line.load for line in lines), Load())
    share, earlier = whole.share("checked", "received"), before.share("checked", "received")
    median, p95 = whole.minutes(0.5), whole.minutes(0.95)
    return [
        ("Hồ sơ tiếp nhận", str(whole.of("received")), f"kỳ trước {before.of('received')}", Figure.RECEIVED),
        ("Tỷ lệ xác thực tài khoản", percent(share), f"kỳ trước {percent(earlier)}", ""),
        (
            "Đang nợ xác thực",
            str(load.provisional),
            f"tiếp nhận tạm trong kỳ {whole.of('provisional')}",
            Figure.PROVISIONAL,
        ),
        (
            "Phút từ kiểm tra đến tiếp nhận (trung vị)",
            _minutes(median),
            "" if p95 is None else f"95% số hồ sơ: {_within(p95)}",
            "",
        ),
        ("Giấy tờ không phải nộp lại", str(whole.of("reused")), f"{whole.of('reusing')} hồ sơ", ""),
        ("Đang quá hạn", str(load.overdue), f"trong {load.open} hồ sơ đang giải quyết", Figure.OVERDUE),
    ]


def _minutes(known: int | None) -> str:
    """Whole minutes; 0 is less than one."""
    return "—" if known is None else str(known) if known else "dưới 1"


def _within(minutes: int) -> str:
    return f"trong {minutes} phút" if minutes else "dưới 1 phút"


def _account_tiles(whole: Sums, before: Sums) -> list[tuple[str, str, str, str]]:
    """The same where no desk is: what was done with accounts."""
    return [
        (words, str(whole.of(figure)), f"kỳ trước {before.of(figure)}", "")
        for words, figure in (
            ("Tài khoản tự đăng ký", "self"),
            ("Tài khoản cán bộ tạo", "assisted"),
            ("Không khớp với nhà mạng", "mismatch"),
        )
    ]


def _of_accounts(whole: Sums) -> dict[str, Any]:
    """Accounts by how they were made, why an officer did, and which operators said that a phone does not fit."""
    from motcua.accounts import operators  # accounts are not everywhere
    from motcua.accounts.assistance import REASONS

    words, called = dict(REASONS), operators.names_by_code()
    opened = [(f"Cán bộ tạo: {words.get(kind, kind)}", n) for kind, n in whole.kinds("assisted")]
    if whole.of("self"):
        opened.insert(0, ("Tự đăng ký", whole.of("self")))
    return {
        "opened": charts.lying(opened),
        "operators": charts.lying(
            [(called.get(kind, kind) or "không rõ", n) for kind, n in whole.kinds("mismatch")]
        ),
    }


def _indicators(whole: Sums) -> list[tuple[str, str, str]]:
    """Digitisation and reuse as QĐ 766/QĐ-TTg asks; each with how it is counted."""
    return [
        (
            "Tỷ lệ hồ sơ có thành phần được số hóa",
            percent(whole.share("digitised", "received")),
            "hồ sơ có giấy tờ được quét khi nhận hoặc số hóa sau đó, mỗi hồ sơ tính một lần, "
            "trên hồ sơ tiếp nhận trong kỳ",
        ),
        (
            "Tỷ lệ hồ sơ dùng lại giấy tờ đã có",
            percent(whole.share("reusing", "received")),
            "hồ sơ lấy ít nhất một giấy tờ từ Kho dữ liệu trên hồ sơ tiếp nhận",
        ),
        (
            "Tỷ lệ cấp kết quả điện tử",
            percent(whole.share("signed", "finished")),
            "kết quả ký số trên hồ sơ giải quyết xong trong kỳ",
        ),
        (
            "Tỷ lệ giải quyết đúng hạn",
            percent(whole.share("finished", "finished", "in_time")),
            "hồ sơ xong đúng hạn trên hồ sơ xong trong kỳ",
        ),
    ]


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    kept = StringIO()
    writer = csv.writer(kept)
    if settings.TRAINING:
        writer.writerow([STAMP])
    writer.writerow(headings())
    writer.writerows(rows)
    # The mark by which Excel knows that the letters are Vietnamese.
    return b"\xef\xbb\xbf" + kept.getvalue().encode()


def _workbook(rows: Iterable[Sequence[object]]) -> bytes:
    book = Book(write_only=True)
    sheet = book.create_sheet("Báo cáo")
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 50
    sheet.append(headings())
    for row in rows:
        sheet.append(list(row))
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()
