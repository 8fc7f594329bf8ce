"""What programs of other systems ask about people's tokens: who one speaks of, and giving it back."""

import re
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from motcua.kernel.refusal import Refusal
from motcua.signin import grants, proofs, telling
from motcua.signin.access_tokens import AccessTokenNotTrusted
from motcua.signin.proofs import ProofRefused
from motcua.web.access import anyone
from motcua.web.oauth2.tokens import address_of, asked_of, came_with, said, unreadable

_TOKEN: Final = re.compile(r"(Bearer|DPoP) [A-Za-z0-9._~+/-]+=*", re.IGNORECASE)


@anyone
@csrf_exempt
@sensitive_post_parameters()
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """A token that is given back."""
    asked = asked_of(request)
    return said(grants.server().create_endpoint_response("revocation", asked)) if asked else unreadable()


@anyone
@csrf_exempt
@require_http_methods(["GET", "POST"])
def userinfo(request: HttpRequest) -> HttpResponse:
    """The person a token speaks of; the token stands in the header and nowhere else."""
    if not _TOKEN.fullmatch(request.headers.get("Authorization", "")):
        return _not_let_in(AccessTokenNotTrusted())
    try:
        return JsonResponse(telling.person_of(came_with(request), address=address_of(request)))
    except Refusal as no:
        return _not_let_in(no)


def _not_let_in(no: Refusal) -> HttpResponse:
    error = no.challenge if isinstance(no, ProofRefused) else "invalid_token"
    response = JsonResponse({"error": error}, status=401)
    response["WWW-Authenticate"] = proofs.challenge(no, "oauth2")
    return response
