"""Trang đầu của Một cửa: the big button, today's numbers, what was left half done."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from motcua.web.access import OfficerRequest, officer


@officer()
@require_GET
def home(request: OfficerRequest) -> HttpResponse:
    """Where officers arrive after signing in, whatever they may do."""
    return render(request, "counter/trang_dau.html", {})
