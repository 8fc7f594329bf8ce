"""Hướng dẫn: the three appendices, by who does the work."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from motcua.units import tree
from motcua.web.access import anyone
from motcua.web.public import guide_facts


@anyone
@require_GET
def guides(request: HttpRequest) -> HttpResponse:
    """Their numbers are those of the running system."""
    return render(
        request,
        "public/huong_dan.html",
        {
            "nav_here": "guides",
            "numbers": guide_facts.numbers(),
            "portal": settings.DESK_URL or settings.PUBLIC_URL,
            "desks": tree.desks(on=timezone.localdate()),
        },
    )
