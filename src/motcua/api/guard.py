"""Who calls: a token shown by its holder, believed together with the live registration of its system."""

import time
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja.security import HttpBearer

from motcua.kernel.client_address import client_address
from motcua.kernel.refusal import Refusal
from motcua.signin import calls, proofs
from motcua.signin.calls import Caller, Scope
from motcua.units import tree

__all__ = ["Caller", "CallerRequest", "PersonToken", "Scope", "SystemToken", "Token", "settle", "unit_of"]


class CallerRequest(HttpRequest):
    """A request of a system that was let in."""

    auth: Caller
    looked_up: bool
    missed: bool
    alarm: bool


class UnitNotOfClient(Refusal):
    """A system speaks for its own unit and those below; nobody's name is borrowed in a citizen's journal."""

    code = "unit_not_of_client"
    status = 403
    message = (
        "Đơn vị nêu trong lời gọi không thuộc hệ thống này. "
        "Đề nghị dùng mã của đơn vị đã đăng ký hoặc đơn vị trực thuộc."
    )


class Token(HttpBearer):
    """Ninja calls it first of all; what it raises becomes a problem document."""

    of_a_person: bool = False
    openapi_scheme = "DPoP"

    def __init__(self, scope: Scope, *, looks_up: bool = False) -> None:
        """``looks_up``: the operation asks whether somebody has a number, which is counted apart (L14)."""
        super().__init__()
        self.scope = scope
        self.looks_up = looks_up

    def __call__(self, request: HttpRequest) -> Any:
        return self.authenticate(request, request.META.get("HTTP_AUTHORIZATION", ""))

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """``token``: the whole header, because the word before a token says how it has to be proved."""
        return calls.admit(
            came=proofs.shown(
                authorization=token,
                proof=request.META.get("HTTP_DPOP", ""),
                method=str(request.method),
                origin=f"{request.scheme}://{request.get_host()}",
                path=request.path,
            ),
            address=_address_of(request),
            scope=self.scope.value,
            of_a_person=self.of_a_person,
            looks_up=self.looks_up,
            now=timezone.now(),
        )


class SystemToken(Token):
    """The system in its own name."""


class PersonToken(Token):
    """Somebody who is signed in, through that system: it acts with their right, not with its own."""

    of_a_person = True


def unit_of(request: CallerRequest, code: str) -> str:
    """The unit an officer sits at, if it is the caller's or below. Raises UnitNotOfClient.

    Where a unit lies changes by a decision of an authority, not from one call to the next: a yes is kept a minute.
    """
    asked, now = (code, request.auth.unit_id), time.monotonic()
    if now - _found_below.get(asked, -_KEPT_SECONDS) >= _KEPT_SECONDS:
        if not tree.lies_below(*asked):
            raise UnitNotOfClient
        if len(_found_below) >= _MOST_KEPT:
            _found_below.clear()
        _found_below[asked] = now
    return code


_KEPT_SECONDS: Final = 60.0
_MOST_KEPT: Final = 4_096
_found_below: dict[tuple[str, int], float] = {}


def settle(request: HttpRequest, response: HttpResponseBase) -> None:
    """Count what became of the call that was let in, and say what is left. The door has counted the call itself."""
    caller = getattr(request, "auth", None)
    if not isinstance(caller, Caller):
        return
    calls.note(
        caller,
        refusal=str(getattr(request, "refused_as", "")) if response.status_code >= 400 else "",
        looked_up=bool(getattr(request, "looked_up", False)),
        missed=bool(getattr(request, "missed", False)),
        alarm=bool(getattr(request, "alarm", False)),
    )
    for name, value in _usage(caller).items():
        response.headers[name] = value


_WINDOWS: Final = (60, 86_400)


def _usage(caller: Caller) -> dict[str, str]:
    """Of the window that is nearer to its end; both stand in the policy."""
    agreed = (caller.minute, caller.day)
    nearest = min(range(2), key=lambda window: (caller.left[window].times / agreed[window], window))
    policy = ", ".join(f"{times};w={seconds}" for times, seconds in zip(agreed, _WINDOWS, strict=True))
    return {
        "RateLimit-Policy": policy,
        "RateLimit-Limit": str(agreed[nearest]),
        "RateLimit-Remaining": str(caller.left[nearest].times),
        "RateLimit-Reset": str(caller.left[nearest].wait_seconds),
    }


def _address_of(request: HttpRequest) -> str:
    """The host itself, as the outermost trusted proxy saw it: registrations name networks."""
    return client_address(
        request.META.get("HTTP_X_FORWARDED_FOR", ""),
        str(request.META.get("REMOTE_ADDR", "")),
        trusted_proxies=settings.TRUSTED_PROXIES,
    )
