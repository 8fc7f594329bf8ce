"""Đăng nhập của cán bộ: an administrator sees when officers signed in, ends their sessions, starts a reset."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.accounts import factor_resets, officer_sessions, sign_in_history
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal
from motcua.units import staff
from motcua.web import sign_in_lists
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.office import standing
from motcua.web.office.reset_forms import FIELD_OF, TAGS, Asked

_TITLE: Final = "Đăng nhập của cán bộ"
_RESETS: Final = "Đặt lại xác thực hai bước"


class Filters(sign_in_lists.Filters):
    """An officer is named by the opaque id, never by a name in an address."""

    cb = forms.ChoiceField(label="Cán bộ", required=False)

    def __init__(self, *args: Any, officers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cb"].choices = [("", "Tất cả cán bộ"), *officers]  # type: ignore[attr-defined]
        self.fields["cb"].widget.attrs["class"] = "form-select"


@officer(Power.GRANT)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """Of the officers of the own unit and below; without addresses (DP-05)."""
    today = timezone.localdate()
    form = Filters(request.GET, officers=_officers(request.authority))
    wanted = form.wanted()
    chosen = str(form.cleaned_data.get("cb") or "")
    lines, onward = sign_in_history.of_officers(
        request.authority, wanted, subject=chosen, on=today, after=sign_in_lists.cursor_of(request)
    )
    facts = {
        **standing.page(request, "officer_sign_ins", (_TITLE, "")),
        "form": form,
        "rows": [{**sign_in_lists.shown(line.row), "who": line.full_name} for line in lines],
        "next": onward,
        "filtered": form.filtered,
        "chosen": chosen if chosen != request.authority.subject else "",
        "live": officer_sessions.live(request.authority, chosen, on=today) if chosen else 0,
    }
    return render(request, "office/dang_nhap_can_bo.html", facts)


@officer(Power.GRANT)
@require_POST
def end_sessions(request: OfficerRequest) -> HttpResponse:
    """“Kết thúc mọi phiên” of one officer."""
    subject = request.POST.get("cb", "")[:64]
    officer_sessions.end(request.authority, subject, on=timezone.localdate())
    return redirect(f"{reverse('office:officer_sign_ins')}?cb={subject}&da=het-phien")


@officer(Power.GRANT)
@stepped_up(when=lambda request: request.method == "POST")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def resets(request: OfficerRequest) -> HttpResponse:
    """What waits for a second administrator, what was decided, and the form to ask."""
    today = timezone.localdate()
    others = [pair for pair in _officers(request.authority) if pair[0] != request.authority.subject]
    form = Asked(request.POST or None, officers=others)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            factor_resets.ask(
                authority=request.authority,
                subject=form.cleaned_data["officer"],
                reason=form.cleaned_data["reason"],
                on=today,
            )
        except Refusal as no:
            form.refuse(no, FIELD_OF.get(no.code))
            status = no.status
        else:
            return redirect(f"{reverse('office:factor_resets')}?da=dat-lai")
    lines, onward = factor_resets.listing(request.authority, on=today, after=sign_in_lists.cursor_of(request))
    facts = {
        **standing.page(request, "factor_resets", (_RESETS, "")),
        "form": form,
        "lines": [(line, TAGS[line.row.decision]) for line in lines],
        "next": onward,
    }
    return render(request, "office/dat_lai_xac_thuc.html", facts, status=status)


@officer(Power.GRANT)
@stepped_up()
@require_POST
def decide(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Duyệt”, “Không duyệt”, or one's own taken back."""
    today = timezone.localdate()
    if request.POST.get("act") == "approve":
        factor_resets.approve(authority=request.authority, public_id=public_id, on=today)
        said = "dat-lai-duyet"
    else:
        factor_resets.decline(authority=request.authority, public_id=public_id, on=today)
        said = "dat-lai-thoi"
    return redirect(f"{reverse('office:factor_resets')}?da={said}")


def _officers(authority: Authority) -> list[tuple[str, str]]:
    found = staff.working_at(authority.subtree, on=timezone.localdate())
    return [(one.subject, one.full_name) for one in found]
