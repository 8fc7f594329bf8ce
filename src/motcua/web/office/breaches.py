"""Sự cố dữ liệu: whom a breach concerns, the report to the authority, and the word of a second officer."""

import re
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.refusal import NotFound, Refusal
from motcua.protection import breach_files, breach_reading, breaches, whose
from motcua.protection.breach_finding import Window
from motcua.protection.breach_reading import Seen, Wanted
from motcua.protection.breaches import Said
from motcua.units import staff
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.office import export_reason, standing
from motcua.web.office.breach_forms import Asked, Decision, Filters, People
from motcua.web.office.paging import page_asked_for
from motcua.web.responses import file_response, pdf_response

_TITLE: Final = "Sự cố dữ liệu"
_HERE: Final = "personal_data"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TAGS: Final = {"FINDING": "neutral", "WAITING": "warning", "APPROVED": "success", "DECLINED": "neutral"}
#: Chosen from the list, or the number alone.
_CHOSEN: Final = re.compile(r"(?:\A|\(cán bộ số )([0-9]{1,9})\)?\Z")
_FIELD_OF: Final = {
    "inspection_reason_wanted": "reason",
    "breach_window_wrong": "until",
    "breach_window_wide": "since",
    "breach_aware_ahead": "aware_at",
    "breach_words_missing": "happened",
    "breach_own_work": "officer",
    "breach_officer_unclear": "officer",
}


class OfficerUnclear(Refusal):
    code = "breach_officer_unclear"
    message = (
        "Có {count} cán bộ khớp với ô này. Đề nghị ông/bà ghi đủ họ tên, hoặc chọn đúng người trong danh sách "
        "gợi ý."
    )


@officer(*breaches.READERS)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """Every breach, the newest first, with its clock."""
    form = Filters(request.GET)
    found = breach_reading.listing(
        request.authority,
        decision=form.given("tt"),
        oldest_first=form.given("xep") == "cu",
        page=page_asked_for(request),
    )
    facts = {
        **standing.page(request, _HERE, *_crumbs((_TITLE, ""))),
        "form": form,
        "rows": [_shown(seen) for seen in found.rows],
        "filtered": bool(form.given("tt")),
        "beyond": whose.beyond(),
        "number": found.number,
        "previous": found.number - 1,
        "next": found.number + 1 if found.more else 0,
    }
    return render(request, "office/su_co.html", facts)


@officer(*breaches.READERS)
@stepped_up()
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def add(request: OfficerRequest) -> HttpResponse:
    """“Lập hồ sơ sự cố”: whose acts and when; the worker finds the list."""
    breaches.require(request.authority)
    form = Asked(request.POST or None, systems=whose.systems())
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            row = breaches.make(authority=request.authority, window=_window(request, form), said=_said(form))
        except Refusal as no:
            form.refuse(no, _FIELD_OF.get(no.code))
            status = no.status
        else:
            return redirect(f"{reverse('office:breach', args=[row.public_id])}?da=su-co")
    facts = {
        **standing.page(request, _HERE, *_crumbs((_TITLE, _listing()), ("Lập hồ sơ sự cố", ""))),
        "form": form,
        "back": _listing(),
        "known": [
            _chosen(one.full_name, one.officer_id)
            for one in staff.working_at(request.authority.subtree, on=timezone.localdate())
        ],
    }
    return render(request, "office/su_co_lap.html", facts, status=status)


@officer(*breaches.READERS)
@require_GET
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """One breach: its figures, its clock, the people, and what may be done."""
    return _page(request, breach_reading.one(request.authority, public_id), Decision())


