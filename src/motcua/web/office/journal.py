"""Nhật ký: what inspectors read of their own unit and those below, by person, officer, unit, act and time."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.journal import evidence, inspecting, reading, witnessing
from motcua.journal.reading import NO_UNIT, Line, Page, Wanted
from motcua.kernel.authority import Authority, Power
from motcua.kernel.collation import collation_key
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import remembered_search, staff, tree
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.office import inspected_here, journal_subjects, standing
from motcua.web.office.journal_forms import Evidence, Filters
from motcua.web.office.journal_words import event_words, fact_words
from motcua.web.responses import file_response

_TITLE: Final = "Nhật ký"
_HERE: Final = "journal"
_INSPECTION: Final = "inspection"


@officer(Power.INSPECT)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """POST searches and goes to an address with at most an id; GET shows a page of what was searched for."""
    authority = request.authority
    if request.method == "POST":
        form = Filters(request.POST, units=_units(authority))
        if form.is_valid():
            try:
                return HttpResponseRedirect(_address(_remember(authority, form)))
            except Refusal as no:
                form.refuse(no, "reason" if no.code == inspecting.ReasonWanted.code else None)
        return _page(request, form, Page([], "", ""), status=422)
    search = request.GET.get("tim", "")[:40]
    typed = remembered_search.recall(authority, search) if search else {}
    oldest_first = request.GET.get("xep") == "cu-nhat"
    units = _units(authority)
    form = Filters(typed, units=units) if typed else Filters(units=units)
    found = reading.lines(
        authority,
        replace(_wanted(authority, typed), oldest_first=oldest_first),
        after=request.GET.get("sau", "")[:20],
        before=request.GET.get("truoc", "")[:20],
    )
    return _page(
        request,
        form,
        found,
        search=search if typed else "",
        oldest_first=oldest_first,
        of_a_person=_INSPECTION in typed,
    )


@officer(Power.INSPECT)
@stepped_up(when=lambda request: request.method == "POST")
@require_http_methods(["GET", "POST"])
def export(request: OfficerRequest) -> HttpResponse:
    """“Xuất tệp chứng cứ”: the lines of the search with everything that proves them."""
    authority = request.authority
    search = (request.POST if request.method == "POST" else request.GET).get("tim", "")[:40]
    typed = remembered_search.recall(authority, search) if search else {}
    form = Evidence(request.POST or None)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            return _evidence(authority, typed, form.cleaned_data["reason"])
        except Refusal as no:
            form.refuse(no, "reason" if no.code == inspecting.ReasonWanted.code else None)
            status = no.status
    facts = {
        **standing.page(request, _HERE, (_TITLE, _address(search)), ("Xuất tệp chứng cứ", "")),
        "form": form,
        "search": search if typed else "",
        "most": evidence.MOST,
        "back": _address(search if typed else ""),
        "told": _told(authority, typed),
    }
    return render(request, "office/nhat_ky_chung_cu.html", facts, status=status)


def _evidence(authority: Authority, typed: dict[str, str], reason: str) -> HttpResponse:
    inspecting.reason_of(reason)
    found = reading.some(authority, _wanted(authority, typed), limit=evidence.MOST)
    made = evidence.make(
        [line.id for line in found],
        asked={"made_by": authority.subject, "unit": authority.unit_code},
        now=timezone.now(),
        public_key=settings.KEYRING.journal_key.public_key(),
        witnesses=witnessing.configured(),
    )
    number = inspecting.note_evidence(authority, reason=reason, rows=made.rows, file_sha256=made.sha256)
    return file_response(made.data, f"chung-cu-nhat-ky-{number}.zip", "application/zip")


def _remember(authority: Authority, form: Filters) -> str:
    """The id under which the search is kept, or "" when there are no filters; a number is asked about once."""
    typed = form.typed
    number = form.cleaned_data["number"]
    if number is not None:
        reason = inspecting.reason_of(form.cleaned_data["reason"] or "")
        about = inspected_here.about(authority, number)
        typed[_INSPECTION] = str(inspecting.begin(authority, about=about, reason=reason))
    return str(remembered_search.remember(authority, typed)) if typed else ""


def _wanted(authority: Authority, typed: dict[str, str]) -> Wanted:
    """What was typed → what the journal is asked; never beyond the own units."""
    codes = _codes(authority)
    wanted = Wanted(units=codes)
    form = Filters(typed, units=[(code, code) for code in codes if code]) if typed else None
    if form is None or not form.is_valid():
        return wanted
    given = form.cleaned_data
    return replace(
        wanted,
        units=(given["unit"],) if given["unit"] else codes,
        subjects=_subjects(authority, typed),
        actors=staff.subjects_named(given["officer"], authority.subtree) if given["officer"] else None,
        event=given["event"],
        since=given["since"],
        until=given["until"],
    )


def _subjects(authority: Authority, typed: dict[str, str]) -> tuple[str, ...] | None:
    if _INSPECTION not in typed:
        return None
    try:
        return inspecting.about(authority, int(typed[_INSPECTION]))
    except NotFound:
        return ()


def _codes(authority: Authority) -> tuple[str, ...]:
    """The units whose lines the inspector reads, closed ones too; at the top also what belongs to no unit."""
    codes = tree.codes_below(authority)
    return (*codes, NO_UNIT) if tree.is_top(authority) else codes


def _units(authority: Authority) -> list[tuple[str, str]]:
    names = tree.names_of(tree.codes_below(authority))
    return sorted(names.items(), key=lambda pair: collation_key(pair[1]))


def _told(authority: Authority, typed: dict[str, str]) -> list[tuple[str, str]]:
    """The filters in words, for the page that asks why."""
    names = {
        "officer": "Tên cán bộ",
        "unit": "Đơn vị",
        "event": "Việc",
        "since": "Từ ngày",
        "until": "Đến ngày",
    }
    shown = {**typed, "event": event_words(typed.get("event", "")), "unit": ""}
    if typed.get("unit"):
        shown["unit"] = tree.names_of([typed["unit"]]).get(typed["unit"], "")
    said = [(words, shown.get(name, "")) for name, words in names.items() if shown.get(name)]
    if _INSPECTION in typed:
        said.append(("Người", "Một người đã tìm theo số"))
    return said or [("Điều kiện", f"Mọi dòng của đơn vị {authority.unit_code} và đơn vị trực thuộc")]


def _lines(authority: Authority, rows: list[Line]) -> list[dict[str, Any]]:
    """With the names of officers, units and dossiers; a few queries whatever their number."""
    names = staff.officers_by_subject(row.actor for row in rows if row.actor)
    units = tree.names_of([row.unit_code for row in rows])
    about = journal_subjects.named(authority, (each for row in rows for each in (row.subject, row.actor)))
    return [
        {
            "of": row,
            "what": event_words(row.event),
            "about": about.get(row.subject, ""),
            "who": names[row.actor].full_name if row.actor in names else _other(row.actor, about),
            "unit": units.get(row.unit_code, row.unit_code),
            "facts": fact_words(row.facts, row.event),
        }
        for row in rows
    ]


def _other(actor: str, about: Mapping[str, str]) -> str:
    """An officer's account by name, a citizen's by its id, or nobody."""
    if not actor:
        return "—"
    if actor.startswith("system"):
        return "Hệ thống"
    return about.get(actor, "") if ":" in actor else "Chủ tài khoản"


def _page(
    request: OfficerRequest,
    form: Filters,
    found: Page,
    *,
    search: str = "",
    oldest_first: bool = False,
    of_a_person: bool = False,
    status: int = 200,
) -> HttpResponse:
    facts = {
        **standing.page(request, _HERE, (_TITLE, "")),
        "form": form,
        "lines": _lines(request.authority, found.rows),
        "next": found.next_after,
        "previous": found.previous_before,
        "oldest_first": oldest_first,
        "other_order": _address(search, not oldest_first),
        "search": search,
        "of_a_person": of_a_person,
        "everything": reverse("office:journal"),
    }
    return render(request, "office/nhat_ky.html", facts, status=status)


def _address(search: str, oldest_first: bool = False) -> str:
    query = "&".join(part for part in (search and f"tim={search}", oldest_first and "xep=cu-nhat") if part)
    return reverse("office:journal") + (f"?{query}" if query else "")
