"""Addresses for the tests of the base of the web room: the style page, and views that go wrong in every way."""

import errno
from collections.abc import Callable

import psycopg
from django.db import InterfaceError, InternalError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from motcua.kernel.refusal import Refusal
from motcua.web import forms_base


class Busy(Refusal):
    code = "busy"
    status = 429
    message = "Ông/bà đã thử nhiều lần. Đề nghị thử lại sau {wait_seconds} giây."


class Guarded(forms_base.Form):
    full_name = forms_base.PersonNameField()
    proof = forms_base.ProofOfWorkField()


def refuses(request: HttpRequest) -> HttpResponse:
    raise Busy(wait_seconds=30)


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("001090000123")


def waits(request: HttpRequest, why: str) -> HttpResponse:
    """What drivers and disks raise when the database changes over or has no room, as Django passes it on."""
    raise TROUBLES[why]()


def _on_a_standby() -> Exception:
    told = InternalError("cannot execute INSERT in a read-only transaction")
    told.__cause__ = psycopg.errors.ReadOnlySqlTransaction()
    return told


TROUBLES: dict[str, Callable[[], Exception]] = {
    "line": lambda: OperationalError("server closed the connection unexpectedly: 10.0.0.7"),
    "closed": lambda: InterfaceError("the connection is closed"),
    "standby": _on_a_standby,
    "disk": lambda: OSError(errno.ENOSPC, "No space left on device", "/var/lib/motcua/files/ab"),
    "mount": lambda: OSError(errno.ESTALE, "Stale file handle"),
}


def is_missing(request: HttpRequest) -> HttpResponse:
    raise Http404


def echoes(request: HttpRequest, name: str = "") -> HttpResponse:
    return JsonResponse(dict(request.POST.lists()))


def takes_many(request: HttpRequest) -> HttpResponse:
    return JsonResponse(dict(request.POST.lists()))


takes_many.repeatable = {"papers"}  # type: ignore[attr-defined]


def signs_out(request: HttpRequest) -> HttpResponse:
    request.clear_site_data = True  # type: ignore[attr-defined]
    return HttpResponse("")


def is_public(request: HttpRequest) -> HttpResponse:
    return HttpResponse("{}", headers={"Cache-Control": "public, max-age=300"})


def guarded(request: HttpRequest) -> HttpResponse:
    from django.shortcuts import render

    form = Guarded(request.POST or None)
    if form.is_valid():
        return HttpResponse("<!doctype html><title>Xong</title><main>Đã nhận.</main>")
    return render(request, "guarded.html", {"form": form}, status=422 if form.is_bound else 200)


urlpatterns = [
    path("kieu-dang/", include("motcua.web.styleguide")),
    path("tu-choi/", refuses),
    path("hong/", breaks),
    path("cho/<str:why>/", waits),
    path("khong-co/", is_missing),
    path("gui/", echoes),
    path("gui/<str:name>/", echoes),
    path("nhieu/", takes_many),
    path("ra/", signs_out),
    path("cong-khai/", is_public),
    path("co-canh/", guarded),
]
handler400 = "motcua.web.refusals.bad_request"
handler403 = "motcua.web.refusals.forbidden"
handler404 = "motcua.web.refusals.not_found"
handler500 = "motcua.web.refusals.broken"
