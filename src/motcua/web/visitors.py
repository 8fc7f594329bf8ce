"""Cookies: who is signed in, on which browser. A view without ``access`` is closed to everybody."""

import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from motcua.kernel.client_address import client_address, network_of
from motcua.kernel.opaque_token import is_opaque_token
from motcua.kernel.refusal import NotFound
from motcua.web import outside, refusals

_YEAR = 365 * 24 * 3600


def session_cookie() -> str:
    """The name of the sign-in cookie."""
    return f"{settings.COOKIE_PREFIX}phien{settings.COOKIE_SUFFIX}"


def device_cookie() -> str:
    """The name of the cookie that tells browsers apart."""
    return f"{settings.COOKIE_PREFIX}thiet-bi{settings.COOKIE_SUFFIX}"


def step_cookie() -> str:
    """The name of the cookie between the right password and the second step."""
    return f"{settings.COOKIE_PREFIX}buoc-hai{settings.COOKIE_SUFFIX}"


class VisitorMiddleware:
    """Sets ``request.visitor`` and ``request.device``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request.COOKIES.get(session_cookie(), "")
        device = request.COOKIES.get(device_cookie(), "")
        new_device = not is_opaque_token(device)
        if new_device:
            device = secrets.token_urlsafe(24)
        request.device = device  # type: ignore[attr-defined]
        request.visitor = outside.sessions().visitor_of(token) if token else None  # type: ignore[attr-defined]
        response = self.get_response(request)
        if new_device and getattr(request, "resolver_match", None) is not None:
            _set(response, device_cookie(), device, max_age=_YEAR, samesite="Lax")
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Default deny (threats A-65). Answered, not raised: what is raised here passes no process_exception."""
        return None if hasattr(view, "access") else refusals.answer(request, NotFound())


def sign_in(response: HttpResponse, token: str, *, officer: bool) -> None:
    """Hand the session's token to the browser; it lives as long as the browser window."""
    _set(response, session_cookie(), token, max_age=None, samesite="Strict" if officer else "Lax")


def half_way(response: HttpResponse, token: str, *, seconds: int) -> None:
    """The password was right; so many seconds for the second step, in this browser only."""
    _set(
        response,
        step_cookie(),
        token,
        max_age=seconds,
        samesite="Strict",
    )


def forget_step(response: HttpResponse) -> None:
    """The second step is done."""
    _set(response, step_cookie(), "", max_age=0, samesite="Strict")


def sign_out(request: HttpRequest, response: HttpResponse) -> None:
    """Forget the session in this browser; the headers clear its caches too."""
    _set(response, session_cookie(), "", max_age=0, samesite="Lax")
    request.clear_site_data = True  # type: ignore[attr-defined]


def address_of(request: HttpRequest) -> str:
    """The client's network behind the trusted proxies; an alarm key, never an identity (threats mistake 18)."""
    return network_of(
        client_address(
            request.headers.get("X-Forwarded-For", ""),
            str(request.META.get("REMOTE_ADDR", "")),
            trusted_proxies=settings.TRUSTED_PROXIES,
        )
    )


def _set(response: HttpResponse, name: str, value: str, *, max_age: int | None, samesite: Any) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        secure=settings.COOKIE_SECURE,
        httponly=True,
        samesite=samesite,
    )
