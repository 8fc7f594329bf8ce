"""What programs of other systems call: tokens, who a token speaks of, giving it back. No cookie lets anybody in."""

import re
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from motcua.kernel.client_address import client_address
from motcua.kernel.refusal import Refusal
from motcua.signin import grants, proofs, telling
from motcua.signin.access_tokens import AccessTokenNotTrusted
from motcua.signin.proofs import ProofRefused, Shown
from motcua.signin.server import Answer, Request
from motcua.web.access import anyone

_TOKEN: Final = re.compile(r"(Bearer|DPoP) [A-Za-z0-9._~+/-]+=*", re.IGNORECASE)
_FORM: Final = "application/x-www-form-urlencoded"


@anyone
@csrf_exempt
@sensitive_post_parameters()
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """A code, a refresh token or the system's own name against tokens."""
    asked = _asked(request)
    return _said(grants.server().create_token_response(asked)) if asked else _unreadable()


@anyone
@csrf_exempt
@sensitive_post_parameters()
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """A token that is given back."""
    asked = _asked(request)
    return _said(grants.server().create_endpoint_response("revocation", asked)) if asked else _unreadable()


@anyone
@csrf_exempt
@require_http_methods(["GET", "POST"])
def userinfo(request: HttpRequest) -> HttpResponse:
    """The person a token speaks of; the token stands in the header and nowhere else."""
    if not _TOKEN.fullmatch(request.headers.get("Authorization", "")):
        return _not_let_in(AccessTokenNotTrusted())
    try:
        return JsonResponse(telling.person_of(_came(request), address=address_of(request)))
    except Refusal as no:
        return _not_let_in(no)


def address_of(request: HttpRequest) -> str:
    """Where the call came from, behind the trusted proxies; compared with the networks agreed to."""
    return client_address(
        request.headers.get("X-Forwarded-For", ""),
        str(request.META.get("REMOTE_ADDR", "")),
        trusted_proxies=settings.TRUSTED_PROXIES,
    )


def _asked(request: HttpRequest) -> Request | None:
    """The form of a call; None for anything in the address, twice, or in another shape."""
    if request.content_type != _FORM or request.META.get("QUERY_STRING"):
        return None
    return Request(
        method="POST",
        asked=request.POST.dict(),  # InputCheckMiddleware refused what came twice
        headers=dict(request.headers),
        address=address_of(request),
        came=_came(request),
    )


def _came(request: HttpRequest) -> Shown:
    return proofs.shown(
        authorization=request.headers.get("Authorization", ""),
        proof=request.headers.get("DPoP", ""),
        method=str(request.method),
        origin=f"{request.scheme}://{request.get_host()}",
        path=request.path,
    )


def _said(answer: Answer) -> HttpResponse:
    response = JsonResponse(dict(answer.body), status=answer.status)
    if answer.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="oauth2"'
    response["Cache-Control"] = "no-store"
    return response


def _unreadable() -> HttpResponse:
    return JsonResponse({"error": "invalid_request"}, status=400)


def _not_let_in(no: Refusal) -> HttpResponse:
    error = no.challenge if isinstance(no, ProofRefused) else "invalid_token"
    response = JsonResponse({"error": error}, status=401)
    response["WWW-Authenticate"] = proofs.challenge(no, "oauth2")
    return response
