"""Sẵn sàng áp dụng: which desks are ready for the binding day, what it would have refused, and a new day for many."""

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from motcua.desk import gate_preview
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import gate_days, gate_reading, staff, tree
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.office import readiness_forms, readiness_lines, standing
from motcua.web.office.paging import page_asked_for
from motcua.web.office.readiness_lines import Wanted

if TYPE_CHECKING:
    from motcua.units.gate_tables import GateChange
    from motcua.units.models import Unit

_TITLE: Final = "Sẵn sàng áp dụng"
_HERE: Final = "readiness"
_FIELD_OF: Final = {
    "gate_day_past": "binds_from",
    "gate_day_not_earlier": "binds_from",
    "gate_reason_wanted": "reason",
}
_TAGS: Final = {"OPEN": "info", "APPROVED": "success", "DECLINED": "warning", "WITHDRAWN": "neutral"}


@officer(Power.GRANT)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """Every desk of the own unit and below."""
    form = readiness_forms.Search(request.GET)
    wanted, every = _wanted(form), _lines(request)
    found = readiness_lines.chosen(every, wanted)
    number = page_asked_for(request)
    first = (number - 1) * readiness_lines.PAGE
    facts = {
        **_page(request),
        "form": form,
        "rows": found[first : first + readiness_lines.PAGE],
        "number": number,
        "previous": number - 1,
        "next": number + 1 if len(found) > first + readiness_lines.PAGE else 0,
        "filtered": bool(wanted.words or wanted.gate or wanted.ready),
        "total": len(every),
        "ready": sum(not line.missing for line in every),
        "binding": sum(line.binds for line in every),
        "warning": sum(not line.binds for line in every),
        "choosable": sum(not line.binds and not line.waiting for line in found),
        "open_changes": sum(1 for _ in {line.waiting.pk for line in every if line.waiting}),
    }
    return render(request, "office/san_sang.html", facts)


@officer(Power.GRANT)
@require_http_methods(["GET", "POST"])
def change(request: OfficerRequest) -> HttpResponse:
    """“Xem trước và đổi ngày”: what the chosen desks would have refused; then asked for a second person's word."""
    today = timezone.localdate()
    every = gate_days.warning_units(request.authority, _named(request), on=today)
    units = every if request.method == "POST" else every[: gate_days.MOST_UNITS]
    asked = request.method == "POST" and request.POST.get("act") == "ask"
    form = readiness_forms.NewDay(request.POST if asked else None)
    status = 422 if asked else 200
    if asked and form.is_valid():
        try:
            made = gate_days.ask(
                authority=request.authority,
                unit_codes=[unit.code for unit in units],
                binds_from=form.cleaned_data["binds_from"],
                reason=form.cleaned_data["reason"],
                on=today,
            )
        except Refusal as no:
            form.refuse(no, _FIELD_OF.get(no.code))
            status = no.status
        else:
            return _done(made.public_id, "ngay-ap-dung")
    facts = {
        **_page(request, ("Đổi ngày áp dụng", "")),
        **_previewed(request, units),
        "form": form,
        "units": units,
        "chosen": len(every),
    }
    return render(request, "office/san_sang_doi.html", facts, status=status)


change.repeatable = {"dv"}  # type: ignore[attr-defined]


@officer(Power.GRANT)
@require_GET
def changes(request: OfficerRequest) -> HttpResponse:
    """“Đề nghị đổi ngày”: what waits for a second administrator, and what became of the others."""
    desks = gate_reading.desks_of(request.authority, on=timezone.localdate())
    form = readiness_forms.Changes(request.GET, units=[(unit.code, unit.short_name) for unit in desks])
    given = form.cleaned_data if form.is_valid() else {}
    page = gate_reading.changes(
        request.authority,
        state=given.get("tt", ""),
        unit_code=given.get("dv", ""),
        oldest_first=given.get("xep") == "cu",
        page=page_asked_for(request),
    )
    names = staff.officers_by_subject(row.asked_by_subject for row in page.rows)
    facts = {
        **_page(request, ("Đề nghị đổi ngày", "")),
        "form": form,
        "rows": [(row, _TAGS[row.state], _name(names, row.asked_by_subject)) for row in page.rows],
        "number": page.number,
        "previous": page.number - 1,
        "next": page.number + 1 if page.more else 0,
        "filtered": bool(given.get("tt") or given.get("dv")),
    }
    return render(request, "office/san_sang_de_nghi.html", facts)


