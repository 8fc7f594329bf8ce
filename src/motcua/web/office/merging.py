"""Gộp tài khoản trùng: asked for before the owner, compared side by side and agreed by another, undone by two."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from motcua.accounts import merge_reading, merging
from motcua.accounts.revealing import Revealed, What
from motcua.files.reasons import FileRefused
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import staff
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.office import standing, uploads
from motcua.web.office.merging_forms import FIELD_OF, Asked, Decided, Number, Reveal, Search
from motcua.web.office.merging_shown import facts_of, line_of
from motcua.web.responses import kept_file_response

_TITLE: Final = "Gộp tài khoản trùng"
_REASON: Final = "merge_reason_missing"


@officer(Power.OPEN_ACCOUNT)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """Of the own unit and below. A search for one person is posted and stays out of the address."""
    form = Search(request.GET)
    number = Number(request.POST or None)
    wanted = form.wanted()
    if number.is_valid() and number.cleaned_data["number"]:
        wanted = merge_reading.Wanted(number=number.cleaned_data["number"])
    rows, onward = merge_reading.listing(request.authority, wanted, after=request.GET.get("sau", "")[:20])
    names = staff.officers_by_subject([row.asked_by for row in rows])
    facts = {
        **standing.page(request, "merges", (_TITLE, "")),
        "search": form,
        "form": number,
        "rows": [line_of(row, names) for row in rows],
        "next": onward,
        "filtered": bool(wanted.kind or wanted.state or wanted.number),
    }
    return render(request, "office/gop.html", facts, status=422 if number.errors else 200)


@officer(Power.OPEN_ACCOUNT)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def add(request: OfficerRequest) -> HttpResponse:
    """Both numbers, which account stays, the scan, the reason."""
    form = Asked(request.POST or None, request.FILES or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            row = _asked(request, form)
        except Refusal as no:
            form.refuse(no, FIELD_OF.get(no.code, "scan" if isinstance(no, FileRefused) else None))
            status = no.status
        else:
            return _back(row.public_id, "gop")
    facts = {**standing.page(request, "merges", *_crumbs("Đề nghị mới")), "form": form}
    return render(request, "office/gop_them.html", facts, status=status)


@officer(Power.OPEN_ACCOUNT)
@stepped_up(when=lambda request: request.POST.get("act") == "approve")
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Both accounts side by side; “Duyệt”, “Không duyệt”, “Rút đề nghị”, “Đề nghị tách”."""
    row = merging.one(request.authority, public_id)
    form, status = Decided(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            return _decided(request, public_id, form.cleaned_data["reason"])
        except Refusal as no:
            form.refuse(no, "reason" if no.code == _REASON else None)
            status = no.status
            row = merging.one(request.authority, public_id)
    names = staff.officers_by_subject([who for who in (row.asked_by, row.decided_by) if who])
    facts = {
        **standing.page(request, "merges", *_crumbs(row.get_kind_display())),
        **facts_of(row, names),
        "form": form,
        "mine": row.asked_by == request.authority.subject,
    }
    return render(request, "office/gop_mot.html", facts, status=status)


@officer(Power.OPEN_ACCOUNT)
@require_POST
def evidence(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Tải bản quét”: counted and written down."""
    data, kind, name = merge_reading.evidence(request.authority, public_id)
    return kept_file_response(data, name, kind)


@officer(Power.OPEN_ACCOUNT)
@stepped_up(when=lambda request: request.method == "POST")
@require_http_methods(["GET", "POST"])
def reveal(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """A whole number or phone of one of the two; the answer is the only place where it stands."""
    row = merging.one(request.authority, public_id)
    form = Reveal(request.POST or None)
    status = 422 if form.is_bound else 200
    shown: Revealed | None = None
    if form.is_valid():
        try:
            shown = _shown(request, public_id, form)
        except NotFound:
            raise
        except Refusal as no:
            form.refuse(no, "reason" if no.code == "inspection_reason_wanted" else None)
            status = no.status
        else:
            status = 200
    back = reverse("office:merge", args=[public_id])
    crumbs = (
        (_TITLE, reverse("office:merges")),
        (row.get_kind_display(), back),
        ("Xem thông tin đầy đủ", ""),
    )
    facts = {**standing.page(request, "merges", *crumbs), "form": form, "back": back, "shown": shown}
    return render(request, "office/gop_xem.html", facts, status=status)


def _asked(request: OfficerRequest, form: Asked) -> Any:
    authority, given = request.authority, form.cleaned_data
    survivor = merging.account_asked_about(authority, given["keep"])
    absorbed = merging.account_asked_about(authority, given["give_up"])
    merging.refuse_pair(authority, survivor, absorbed)
    scan = uploads.take_scan(authority, given["scan"], request_id=None, until=merging.scan_until())
    return merging.ask(
        authority=authority, survivor=survivor, absorbed=absorbed, reason=given["reason"], evidence=scan
    )


def _decided(request: OfficerRequest, public_id: UUID, reason: str) -> HttpResponse:
    authority, act = request.authority, request.POST.get("act")
    if act == "approve":
        merging.approve(authority=authority, public_id=public_id)
        return _back(public_id, "gop-cho")
    if act == "undo":
        undo = merging.ask_undo(authority=authority, merge=public_id, reason=reason)
        return _back(undo.public_id, "gop")
    merging.decline(authority=authority, public_id=public_id, reason=reason)
    return _back(public_id, "gop-thoi")


def _shown(request: OfficerRequest, public_id: UUID, form: Reveal) -> Revealed:
    given = form.cleaned_data
    return merge_reading.reveal(
        authority=request.authority,
        public_id=public_id,
        survivor=given["whose"] == "keep",
        what=What(given["what"]),
        reason=given["reason"],
    )


def _crumbs(last: str) -> tuple[tuple[str, str], ...]:
    return (_TITLE, reverse("office:merges")), (last, "")


def _back(public_id: UUID, said: str) -> HttpResponse:
    return redirect(f"{reverse('office:merge', args=[public_id])}?da={said}")
