"""One line for each request: which page, how it ended, how long it took, how much it asked the database."""

import logging
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from motcua.kernel.client_address import client_address
from motcua.ops import metrics
from motcua.ops.logs import current_request

_log = logging.getLogger("motcua.requests")
_QUIET = frozenset({"healthz", "readyz", "metrics"})


class RequestLogMiddleware:
    """Outermost, so that it sees every answer. The address, the query and the body are never written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = uuid.uuid4().hex
        request.request_id = number  # type: ignore[attr-defined]
        mark = current_request.set(number)
        counter = _Counter()
        began = time.perf_counter()
        try:
            with connection.execute_wrapper(counter):
                response = self.get_response(request)
        finally:
            current_request.reset(mark)
        seconds = time.perf_counter() - began
        response["X-Request-ID"] = number
        _write(request, response, number, seconds, counter.queries)
        return response


class _Counter:
    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute: Callable[..., Any], *said: Any) -> Any:
        self.queries += 1
        return execute(*said)


def _write(
    request: HttpRequest, response: HttpResponseBase, request_id: str, seconds: float, queries: int
) -> None:
    route = route_of(request)
    method = request.method if request.method in _METHODS else "OTHER"
    metrics.count_request(route, str(method), response.status_code, seconds)
    if route in _QUIET and response.status_code < 400:
        return
    _log.info(
        "request",
        extra={
            "route": route,
            "method": method,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            "queries": queries,
            "request_id": request_id,
            "visitor": pseudonym(request),
        },
    )


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def route_of(request: HttpRequest) -> str:
    """The name of the route: the address itself may hold what a visitor typed."""
    match = request.resolver_match
    if match is None:
        return "static" if request.path.startswith(settings.STATIC_URL) else "unknown"
    return match.view_name or "unnamed"


def pseudonym(request: HttpRequest) -> str:
    """The visitor's address, keyed and of today only: enough to see an attack, too little to see a person."""
    today = datetime.now(UTC).date().isoformat()
    address = client_address(
        request.META.get("HTTP_X_FORWARDED_FOR", ""),
        str(request.META.get("REMOTE_ADDR", "")),
        trusted_proxies=settings.TRUSTED_PROXIES,
    )
    return _pseudonym(today, address)


@lru_cache(maxsize=1_024)
def _pseudonym(today: str, address: str) -> str:
    """Whoever calls now calls again in a moment."""
    made: bytes = settings.KEYRING.mac("request-log-visitor", today, address)
    return made[:6].hex()
