"""A line that failed is left alone for a while, and never more callers wait on it than it can serve."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings

from motcua.gateways.wire import LineBroken


class Breaker:
    """At most ``at_once`` calls; after ``failures`` in a row all rest for ``rest`` seconds, then one tries.

    While it is well, a caller waits ``patience`` seconds for a place. Never more than half of a web process's threads
    are in calls to one ``neighbour``, however many lines lead there. Counted in this process only: each finds out
    for itself.
    """

    def __init__(
        self,
        *,
        at_once: int = 8,
        failures: int = 5,
        rest: float = 5.0,
        patience: float = 0.5,
        neighbour: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        own = threading.BoundedSemaphore(min(at_once, settings.WAITING_AT_ONCE))
        self._places = [own, _places_at(neighbour)] if neighbour else [own]
        self._patience = patience
        self._lock = threading.Lock()
        self._failures = failures
        self._rest = rest
        self._clock = clock
        self._failed = 0
        self._closed_until = 0.0

    @contextmanager
    def call(self) -> Iterator[None]:
        """Around one call: LineBroken inside is a failure, and is raised at once when nobody may call."""
        if not self._may_try():
            raise LineBroken("resting")
        with self._a_place():
            try:
                yield
            except LineBroken:
                self._note_failure()
                raise
            else:
                self._failed = 0

    @contextmanager
    def _a_place(self) -> Iterator[None]:
        until, taken = time.monotonic() + self._patience, []
        try:
            for places in self._places:
                if not places.acquire(timeout=max(0.0, until - time.monotonic())):
                    raise LineBroken("crowded")
                taken.append(places)
            yield
        finally:
            for places in taken:
                places.release()

    def _may_try(self) -> bool:
        with self._lock:
            if self._failed < self._failures:
                return True
            if self._clock() < self._closed_until:
                return False
            self._closed_until = self._clock() + self._rest  # this caller tries; the others rest on
            return True

    def _note_failure(self) -> None:
        with self._lock:
            self._failed += 1
            if self._failed >= self._failures:
                self._closed_until = self._clock() + self._rest


@cache
def _places_at(neighbour: str) -> threading.BoundedSemaphore:
    """Shared by all lines that lead there; two that are made at the same moment may miss each other."""
    return threading.BoundedSemaphore(settings.WAITING_AT_ONCE)
