"""Lịch làm việc: the year's days off and make-up days, the hours of units, and a reckoner of due dates."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel import due_date, working_time
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal
from motcua.kernel.working_time import Sessions
from motcua.units import calendar_editing, tree, work_calendar
from motcua.units.calendar_editing import Entry
from motcua.units.work_calendar import DayLine, HoursLine
from motcua.web.access import OfficerRequest, officer
from motcua.web.forms_base import Form
from motcua.web.office import calendar_forms as forms
from motcua.web.office import standing

_YEAR: Final = re.compile(r"20[0-9]{2}")
_ISO_DAY: Final = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_FIRST_YEAR: Final = 2019
_YEARS_AHEAD: Final = 3
_TITLE: Final = "Lịch làm việc"
_SAID: Final = {
    "them": "Đã thêm ngày vào lịch làm việc.",
    "sua": "Đã sửa ngày trong lịch làm việc.",
    "bo": "Đã bỏ dòng khỏi lịch làm việc.",
    "gio": "Đã ghi giờ làm việc của đơn vị.",
}


class OutOfReach(Refusal):
    code = "calendar_out_of_reach"
    message = (
        "Lịch chưa có ngày làm việc trong khoảng này. Đề nghị ông/bà kiểm tra ngày nhận và lịch làm việc."
    )


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What the reckoner answers."""

    received_at: datetime
    counted_from: date
    weekday_from: str
    due_at: datetime
    weekday_due: str
    words: str


@officer(Power.MANAGE_CATALOGUE)
@require_GET
def calendar(request: OfficerRequest) -> HttpResponse:
    """One year of days, the hours in force, and what would be due when."""
    year = _year(request.GET.get("nam", ""))
    authority = request.authority
    units = _units(authority)
    asked = request.GET if "term" in request.GET else None
    form = forms.Reckoner(asked, units=units, initial=_now(authority))
    facts = {
        **_page(request),
        "year": year,
        "previous": year - 1 if year > _FIRST_YEAR else None,
        "next": year + 1 if year < timezone.localdate().year + _YEARS_AHEAD else None,
        "days": [(forms.weekday_of(line.day), line) for line in work_calendar.days_of(year)],
        "hours": [_hours_line(line, authority, units) for line in work_calendar.hours_of(authority)],
        "usual": _words_of((working_time.USUAL_SESSIONS,) * 5 + ((), ())),
        "may_edit_days": work_calendar.manages_the_province(authority),
        "reckoner": form,
        "reckoned": _reckoned(form) if form.is_valid() else None,
    }
    return render(request, "office/lich_lam_viec.html", facts, status=422 if form.errors else 200)


