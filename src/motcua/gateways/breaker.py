"""A line that failed is left alone for a while, and never more callers wait on it than it can serve."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

from motcua.gateways.wire import LineBroken


class Breaker:
    """At most ``at_once`` calls; after ``failures`` in a row all rest for ``rest`` seconds, then one tries.

    Never more than half of a web process's threads wait here. Counted in this process only: each finds out for itself.
    """

    def __init__(
        self,
        *,
        at_once: int = 8,
        failures: int = 5,
        rest: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places = threading.BoundedSemaphore(min(at_once, settings.WAITING_AT_ONCE))
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
        if not self._places.acquire(blocking=False):
            raise LineBroken("crowded")
        try:
            yield
        except LineBroken:
            self._note_failure()
            raise
        else:
            self._failed = 0
        finally:
            self._places.release()

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
