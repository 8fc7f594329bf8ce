"""Tin nhắn: how each provider is doing, taken out of use or back by the province, in two clicks with a reason."""

from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox import provider_report
from motcua.outbox.provider_report import Standing
from motcua.signin import sms_providers
from motcua.units import staff
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import standing
from motcua.web.office.text_forms import Days, Switch

_TITLE: Final = "Tin nhắn"
_SPAN: Final = 30
_WAYS: Final = {
    "HttpSms": "HTTP, lời tự do",
    "TemplateSms": "HTTP, mẫu đã đăng ký",
    "SmppSms": "SMPP 3.4",
    "SoapSms": "SOAP (wsCpMt), không báo phát",
}


@officer(Power.CONNECT_SYSTEMS)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """Every provider of the settings, and what it did today."""
    sms_providers.require_province(request.authority)
    today = timezone.localdate()
    rows, done = (
        provider_report.standing(),
        {day.provider: day for day in provider_report.days(provider_report.codes(), today, today)},
    )
    facts = {
        **standing.page(request, "texts", (_TITLE, "")),
        "lines": [
            {"code": code, "name": name, "today": done.get(code), **_shown(rows.get(code))}
            for code, name in provider_report.names().items()
        ],
        "day": today,
    }
    return render(request, "office/tin_nhan.html", facts)


@officer(Power.CONNECT_SYSTEMS)
@require_GET
def one(request: OfficerRequest, provider: str) -> HttpResponse:
    """Thirty days of one provider, and the kinds of failure in them."""
    sms_providers.require_province(request.authority)
    name = _name_of(provider)
    form = Days(request.GET)
    until = (form.cleaned_data.get("den") if form.is_valid() else None) or timezone.localdate()
    first = until - timedelta(days=_SPAN - 1)
    row = provider_report.standing().get(provider)
    facts = {
        **_page(request, (name, "")),
        "code": provider,
        "name": name,
        "way": _WAYS.get(provider_report.gateways().get(provider, ""), "Cổng riêng của nơi cài đặt"),
        "form": form,
        "days": provider_report.days([provider], first, until),
        "first": first,
        "until": until,
        "earlier": first - timedelta(days=1),
        "later": _later(until),
        "failures": provider_report.last_failures(provider, first),
        "ruled_by": _officer(row.ruled_by) if row else "",
        **_shown(row),
    }
    return render(request, "office/tin_nhan_mot.html", facts)


@officer(Power.CONNECT_SYSTEMS)
@require_http_methods(["GET", "POST"])
def switch(request: OfficerRequest, provider: str) -> HttpResponse:
    """The second click: why, and then it is so."""
    sms_providers.require_province(request.authority)
    name = _name_of(provider)
    row = provider_report.standing().get(provider)
    off = bool(row and row.off)
    form, status = Switch(request.POST or None, initial={"to": "AUTO" if off else "OFF"}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            wanted = form.cleaned_data["to"] == "OFF"
            try:
                sms_providers.switch(
                    authority=request.authority,
                    code=provider,
                    off=wanted,
                    reason=form.cleaned_data["reason"],
                )
            except Refusal as no:
                form.refuse(no, "reason" if no.code == "sms_switch_reason_wanted" else None)
                status = no.status
            else:
                said = "tin-nhan-ngung" if wanted else "tin-nhan-dung-lai"
                return redirect(f"{reverse('office:text_provider', args=[provider])}?da={said}")
    facts = {
        **_page(request, (name, reverse("office:text_provider", args=[provider])), ("Đổi cách dùng", "")),
        "code": provider,
        "name": name,
        "off": off,
        "form": form,
    }
    return render(request, "office/tin_nhan_doi.html", facts, status=status)


def _shown(row: Standing | None) -> dict[str, Any]:
    """How it is doing, as a tag and in words."""
    if row is None:
        return {"row": None, "tag": "neutral", "words": "Chưa gửi tin nào", "off": False}
    if row.off:
        return {"row": row, "tag": "neutral", "words": "Đã ngừng dùng", "off": True}
    if row.rests:
        return {"row": row, "tag": "error", "words": f"Tạm nghỉ: {row.cause}", "off": False}
    return {"row": row, "tag": "success", "words": "Đang hoạt động", "off": False}


def _name_of(provider: str) -> str:
    found = provider_report.names().get(provider)
    if found is None:
        raise NotFound
    return found


def _later(until: date) -> date | None:
    wanted = until + timedelta(days=_SPAN)
    today = timezone.localdate()
    return min(wanted, today) if until < today else None


def _officer(subject: str) -> str:
    found = staff.officer_of(subject) if subject else None
    return found.full_name if found else ""


def _page(request: OfficerRequest, *crumbs: tuple[str, str]) -> dict[str, Any]:
    return standing.page(request, "texts", (_TITLE, reverse("office:texts")), *crumbs)