@officer(Power.GRANT)
@stepped_up(when=lambda request: request.POST.get("act") == "approve")
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """One change: its units, what they would have refused last week, the decision."""
    row = gate_days.seen(request.authority, public_id)
    status, refused = 200, ""
    if request.method == "POST":
        try:
            said = _decided(request, row)
        except NotFound:
            raise
        except Refusal as no:
            refused, status = no.text, no.status
        else:
            return _done(public_id, said)
    lines = gate_reading.lines_of(row)
    names = staff.officers_by_subject([row.asked_by_subject, row.decided_by_subject])
    facts = {
        **_page(
            request, ("Đề nghị đổi ngày", reverse("office:gate_changes")), (f"{row.binds_from:%d/%m/%Y}", "")
        ),
        **_previewed(request, [line.unit for line in lines]),
        "change": row,
        "tag": _TAGS[row.state],
        "lines": lines,
        "asker": _name(names, row.asked_by_subject),
        "decider": _name(names, row.decided_by_subject),
        "mine": row.asked_by_subject == request.authority.subject,
        "refused": refused,
    }
    return render(request, "office/san_sang_mot.html", facts, status=status)


def _lines(request: OfficerRequest) -> list[readiness_lines.Line]:
    return readiness_lines.lines(
        request.authority,
        now=timezone.now(),
        on=timezone.localdate(),
        second_factor=settings.OFFICER_SECOND_FACTOR,
    )


def _wanted(form: readiness_forms.Search) -> Wanted:
    given = form.cleaned_data if form.is_valid() else {}
    return Wanted(given.get("q", ""), given.get("cong", ""), given.get("du", ""), given.get("xep", ""))


def _named(request: OfficerRequest) -> list[str]:
    """The chosen desks; with “tất cả”, every one of the filtered list that only warns and waits for no decision."""
    if request.method == "POST":
        return request.POST.getlist("dv")
    if request.GET.get("tat_ca") != "1":
        return request.GET.getlist("dv")
    found = readiness_lines.chosen(_lines(request), _wanted(readiness_forms.Search(request.GET)))
    return [line.unit.code for line in found if not line.binds and not line.waiting]


def _decided(request: OfficerRequest, row: "GateChange") -> str:
    match request.POST.get("act"):
        case "approve":
            gate_days.approve(authority=request.authority, change_id=row.public_id, on=timezone.localdate())
            return "ngay-ap-dung-duyet"
        case "decline":
            gate_days.decline(authority=request.authority, change_id=row.public_id)
            return "ngay-ap-dung-thoi"
        case "withdraw":
            gate_days.withdraw(authority=request.authority, change_id=row.public_id)
            return "ngay-ap-dung-thoi"
    raise NotFound


def _previewed(request: OfficerRequest, units: "list[Unit]") -> dict[str, object]:
    shown = gate_preview.preview(
        request.authority, [unit.pk for unit in units], now=timezone.now(), page=page_asked_for(request)
    )
    names = tree.names_of([code for code, _ in shown.by_unit])
    return {
        "preview": shown,
        "days": gate_preview.LOOKED_BACK.days,
        "by": [
            ("Theo đơn vị", [(names.get(code, code), count) for code, count in shown.by_unit]),
            ("Theo thủ tục", shown.by_procedure),
            ("Theo cán bộ tiếp nhận", shown.by_officer),
        ],
        "receptions": [(row, names.get(row.unit_code, row.unit_code)) for row in shown.rows],
        "number": shown.number,
        "previous": shown.number - 1,
        "next": shown.number + 1 if shown.more else 0,
    }


def _name(names: dict[str, Any], subject: str) -> str:
    return names[subject].full_name if subject in names else ""


def _done(public_id: UUID, said: str) -> HttpResponse:
    return redirect(reverse("office:gate_change", args=[public_id]) + f"?da={said}")


def _page(request: OfficerRequest, *crumbs: tuple[str, str]) -> dict[str, object]:
    above = ((_TITLE, reverse("office:readiness")), *crumbs) if crumbs else ((_TITLE, ""),)
    return standing.page(request, _HERE, *above)