@officer(*breaches.READERS)
@stepped_up()
@require_POST
def decide(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Duyệt báo tin” or “Không báo”, by somebody else than who made it."""
    form = Decision(request.POST)
    status = 422
    approve = request.POST.get("act") == "duyet"
    if form.is_valid():
        try:
            breaches.decide(
                authority=request.authority,
                public_id=public_id,
                approve=approve,
                why=form.cleaned_data["why"],
            )
        except NotFound:
            raise
        except Refusal as no:
            form.refuse(no, "why" if no.code == "inspection_reason_wanted" else None)
            status = no.status
        else:
            said = "su-co-duyet" if approve else "su-co-khong"
            return redirect(f"{reverse('office:breach', args=[public_id])}?da={said}")
    return _page(request, breach_reading.one(request.authority, public_id), form, status=status)


@officer(*breaches.READERS)
@stepped_up()
@require_http_methods(["GET", "POST"])
def export(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Danh sách (Excel)”: why, then everybody it concerns."""
    seen = breach_reading.one(request.authority, public_id)
    breach_reading.require_people(request.authority, seen.row)
    there = reverse("office:breach", args=[public_id])

    def made(reason: str) -> HttpResponse:
        data = breach_files.people_as_xlsx(request.authority, seen, reason=reason)
        return file_response(data, f"su-co-{str(public_id)[:8]}.xlsx", _XLSX)

    return export_reason.asked(
        request,
        standing.page(
            request, _HERE, *_crumbs((_TITLE, _listing()), ("Hồ sơ sự cố", there), ("Danh sách", ""))
        ),
        made,
        heading="Danh sách người bị ảnh hưởng",
        says=f"Tệp có {seen.row.people} người; số giấy tờ, số điện thoại được che.",
        back=there,
    )


@officer(*breaches.READERS)
@stepped_up()
@require_GET
def report(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Báo cáo gửi cơ quan chuyên trách; it names nobody."""
    seen = breach_reading.one(request.authority, public_id)
    return pdf_response(
        breach_files.report_as_pdf(request.authority, seen), f"bao-cao-su-co-{str(public_id)[:8]}.pdf"
    )


def _page(request: OfficerRequest, seen: Seen, decision: Decision, *, status: int = 200) -> HttpResponse:
    row, mine = seen.row, request.authority.subject == seen.row.made_by
    facts = {
        **standing.page(request, _HERE, *_crumbs((_TITLE, _listing()), ("Hồ sơ sự cố", ""))),
        **_shown(seen),
        "figures": breach_reading.figures(row),
        "acts": breach_reading.acts(row),
        "told": breach_reading.told(row),
        **_people(request, seen),
        "decision": decision,
        "beyond": whose.beyond(),
        "nameless": whose.nameless(),
        "texts": settings.HOSTS_PORTAL,
        "waits": seen.waits,
        "sought": seen.sought,
        "may_decide": seen.waits and not mine,
        "address": reverse("office:breach", args=[row.public_id]),
    }
    return render(request, "office/su_co_mot.html", facts, status=status)


def _people(request: OfficerRequest, seen: Seen) -> dict[str, Any]:
    """Nothing while the worker looks for them; nothing for whoever made it, until another has approved it."""
    if seen.sought or not breach_reading.may_see_people(request.authority, seen.row):
        return {"may_see_people": False}
    form = People(request.GET)
    wanted = Wanted(
        act=form.given("viec"), data=form.given("loai"), told=form.given("tin"), order=form.given("xep")
    )
    people = breach_reading.people(request.authority, seen.row, wanted, page=page_asked_for(request))
    return {
        "may_see_people": True,
        "form": form,
        "people": people.rows,
        "found": people.found,
        "filtered": bool(wanted.act or wanted.data or wanted.told),
        "number": people.number,
        "previous": people.number - 1,
        "next": people.number + 1 if people.more else 0,
    }


def _shown(seen: Seen) -> dict[str, Any]:
    due_at, now = breaches.due_at(seen.row), timezone.now()
    hours = int((due_at - now).total_seconds() // 3600)
    return {
        "seen": seen,
        "row": seen.row,
        "tag": _TAGS[seen.row.decision],
        "due_at": due_at,
        "late": now > due_at,
        "left": f"còn {hours} giờ" if hours >= 1 else "còn dưới 1 giờ",
    }


def _window(request: OfficerRequest, form: Asked) -> Window:
    given = form.cleaned_data
    return Window(
        given["since"],
        given["until"] or breaches.now(),
        officer=_officer(request, given["officer"]) if given["officer"] else "",
        system=given["system"],
    )


def _chosen(full_name: str, officer_id: int) -> str:
    """As the list of the box offers somebody; two people may have one name."""
    return f"{full_name} (cán bộ số {officer_id})"


def _officer(request: OfficerRequest, typed: str) -> str:
    """The opaque id of whoever is meant. Raises OfficerUnclear."""
    if chosen := _CHOSEN.search(typed):
        found = staff.subject_of(int(chosen[1]))
        matching: tuple[str, ...] = (found,) if found else ()
    else:
        matching = staff.subjects_named(typed, request.authority.subtree)
    if len(matching) != 1:
        raise OfficerUnclear(count=len(matching))
    return matching[0]


def _said(form: Asked) -> Said:
    given = form.cleaned_data
    return Said(given["aware_at"], given["reason"], given["happened"], given["measures"])


def _crumbs(*crumbs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (("Dữ liệu cá nhân", reverse("office:personal_data")), *crumbs)


def _listing() -> str:
    return reverse("office:breaches")
