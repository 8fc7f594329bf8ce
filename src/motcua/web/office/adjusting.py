"""Điều chỉnh tài khoản: asked for before the owner, compared and agreed by a second officer."""

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from motcua.accounts import adjusting, adjustments_read
from motcua.files.reasons import FileRefused
from motcua.kernel.authority import Power
from motcua.kernel.refusal import Refusal
from motcua.units import staff, tree
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.office import standing, uploads
from motcua.web.office.adjusting_forms import FIELD_OF, Asked, Declined, Number, Search
from motcua.web.office.adjusting_shown import facts_of, line_of
from motcua.web.responses import kept_file_response

if TYPE_CHECKING:
    from motcua.files.models import StoredFile

_TITLE: Final = "Điều chỉnh tài khoản"


@officer(Power.OPEN_ACCOUNT)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """Of the own unit and below. A search for one person is posted and stays out of the address."""
    form = Search(request.GET)
    number = Number(request.POST or None)
    wanted = form.wanted()
    if number.is_valid() and number.cleaned_data["number"]:
        wanted = adjustments_read.Wanted(number=number.cleaned_data["number"])
    rows, onward = adjustments_read.listing(request.authority, wanted, after=request.GET.get("sau", "")[:20])
    names = staff.officers_by_subject([row.asked_by for row in rows])
    facts = {
        **standing.page(request, "adjustments", (_TITLE, "")),
        "search": form,
        "form": number,
        "rows": [line_of(row, names) for row in rows],
        "next": onward,
        "filtered": bool(wanted.kind or wanted.decision or wanted.number),
    }
    return render(request, "office/dieu_chinh.html", facts, status=422 if number.errors else 200)


@officer(Power.OPEN_ACCOUNT)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def add(request: OfficerRequest) -> HttpResponse:
    """The number, what is to be done, the scan, the reason."""
    form = Asked(request.POST or None, request.FILES or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            row = _asked(request, form)
        except Refusal as no:
            form.refuse(no, FIELD_OF.get(no.code, "scan" if isinstance(no, FileRefused) else None))
            status = no.status
        else:
            said = "dieu-chinh" if row.decision == "WAITING" else "dieu-chinh-xong"
            return redirect(f"{reverse('office:adjustment', args=[row.public_id])}?da={said}")
    facts = {
        **standing.page(request, "adjustments", (_TITLE, reverse("office:adjustments")), ("Đề nghị mới", "")),
        "form": form,
    }
    return render(request, "office/dieu_chinh_them.html", facts, status=status)


@officer(Power.OPEN_ACCOUNT)
@stepped_up(when=lambda request: request.POST.get("act") == "approve")
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """What it was and what it becomes, side by side; “Duyệt”, “Không duyệt”, “Rút đề nghị”."""
    row = adjusting.one(request.authority, public_id)
    form, status = Declined(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            return _back(public_id, _decided(request, public_id, form.cleaned_data["reason"]))
        except Refusal as no:
            form.refuse(no, "reason" if no.code == "adjustment_reason_missing" else None)
            status = no.status
            row = adjusting.one(request.authority, public_id)
    names = staff.officers_by_subject([who for who in (row.asked_by, row.decided_by) if who])
    facts = {
        **standing.page(
            request, "adjustments", (_TITLE, reverse("office:adjustments")), (row.get_kind_display(), "")
        ),
        **facts_of(row, names),
        "form": form,
        "unit": tree.names_of([row.unit_code]).get(row.unit_code, row.unit_code),
        "mine": row.asked_by == request.authority.subject,
    }
    return render(request, "office/dieu_chinh_mot.html", facts, status=status)


@officer(Power.OPEN_ACCOUNT)
@require_POST
def evidence(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Tải bản quét”: counted and written down."""
    data, kind, name = adjustments_read.evidence(request.authority, public_id)
    return kept_file_response(data, name, kind)


def _asked(request: OfficerRequest, form: Asked) -> Any:
    authority = request.authority
    account = adjusting.account_asked_about(authority, form.cleaned_data["citizen_id"])
    return adjusting.ask(
        authority=authority, account=account, wanted=form.wanted(), evidence=_scan(request, form)
    )


def _scan(request: OfficerRequest, form: Asked) -> "StoredFile | None":
    """Kept only for what needs it."""
    given = form.cleaned_data["scan"]
    if given is None or form.cleaned_data["kind"] not in ("ADD_NUMBER", "CORRECT"):
        return None
    return uploads.take_scan(request.authority, given, request_id=None, until=adjusting.scan_until())


def _decided(request: OfficerRequest, public_id: UUID, reason: str) -> str:
    if request.POST.get("act") == "approve":
        adjusting.approve(authority=request.authority, public_id=public_id)
        return "dieu-chinh-xong"
    adjusting.decline(authority=request.authority, public_id=public_id, reason=reason)
    return "dieu-chinh-thoi"


def _back(public_id: UUID, said: str) -> HttpResponse:
    return redirect(f"{reverse('office:adjustment', args=[public_id])}?da={said}")
