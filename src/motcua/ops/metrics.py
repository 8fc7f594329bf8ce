"""Figures for Prometheus: counts and times, no person."""

import hmac
import ipaddress
import os
from collections.abc import Callable, Iterator
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from motcua.ops import backlog

_REQUESTS = Counter("motcua_requests", "Requests answered", ["route", "method", "status"])
_SECONDS = Histogram(
    "motcua_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
_WORK = Counter("motcua_work_done", "Items finished by the worker", ["kind"])
_WORK_FAILED = Counter("motcua_work_failed", "Rounds of work that raised", ["kind"])


def count_request(route: str, method: str, status: int, seconds: float) -> None:
    count, observe = _of_request(route, method, status)
    count()
    observe(seconds)


@lru_cache(maxsize=4_096)
def _of_request(route: str, method: str, status: int) -> tuple[Callable[[], None], Callable[[float], None]]:
    """Routes, methods and statuses are few; finding their figure by its labels takes longer than counting."""
    return _REQUESTS.labels(route, method, str(status)).inc, _SECONDS.labels(route).observe


def count_work(kind: str, done: int) -> None:
    if done:
        _WORK.labels(kind).inc(done)


def count_failed_work(kind: str) -> None:
    _WORK_FAILED.labels(kind).inc()


class _Backlog(Collector):
    """Asked of the database at the moment of reading."""

    def collect(self) -> Iterator[Metric]:
        for figure in backlog.figures():
            family = GaugeMetricFamily(
                figure.name, figure.about, labels=[figure.label] if figure.label else None
            )
            for label, value in figure.values:
                family.add_metric([label] if figure.label else [], value)
            yield family


def page() -> bytes:
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        own = generate_latest(registry)
    else:
        own = generate_latest(REGISTRY)
    waiting = CollectorRegistry()
    waiting.register(_Backlog())
    return own + generate_latest(waiting)


def may_read(request: HttpRequest) -> bool:
    """This machine itself, unless a proxy speaks for somebody else; or who holds the token."""
    given = request.headers.get("Authorization", "")
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if hmac.compare_digest(given.encode(errors="replace"), expected.encode()):
        return True
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def answer(request: HttpRequest) -> HttpResponse:
    if not may_read(request):
        return HttpResponse("Cần mã truy cập số đo.\n", status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(page(), content_type=CONTENT_TYPE_LATEST)
