"""What this installation says of itself: addresses, abilities, public keys. Nobody's data; may be kept for minutes."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from motcua.signin import signing_keys
from motcua.web.access import anyone

#: A portal signs people in as well (OpenID Connect); a desk apart lets systems in only.
_describing: Any = import_module(f"motcua.signin.{'describing' if settings.HOSTS_PORTAL else 'described'}")


@anyone
@require_GET
def configuration(request: HttpRequest) -> HttpResponse:
    """At ``/.well-known/openid-configuration`` of a portal, and where RFC 8414 looks for it everywhere."""
    return _kept(_describing.document())


@anyone
@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    return _kept(signing_keys.published())


def _kept(document: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(document)
    response["Cache-Control"] = f"public, max-age={signing_keys.KEPT_SECONDS}"
    return response
