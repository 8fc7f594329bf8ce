"""Dashboard: what waits for this officer today; without any power here, what is missing and whom to ask."""

from typing import TYPE_CHECKING, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from motcua.accounts import assistance, assisted_reading
from motcua.kernel.authority import Authority, Power
from motcua.units import staff
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import standing

if TYPE_CHECKING:
    from motcua.accounts.models import AssistApplication

_POWERS_HERE: Final = frozenset(
    {
        Power.OPEN_ACCOUNT,
        Power.APPROVE_EXCEPTION,
        Power.EXPORT,
        Power.MANAGE_CATALOGUE,
        Power.INSPECT,
        Power.CONNECT_SYSTEMS,
        Power.GRANT,
    }
)


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
    if not authority.powers & _POWERS_HERE:
        facts |= _missing(authority)
    return render(request, "office/dashboard.html", facts)


def _missing(authority: Authority) -> dict[str, object]:
    """Nothing of the administration is this officer's at this unit: where it is, and who could change that."""
    today = timezone.localdate()
    return {
        "missing": True,
        "able_at": [post.unit_name for post in standing.own_posts(authority)],
        "granters": staff.colleagues_of(authority.subject, authority.unit_code, on=today, power=Power.GRANT),
    }


def _line(application: "AssistApplication") -> dict[str, object]:
    shared = application.waits_for_approval
    return {
        "public_id": application.public_id,
        "number": application.request_number,
        "kind": application.get_kind_display(),
        "full_name": assisted_reading.data_of(application).full_name.value,
        "until": application.expires_at,
        "tag": "warning" if application.is_lapsed or shared else "info",
        "words": "Chờ duyệt dùng chung số" if shared else application.get_status_display().capitalize(),
    }
