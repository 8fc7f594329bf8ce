"""Dashboard: what waits for this officer today."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from motcua.accounts import assistance, assisted_reading
from motcua.accounts.application_rows import data_of
from motcua.accounts.models import AssistApplication
from motcua.kernel.authority import Power
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import standing


@officer()
@require_GET
def dashboard(request: OfficerRequest) -> HttpResponse:
    """Unfinished requests, shared phones to decide, counts of the own unit, ways on."""
    authority = request.authority
    facts = standing.page(request, "dashboard")
    if authority.may(Power.OPEN_ACCOUNT):
        facts["requests"] = [_line(each) for each in assistance.open_applications(authority)]
    if authority.may(Power.OPEN_ACCOUNT) or authority.may(Power.APPROVE_EXCEPTION):
        facts["counts"] = assisted_reading.today(authority, on=timezone.localdate())
    if authority.may(Power.APPROVE_EXCEPTION):
        facts["to_decide"] = len(assisted_reading.shared_phones_waiting(authority))
    return render(request, "office/dashboard.html", facts)


def _line(application: AssistApplication) -> dict[str, object]:
    lapsed = application.status == "lapsed"
    shared = bool(application.shared_phone_reason) and application.phone_exception_id is None
    return {
        "public_id": application.public_id,
        "number": application.request_number,
        "kind": application.get_kind_display(),
        "full_name": data_of(application).full_name.value,
        "until": application.expires_at,
        "tag": "warning" if lapsed or shared else "info",
        "words": "Chờ duyệt dùng chung số" if shared else application.get_status_display().capitalize(),
    }
