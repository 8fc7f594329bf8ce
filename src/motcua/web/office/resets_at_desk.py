"""Đặt lại xác thực hai bước, at a desk whose officers sign in at the portal: two agree here, the portal is told."""

from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from motcua.desk import officer_resets
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal
from motcua.units import staff
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.office import standing
from motcua.web.office.paging import page_asked_for
from motcua.web.office.reset_forms import FIELD_OF, TAGS, Asked

_TITLE: Final = "Đặt lại xác thực hai bước"
#: The portal's word for a no → what to do about it.
_WHY: Final = {
    "factor_reset_people_refused": (
        "Cổng không nhận: mỗi người phải có tài khoản đang dùng được và đã đăng nhập bằng hai yếu tố qua Một cửa trong "
        "61 ngày qua; cán bộ chưa từng đăng ký chỉ cần đăng nhập; cán bộ của Cổng do Cổng quyết định."
    ),
    "lapsed": "Đề nghị đã quá 24 giờ nên không gửi nữa; đề nghị lập lại.",
    "scope_missing": "Một cửa chưa được Cổng duyệt phạm vi “officer.reset”; đề nghị đăng ký thêm.",
}
_OTHER: Final = "Cổng không thực hiện được đề nghị này; đề nghị liên hệ đơn vị quản lý Cổng."


@officer(Power.GRANT)
@stepped_up(when=lambda request: request.method == "POST")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def resets(request: OfficerRequest) -> HttpResponse:
    """What waits for a second administrator, what was decided and answered, and the form to ask."""
    today = timezone.localdate()
    form = Asked(request.POST or None, officers=_others(request.authority))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            officer_resets.ask(
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
    page = officer_resets.listing(request.authority, on=today, page=page_asked_for(request))
    facts = {
        **standing.page(request, "factor_resets", (_TITLE, "")),
        "form": form,
        "lines": [(line, TAGS[line.row.decision], _why(line)) for line in page.lines],
        "number": page.number,
        "previous": page.number - 1,
        "next": page.number + 1 if page.more else 0,
    }
    return render(request, "office/dat_lai_tai_mot_cua.html", facts, status=status)


@officer(Power.GRANT)
@stepped_up()
@require_POST
def decide(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Duyệt”, “Không duyệt”, or one's own taken back."""
    today = timezone.localdate()
    if request.POST.get("act") == "approve":
        officer_resets.approve(authority=request.authority, public_id=public_id, on=today)
        said = "dat-lai-cong"
    else:
        officer_resets.decline(authority=request.authority, public_id=public_id, on=today)
        said = "dat-lai-thoi"
    return redirect(f"{reverse('office:factor_resets')}?da={said}")


def _why(line: officer_resets.Line) -> str:
    """What the portal said no with, in words."""
    return _WHY.get(line.row.refused_code, _OTHER) if line.row.refused_code else ""


def _others(authority: Authority) -> list[tuple[str, str]]:
    found = staff.working_at(authority.subtree, on=timezone.localdate())
    return [(one.subject, one.full_name) for one in found if one.subject != authority.subject]
