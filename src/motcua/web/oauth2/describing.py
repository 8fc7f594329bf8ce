"""What the portal says of itself: addresses, abilities, public keys. Nobody's data; may be kept for some minutes."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from motcua.signin import describing, signing_keys
from motcua.web.access import anyone


@anyone
@require_GET
def configuration(request: HttpRequest) -> HttpResponse:
    return _kept(describing.document())


@anyone
@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    return _kept(signing_keys.published())


def _kept(document: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(document)
    response["Cache-Control"] = f"public, max-age={signing_keys.KEPT_SECONDS}"
    return response