@officer(Power.MANAGE_CATALOGUE)
@require_http_methods(["GET", "POST"])
def add_day(request: OfficerRequest) -> HttpResponse:
    """“Thêm ngày”."""
    wanted = request.GET.get("ngay", "")
    initial = {"day": _iso_day(wanted)}
    form = forms.OneDay(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            calendar_editing.add_day(authority=request.authority, entry=_entry(form))
        except calendar_editing.DayAlreadyThere as no:
            form.refuse(no, "day")
        else:
            return _done("them", form.cleaned_data["day"].year)
    return _form_page(request, form, "Thêm ngày vào lịch", "Thêm ngày")


@officer(Power.MANAGE_CATALOGUE)
@require_http_methods(["GET", "POST"])
def change_day(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Sửa”: the old line is kept as taken out."""
    line = work_calendar.entered_day(request.authority, public_id)
    form = forms.ChangedDay(request.POST if request.method == "POST" else None, initial=_initial(line))
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            calendar_editing.change_day(
                authority=request.authority, public_id=public_id, entry=_entry(form), reason=reason
            )
        except calendar_editing.DayAlreadyThere as no:
            form.refuse(no, "day")
        else:
            return _done("sua", form.cleaned_data["day"].year)
    return _form_page(request, form, "Sửa ngày trong lịch", "Lưu thay đổi")


@officer(Power.MANAGE_CATALOGUE)
@require_http_methods(["GET", "POST"])
def remove_day(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Bỏ”, with a reason."""
    line = work_calendar.entered_day(request.authority, public_id)
    form = forms.Removal(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        calendar_editing.remove_day(authority=request.authority, public_id=public_id, reason=reason)
        return _done("bo", line.day.year)
    words = f"Bỏ ngày {line.day:%d/%m/%Y} khỏi lịch"
    told = f"{'Ngày nghỉ' if line.is_off else 'Ngày làm bù'}: {line.occasion}. Văn bản: {line.source}."
    return _form_page(request, form, words, "Bỏ ngày này", told=told, tone="danger")


@officer(Power.MANAGE_CATALOGUE)
@require_http_methods(["GET", "POST"])
def set_hours(request: OfficerRequest) -> HttpResponse:
    """“Ghi giờ làm việc”."""
    posted = request.POST if request.method == "POST" else None
    initial = {"unit": request.authority.unit_code}
    form = forms.Hours(posted, units=_units(request.authority), initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        try:
            calendar_editing.set_hours(
                authority=request.authority,
                unit_code=given["unit"],
                valid_from=given["valid_from"],
                valid_to=given["valid_to"],
                days=given["days"],
                last_receipt=given["last_receipt"],
                source=given["source"],
            )
        except (calendar_editing.HoursAlreadyThere, calendar_editing.HoursEndTooEarly) as no:
            form.refuse(no, "valid_to" if isinstance(no, calendar_editing.HoursEndTooEarly) else "valid_from")
        except calendar_editing.WrongHours as no:
            form.refuse(no)
        else:
            return _done("gio")
    facts = {**_page(request, ("Giờ làm việc", "")), "form": form}
    return render(request, "office/lich_gio.html", facts, status=422 if form.errors else 200)


@officer(Power.MANAGE_CATALOGUE)
@require_http_methods(["GET", "POST"])
def remove_hours(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Bỏ” of a unit's hours, with a reason."""
    form = forms.Removal(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        calendar_editing.remove_hours(authority=request.authority, public_id=public_id, reason=reason)
        return _done("bo")
    told = "Đơn vị sẽ theo giờ đã ghi trước đó, hoặc theo giờ của đơn vị cấp trên."
    return _form_page(request, form, "Bỏ giờ làm việc đã ghi", "Bỏ giờ này", told=told, tone="danger")


def _page(request: OfficerRequest, *crumbs: tuple[str, str]) -> dict[str, object]:
    here = (_TITLE, reverse("office:calendar") if crumbs else "")
    facts = standing.page(request, "calendar", here, *crumbs)
    if said := _SAID.get(request.GET.get("da", "")):
        request.notices = [standing.Note("success", said)]  # type: ignore[attr-defined]
    return facts


def _form_page(
    request: OfficerRequest, form: Form, title: str, submit: str, *, told: str = "", tone: str = "primary"
) -> HttpResponse:
    facts = {**_page(request, (title, "")), "form": form, "title": title, "submit": submit}
    facts |= {"told": told, "tone": tone}
    return render(request, "office/lich_ngay.html", facts, status=422 if form.errors else 200)


def _done(said: str, year: int | None = None) -> HttpResponse:
    of_year = f"&nam={year}" if year else ""
    return HttpResponseRedirect(f"{reverse('office:calendar')}?da={said}{of_year}")


def _year(given: str) -> int:
    this = timezone.localdate().year
    year = int(given) if _YEAR.fullmatch(given) else this
    return min(max(year, _FIRST_YEAR), this + _YEARS_AHEAD)


def _iso_day(given: str) -> date | None:
    try:
        return date.fromisoformat(given) if _ISO_DAY.fullmatch(given) else None
    except ValueError:
        return None


def _units(authority: Authority) -> list[tuple[str, str]]:
    """The own unit first, then those below."""
    below = tree.units_below(authority, on=timezone.localdate())
    return sorted(((unit.code, unit.name) for unit in below), key=lambda one: one[0] != authority.unit_code)


def _now(authority: Authority) -> dict[str, object]:
    now = timezone.localtime()
    return {"day": now.date(), "at": now.time(), "unit": authority.unit_code, "term": "5 ngày làm việc"}


def _entry(form: Form) -> Entry:
    given = form.cleaned_data
    return Entry(
        day=given["day"],
        is_off=given["kind"] == forms.OFF,
        occasion=given["occasion"],
        source=given["source"],
        swapped_with=given["swapped_with"],
    )


def _initial(line: DayLine) -> dict[str, object]:
    return {
        "day": line.day,
        "kind": forms.OFF if line.is_off else forms.WORKED,
        "occasion": line.occasion,
        "source": line.source,
        "swapped_with": line.swapped_with,
    }


def _reckoned(form: forms.Reckoner) -> Reckoned | None:
    given = form.cleaned_data
    if _year(str(given["day"].year)) != given["day"].year:
        form.refuse(OutOfReach(), "day")
        return None
    known = work_calendar.calendar_of(tree.unit(given["unit"]).pk)
    received_at = datetime.combine(given["day"], given["at"], tzinfo=known.zone)
    try:
        due = due_date.due(given["term"], received_at, known)
        since = working_time.counting_starts_on(received_at, known)
    except working_time.NoWorkingDay:
        form.refuse(OutOfReach(), "day")
        return None
    if due is None:  # nothing is paused here
        return None
    weekdays = forms.weekday_of(since), forms.weekday_of(due.date())
    return Reckoned(received_at, since, weekdays[0], due, weekdays[1], given["term"].words)


def _hours_line(line: HoursLine, authority: Authority, units: list[tuple[str, str]]) -> dict[str, object]:
    """A line of the unit above can be read, not taken out."""
    own = line.unit_code in {code for code, _ in units}
    return {"of": line, "words": _words_of(line.days), "may_remove": own}


def _words_of(days: tuple[Sessions, ...]) -> list[tuple[str, str]]:
    """Weekdays with the same hours together: (“Thứ Hai đến Thứ Sáu”, “07:00-11:30, 13:30-17:00”)."""
    lines: list[tuple[int, int, Sessions]] = []
    for weekday, sessions in enumerate(days):
        if lines and lines[-1][2] == sessions:
            lines[-1] = (lines[-1][0], weekday, sessions)
        else:
            lines.append((weekday, weekday, sessions))
    names = forms.WEEKDAYS
    return [
        (
            names[first] if first == last else f"{names[first]} đến {names[last]}",
            ", ".join(f"{opens:%H:%M} - {closes:%H:%M}" for opens, closes in sessions) or "nghỉ",
        )
        for first, last, sessions in lines
    ]
