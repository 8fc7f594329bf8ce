"""Trang chủ: the province's portal where there is a desk, else the national portal's own first page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_GET

from motcua.web.access import anyone
from motcua.web.public import forms
from motcua.web.public.nearest_desk import desk_facts


@anyone
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Register, sign in, read; where there is a desk, also track and what it receives."""
    facts = {
        "nav_here": "home",
        **desk_facts(request),
        "simulators_url": not settings.TRAINING and settings.SIMULATORS_URL,
    }
    if not settings.HOSTS_DESK:
        return render(request, "public/trang_chu_cong.html", {**facts, "desk_url": settings.DESK_URL})
    from motcua.desk import published  # the desk's tables are not everywhere

    facts |= {"procedures": published.procedures(on=timezone.localdate()), "tracking": forms.Tracking()}
    return render(request, "public/trang_chu.html", facts)


@anyone
@require_GET
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers ask for it without being told of one."""
    return HttpResponsePermanentRedirect(static("motcua/favicon.svg"))
