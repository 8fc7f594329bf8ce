"""Where programs of other systems get tokens. No cookie lets anybody in."""

from importlib import import_module
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from motcua.kernel.client_address import client_address
from motcua.signin import proofs
from motcua.signin.proofs import Shown
from motcua.signin.server import Answer, Request
from motcua.web.access import anyone

#: The portal's knows people's sign-ins as well; at a desk apart systems ask in their own name only (ADR 0042).
_granting: Any = import_module(f"motcua.signin.{'grants' if settings.HOSTS_PORTAL else 'own_name'}")
_FORM: Final = "application/x-www-form-urlencoded"


@anyone
@csrf_exempt
@sensitive_post_parameters()
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """A code, a refresh token or the system's own name against tokens; at a desk apart the last only."""
    asked = asked_of(request)
    return said(_granting.server().create_token_response(asked)) if asked else unreadable()


def address_of(request: HttpRequest) -> str:
    """Where the call came from, behind the trusted proxies; compared with the networks agreed to."""
    return client_address(
        request.headers.get("X-Forwarded-For", ""),
        str(request.META.get("REMOTE_ADDR", "")),
        trusted_proxies=settings.TRUSTED_PROXIES,
    )


def asked_of(request: HttpRequest) -> Request | None:
    """The form of a call; None for anything in the address, twice, or in another shape."""
    if request.content_type != _FORM or request.META.get("QUERY_STRING"):
        return None
    return Request(
        method="POST",
        asked=request.POST.dict(),  # InputCheckMiddleware refused what came twice
        headers=dict(request.headers),
        address=address_of(request),
        came=came_with(request),
    )


def came_with(request: HttpRequest) -> Shown:
    return proofs.shown(
        authorization=request.headers.get("Authorization", ""),
        proof=request.headers.get("DPoP", ""),
        method=str(request.method),
        origin=f"{request.scheme}://{request.get_host()}",
        path=request.path,
    )


def said(answer: Answer) -> HttpResponse:
    response = JsonResponse(dict(answer.body), status=answer.status)
    if answer.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="oauth2"'
    response["Cache-Control"] = "no-store"
    return response


def unreadable() -> HttpResponse:
    return JsonResponse({"error": "invalid_request"}, status=400)
