"""Đăng nhập qua Cổng: where a connected system brings people back to, by two officers; beside its keys (SPEC 13)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.signin import entries, reading, scopes
from motcua.units import staff
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.office import standing
from motcua.web.office.entries_forms import FIELD_OF, AskEntry, EntryReason

_TITLE: Final = "Đăng nhập qua Cổng"
_TAGS: Final = {"WAITING": "info", "APPROVED": "success", "DECLINED": "warning", "WITHDRAWN": "neutral"}


@officer(Power.CONNECT_SYSTEMS)
@stepped_up(when=lambda request: request.POST.get("act") == "approve")
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """What holds, what waits, what was; “Duyệt”, “Không duyệt”, “Rút đăng ký”, “Ngừng ngay”."""
    client, _ = reading.one(request.authority, public_id)
    rows = entries.of_client(request.authority, client)
    form, status = EntryReason(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _back(public_id, _done(request, public_id, rows, form.cleaned_data["reason"]))
            except Refusal as no:
                form.refuse(no, "reason" if no.code == "client_reason_wanted" else None)
                status = no.status
                rows = entries.of_client(request.authority, client)
    live = next((row for row in rows if row.decision == "APPROVED" and row.ended_at is None), None)
    waiting = next((row for row in rows if row.decision == "WAITING"), None)
    names = staff.officers_by_subject([who for row in rows for who in _people(row) if who])
    facts = {
        **_page(request, client, (_TITLE, "")),
        "client": client,
        "waiting": _shown(waiting, names) if waiting else None,
        "live": _shown(live, names) if live else None,
        "mine": waiting is not None and waiting.asked_by_subject == request.authority.subject,
        "before": [_shown(row, names) for row in rows if row not in (live, waiting)],
        "form": form,
    }
    return render(request, "office/dang_nhap_qua_cong.html", facts, status=status)


@officer(Power.CONNECT_SYSTEMS)
@require_http_methods(["GET", "POST"])
def ask(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Ask for it, filled in with what was asked before."""
    client, _ = reading.one(request.authority, public_id)
    rows = entries.of_client(request.authority, client)
    form = AskEntry(request.POST or None, initial=_as_before(rows[0]) if rows else {})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            entries.ask(authority=request.authority, client=public_id, wanted=form.wanted())
        except Refusal as no:
            form.refuse(no, FIELD_OF.get(no.code))
            status = no.status
        else:
            return _back(public_id, "ket-noi")
    here = (_TITLE, reverse("office:entry", args=[public_id]))
    facts = {**_page(request, client, here, ("Đăng ký", "")), "form": form, "client": client}
    return render(request, "office/dang_nhap_qua_cong_dang_ky.html", facts, status=status)


ask.repeatable = {"scopes"}  # type: ignore[attr-defined]


def _done(request: OfficerRequest, public_id: UUID, rows: list[Any], reason: str) -> str:
    """Carry out the button that was pressed; the word of what is said then."""
    authority, act = request.authority, request.POST.get("act", "")
    if act == "stop":
        entries.stop(authority=authority, client=public_id, reason=reason)
        return "dang-nhap-ngung"
    named = request.POST.get("entry", "")
    row = next((row for row in rows if str(row.public_id) == named), None)
    if row is None or act not in ("approve", "decline"):
        raise NotFound
    if act == "approve":
        entries.approve(authority=authority, entry=row.public_id)
        return "dang-nhap-duyet"
    entries.decline(authority=authority, entry=row.public_id, reason=reason)
    return "ket-noi-thoi"


def _shown(row: Any, names: Mapping[str, Any]) -> dict[str, Any]:
    asked_by, decided_by, ended_by = (names[who].full_name if who in names else "" for who in _people(row))
    return {
        "of": row,
        "information": scopes.words(row.scopes),
        "words": row.get_decision_display(),
        "tag": _TAGS[row.decision],
        "asked_by": asked_by,
        "decided_by": decided_by,
        "ended_by": ended_by,
    }


def _people(row: Any) -> tuple[str, str, str]:
    return row.asked_by_subject, row.decided_by_subject, row.ended_by_subject


def _as_before(row: Any) -> dict[str, Any]:
    kept = ("scopes", "logout_uri", "desk", "of_state")
    return {
        **{name: getattr(row, name) for name in kept},
        "redirect_uris": "\n".join(row.redirect_uris),
        "post_logout_uris": "\n".join(row.post_logout_uris),
    }


def _page(request: OfficerRequest, client: Any, *crumbs: tuple[str, str]) -> dict[str, Any]:
    systems = ("Hệ thống kết nối", reverse("office:systems"))
    own = (client.name, reverse("office:system", args=[client.public_id]))
    return standing.page(request, "systems", systems, own, *crumbs)


def _back(public_id: UUID, said: str) -> HttpResponse:
    return redirect(f"{reverse('office:entry', args=[public_id])}?da={said}")
