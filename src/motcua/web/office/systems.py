"""Hệ thống kết nối: asked by one officer, agreed or declined by another, stopped by either (SPEC 13)."""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.signin import clients, keys, reading, usage
from motcua.signin.reading import Sort, State
from motcua.units import staff
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.office import standing
from motcua.web.office.systems_forms import FIELD_OF, STATE_WORDS, Again, New, Reason, Search

_TITLE: Final = "Hệ thống kết nối"
_PAGE: Final = re.compile(r"[1-9][0-9]{0,2}")
_TAGS: Final = {
    State.LIVE: "success", State.WAITING: "info", State.EXPIRED: "warning", State.STOPPED: "neutral",
}  # fmt: skip
_DECISION_TAGS: Final = {
    "WAITING": "info",
    "APPROVED": "success",
    "DECLINED": "warning",
    "WITHDRAWN": "neutral",
}


@officer(Power.CONNECT_SYSTEMS)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """The systems of the unit and those below."""
    form = Search(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    number = request.GET.get("trang", "1")
    wanted = reading.Search(
        words=given.get("q", ""),
        state=State(given["tt"]) if given.get("tt") else None,
        sort=Sort(given.get("xep") or Sort.NAME),
    )
    today = timezone.localdate()
    page = reading.listing(
        request.authority, wanted, page=int(number) if _PAGE.fullmatch(number) else 1, today=today
    )
    facts = {
        **standing.page(request, "systems", (_TITLE, "")),
        "form": form,
        "rows": [(line, STATE_WORDS[line.state], _TAGS[line.state]) for line in page.rows],
        "number": page.number,
        "previous": page.number - 1,
        "next": page.number + 1 if page.more else 0,
        "filtered": bool(wanted.words or wanted.state),
    }
    return render(request, "office/ket_noi.html", facts)


@officer(Power.CONNECT_SYSTEMS)
@require_http_methods(["GET", "POST"])
def add(request: OfficerRequest) -> HttpResponse:
    """A system that is not known yet."""
    form = New(request.POST or None, initial={"per_minute": 300, "per_day": 20_000})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            client = clients.ask_for_new(
                authority=request.authority,
                client_id=form.cleaned_data["client_id"],
                name=form.cleaned_data["name"],
                wanted=form.wanted(),
            )
        except Refusal as no:
            form.refuse(no, FIELD_OF.get(no.code))
            status = no.status
        else:
            return _back(client.public_id, "ket-noi")
    facts = {**_page(request, ("Thêm hệ thống", "")), "form": form, "title": "Thêm hệ thống kết nối"}
    return render(request, "office/ket_noi_dang_ky.html", facts, status=status)


@officer(Power.CONNECT_SYSTEMS)
@require_http_methods(["GET", "POST"])
def again(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Other keys, quotas, addresses: another registration, filled in with the one before."""
    client, rows = reading.one(request.authority, public_id)
    form = Again(request.POST or None, initial=_as_before(rows[0]))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            clients.ask_again(authority=request.authority, client=public_id, wanted=form.wanted())
        except Refusal as no:
            form.refuse(no, FIELD_OF.get(no.code))
            status = no.status
        else:
            return _back(public_id, "ket-noi")
    facts = {
        **_page(request, (client.name, reverse("office:system", args=[public_id])), ("Đăng ký lại", "")),
        "form": form,
        "title": f"Đăng ký lại: {client.name}",
        "client": client,
    }
    return render(request, "office/ket_noi_dang_ky.html", facts, status=status)


@officer(Power.CONNECT_SYSTEMS)
@stepped_up(when=lambda request: request.POST.get("act") == "approve")
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """What the system may do now, what waits, what was; “Duyệt”, “Không duyệt”, “Rút đăng ký”, “Ngừng ngay”."""
    client, rows = reading.one(request.authority, public_id)
    form, status = Reason(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _back(public_id, _done(request, public_id, rows, form.cleaned_data["reason"]))
            except Refusal as no:
                form.refuse(no, "reason" if no.code == "client_reason_wanted" else None)
                status = no.status
                client, rows = reading.one(request.authority, public_id)
    live = next((row for row in rows if row.decision == "APPROVED" and row.ended_at is None), None)
    waiting = next((row for row in rows if row.decision == "WAITING"), None)
    state = reading.state_of(waiting is not None, live.expires_on if live else None, timezone.localdate())
    names = staff.officers_by_subject(
        [
            who
            for row in rows
            for who in (row.asked_by_subject, row.decided_by_subject, row.ended_by_subject)
            if who
        ]
    )
    facts = {
        **_page(request, (client.name, "")),
        "client": client,
        "state": STATE_WORDS[state],
        "tag": _TAGS[state],
        "waiting": _shown(waiting, names) if waiting else None,
        "live": _shown(live, names) if live else None,
        "mine": waiting is not None and waiting.asked_by_subject == request.authority.subject,
        "before": [_shown(row, names) for row in rows if row not in (live, waiting)],
        "form": form,
        "usage": usage.of(client, live),
    }
    return render(request, "office/ket_noi_mot.html", facts, status=status)


def _done(request: OfficerRequest, public_id: UUID, rows: list[Any], reason: str) -> str:
    """Carry out the button that was pressed; the word of what is said then."""
    authority, act = request.authority, request.POST.get("act", "")
    if act == "stop":
        clients.stop(authority=authority, client=public_id, reason=reason)
        return "ket-noi-ngung"
    named = request.POST.get("registration", "")
    row = next((row for row in rows if str(row.public_id) == named), None)
    if row is None or act not in ("approve", "decline"):
        raise NotFound
    if act == "approve":
        clients.approve(authority=authority, registration=row.public_id)
        return "ket-noi-duyet"
    clients.decline(authority=authority, registration=row.public_id, reason=reason)
    return "ket-noi-thoi"


def _shown(row: Any, names: Mapping[str, Any]) -> dict[str, Any]:
    def named(subject: str) -> str:
        if subject == clients.BY_COMMAND:
            return "Người vận hành máy chủ"
        return names[subject].full_name if subject in names else ""

    return {
        "of": row,
        "acts_for_desk": settings.HOSTS_PORTAL,  # at a desk apart nobody acts for another desk
        "keys": keys.shown(row.jwks),
        "scopes": [row.Scope(scope).label for scope in row.scopes],
        "words": row.get_decision_display(),
        "tag": _DECISION_TAGS[row.decision],
        "asked_by": named(row.asked_by_subject),
        "decided_by": named(row.decided_by_subject),
        "ended_by": named(row.ended_by_subject),
    }


def _as_before(row: Any) -> dict[str, Any]:
    kept = (
        "purpose",
        "scopes",
        "audience",
        "jwks",
        "per_minute",
        "per_day",
        "contact_office",
        "contact_email",
        "expires_on",
    )
    return {**{name: getattr(row, name) for name in kept}, "addresses": "\n".join(row.addresses)}


def _page(request: OfficerRequest, *crumbs: tuple[str, str]) -> dict[str, Any]:
    return standing.page(request, "systems", (_TITLE, reverse("office:systems")), *crumbs)


def _back(public_id: UUID, said: str) -> HttpResponse:
    return redirect(f"{reverse('office:system', args=[public_id])}?da={said}")
