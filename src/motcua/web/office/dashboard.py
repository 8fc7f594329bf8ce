"""Dashboard: what waits for this officer today; without any power here, what is missing and whom to ask."""

from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from motcua.desk.open_work import Load
from motcua.kernel.authority import Authority, Power
from motcua.units import granting, staff
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import standing, workload_here

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
    """What waits for this officer, and ways on."""
    authority = request.authority
    facts = standing.page(request, "dashboard")
    if settings.HOSTS_PORTAL:
        from motcua.web.office import accounts_today  # accounts are not everywhere

        facts |= accounts_today.facts(authority)
    if settings.HOSTS_DESK and not settings.HOSTS_PORTAL:
        facts |= _of_the_desk(authority)
    if not authority.powers & _POWERS_HERE:
        facts |= _missing(authority)
    return render(request, "office/dashboard.html", facts)


def _of_the_desk(authority: Authority) -> dict[str, object]:
    """Where no accounts are: what lies open in the own unit and below, and the posts that wait for a second word."""
    if authority.powers.isdisjoint({Power.GRANT, Power.INSPECT, Power.APPROVE_EXCEPTION}):
        return {}
    found = workload_here.of_units(list(authority.subtree), now=timezone.now())
    waiting = len(granting.open_requests(authority)) if authority.may(Power.GRANT) else 0
    return {"work": sum(found.values(), Load()), "posts_to_decide": waiting}


def _missing(authority: Authority) -> dict[str, object]:
    """Nothing of the administration is this officer's at this unit: where it is, and who could change that."""
    today = timezone.localdate()
    return {
        "missing": True,
        "able_at": [post.unit_name for post in standing.own_posts(authority)],
        "granters": staff.colleagues_of(authority.subject, authority.unit_code, on=today, power=Power.GRANT),
    }
