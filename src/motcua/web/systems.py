"""Which pages are at home in this installation; whoever asks for another system's page is led there.

Every address stays the same in each arrangement (SPEC 14): where only one of the two systems is hosted, the
other's rooms are not even imported, and its addresses lead to the same path over there.
"""

from importlib import import_module
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from motcua.web.access import AS_SOMEBODY_ELSE, anyone

_SAFE: Final = frozenset({"GET", "HEAD"})


def portal(module: str) -> Any:
    """A module of the portal's pages, or what stands in for it at a desk without one."""
    return import_module(module) if settings.HOSTS_PORTAL else _Elsewhere(settings.PORTAL_URL)


def desk(module: str) -> Any:
    """A module of the desk's pages, or what stands in for it at a portal without one."""
    return import_module(module) if settings.HOSTS_DESK else _Elsewhere(settings.DESK_URL)


def together(module: str) -> Any:
    """A module that looks at both systems' tables: at home only where both are."""
    both = settings.HOSTS_PORTAL and settings.HOSTS_DESK
    return import_module(module) if both else _Elsewhere("")


def with_accounts(module: str) -> Any:
    """A module of the portal's pages about a thing that only this installation knows: elsewhere nothing is there."""
    return import_module(module) if settings.HOSTS_PORTAL else _Elsewhere("")


def of_desk_as_now(path: str) -> str:
    """A page of the desk for whoever has just become somebody else here; empty where no desk is known.

    A desk elsewhere hears some seconds later that the session it knows is over, and would show that person's
    page until then: it is led to ask anew who comes.
    """
    if settings.HOSTS_DESK:
        return path
    if not settings.DESK_URL:
        return ""
    asked = urlencode({"tiep": path, "vi_sao": AS_SOMEBODY_ELSE})
    return f"{settings.DESK_URL}{reverse('public:sign_in')}?{asked}"


class _Elsewhere:
    """Any view of the other system: the same path over there."""

    def __init__(self, base: str) -> None:
        self._base = base

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return leading_to(self._base)


def leading_to(base: str) -> Any:
    """A view that leads to the same path at ``base``; a form is never passed on; without ``base`` nothing is there."""

    @anyone
    def there(request: HttpRequest, **_: object) -> HttpResponse:
        if not base or request.method not in _SAFE:
            return HttpResponseNotFound(render(request, "404.html").content)
        return HttpResponseRedirect(base + request.get_full_path())

    there.leads_to = base  # type: ignore[attr-defined]  # for the test that no entry of a menu leads nowhere
    return there
