"""Sổ thu phí, lệ phí trong ngày: what the unit took and gave back on one day, in order, with the sums."""

import re
from datetime import date
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from motcua.desk import charging
from motcua.kernel.authority import Power
from motcua.web.access import OfficerRequest, officer

_DAY: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


@officer(Power.RECEIVE_DOSSIER, Power.HAND_OUT, Power.INSPECT)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """Today's, or with ``?ngay=dd/mm/yyyy`` another day's."""
    given = request.GET.get("ngay", "").strip()
    today = timezone.localdate()
    day = _day(given) if given else today
    facts = {
        "nav_here": "cash",
        "day": day or today,
        "given": given or f"{today:%d/%m/%Y}",
        "wrong": day is None,
        "cash": charging.cash_day(request.authority, day or today),
    }
    return render(request, "counter/so_thu.html", facts, status=422 if day is None else 200)


def _day(given: str) -> date | None:
    found = _DAY.fullmatch(given)
    try:
        return date(*(int(part) for part in reversed(found.groups()))) if found else None
    except ValueError:
        return None
