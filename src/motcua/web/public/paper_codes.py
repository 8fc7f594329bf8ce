"""Mã QR trên giấy: what a paper is, for whoever scans it. Nothing is looked up, so nothing can be found out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from motcua.web.access import anyone, visitor_of

_ACCOUNTS = "/quan-tri/tai-khoan-cong-dan/"


@anyone
@require_GET
def desk_slip(request: HttpRequest, code: str) -> HttpResponse:
    """The slip of a citizen whose phone did not match; it carries the reason to the desk."""
    return render(
        request,
        "public/phieu.html",
        {"code": code, "form_address": _office(request, f"{_ACCOUNTS}them-moi/?ly-do=PHONE_MISMATCH")},
    )


@anyone
@require_GET
def request_paper(request: HttpRequest, number: str, mark: str) -> HttpResponse:
    """The request that the citizen checked and signed."""
    return render(
        request,
        "public/giay_de_nghi.html",
        {"number": number, "mark": mark, "list_address": _office(request, _ACCOUNTS)},
    )


def _office(request: HttpRequest, address: str) -> str:
    """An address for an officer who is signed in here; "" for everybody else."""
    visitor = visitor_of(request)
    return address if visitor is not None and visitor.is_officer else ""
