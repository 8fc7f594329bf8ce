"""Addresses of version 1, each with who may call it and what it takes; the door and the house tests read them."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path
from ninja.operation import Operation

from motcua.api.description import api, scope_of
from motcua.api.guard import PersonToken

_MULTIPART = "multipart/form-data"


def root(request: HttpRequest) -> HttpResponse:
    """Where to read on."""
    found = {"openapi": "/api/v1/openapi.json", "documentation": "/huong-dan/giao-dien-lap-trinh/"}
    if settings.HOSTS_PORTAL:
        found["receipt_keys"] = "/api/v1/receipt-keys"
    return JsonResponse(found)


def _told(patterns: Sequence[URLPattern | URLResolver]) -> list[URLPattern]:
    """Ninja's root is a page of its own; ours says where to read on."""
    by_name = dict(_operations())
    told = [one for one in patterns if isinstance(one, URLPattern) and one.name != "api-root"]
    told.append(path("", root, name="api-root"))
    for pattern in told:
        view = pattern.callback
        access, methods, takes = by_name.get(pattern.name or "", ("anyone", frozenset({"GET"}), ""))
        view.access, view.methods, view.takes = access, methods, takes  # type: ignore[attr-defined]
    return told


def _operations() -> Iterator[tuple[str, tuple[str, frozenset[str], str]]]:
    for operation in api.operations():
        facts = (_access(operation), frozenset(operation.methods), _takes(operation.models))
        yield operation.operation_id or "", facts


def _takes(models: list[type]) -> str:
    sources = {model.__ninja_param_source__ for model in models}  # type: ignore[attr-defined]
    return _MULTIPART if "file" in sources else "application/json"


def _access(operation: Operation) -> str:
    scope = scope_of(operation)
    of_a_person = any(isinstance(one, PersonToken) for one in operation.auth_callbacks)
    return f"{'person' if of_a_person else 'client'}:{scope}" if scope else "anyone"


app_name = "api"
urlpatterns = _told(api.urls[0])
