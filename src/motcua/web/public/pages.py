"""Trang chủ, tra cứu hồ sơ, hướng dẫn: what anybody may read."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from motcua.desk import published, tracking
from motcua.kernel.refusal import Refusal
from motcua.units import tree
from motcua.web import visitors
from motcua.web.access import anyone
from motcua.web.public import forms, guide_facts
from motcua.web.public.even_pace import evenly_answered
from motcua.web.public.nearest_desk import desk_facts


@anyone
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The province's portal: register, sign in, track, read."""
    today = timezone.localdate()
    return render(
        request,
        "public/trang_chu.html",
        {
            "nav_here": "home",
            "procedures": published.procedures(on=today),
            **desk_facts(request),
            "simulators_url": settings.SIMULATORS_URL,
            "tracking": forms.Tracking(),
        },
    )


@anyone
@require_http_methods(["GET", "POST"])
@evenly_answered
def track(request: HttpRequest) -> HttpResponse:
    """How far a dossier is, for whoever holds its slip."""
    worked = "proof" in request.POST
    form = (forms.TrackingWithWork if worked else forms.Tracking)(request.POST or None)
    found, status = None, 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        code, check = form.cleaned_data["code"], form.cleaned_data["check"]
        try:
            found = tracking.track(
                code=code, check_chars=check, network=visitors.address_of(request), worked=worked
            )
            status = 200
        except tracking.WorkWanted as no:
            form, status = forms.TrackingWithWork.refused(no, code=code, check=check), no.status
        except Refusal as no:
            form.refuse(no)
            status = no.status
    return render(
        request,
        "public/tra_cuu.html",
        {"nav_here": "tracking", "form": form, "found": found, "facts": _facts(found)},
        status=status,
    )


@anyone
@require_GET
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers ask for it without being told of one."""
    return HttpResponsePermanentRedirect(static("motcua/favicon.svg"))


@anyone
@require_GET
def guides(request: HttpRequest) -> HttpResponse:
    """The three appendices, by who does the work; their numbers are those of the running system."""
    return render(
        request,
        "public/huong_dan.html",
        {
            "nav_here": "guides",
            "numbers": guide_facts.numbers(),
            "portal": settings.PUBLIC_URL,
            "desks": tree.desks(on=timezone.localdate()),
        },
    )


def _facts(found: tracking.Tracked | None) -> list[tuple[str, str]]:
    if found is None:
        return []
    received = f"{timezone.localtime(found.received_at):%H:%M %d/%m/%Y}" if found.received_at else ""
    return [
        ("Mã hồ sơ", found.code),
        ("Trạng thái", found.state_words),
        *([("Bước đang thực hiện", found.step)] if found.step else []),
        ("Tiếp nhận lúc", received),
        ("Hẹn trả kết quả", found.due_words),
    ]
