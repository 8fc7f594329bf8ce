"""Many at once: real threads, each with a connection of its own, let go at the same moment."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.db import connection

from motcua.kernel.refusal import Refusal

#: Connections at once: the embedded server has 200, and the tests run in two processes.
AT_ONCE = 50


@dataclass(frozen=True)
class Outcome:
    """What came of one try: a value, a refusal, or (always a bug of ours) another error."""

    value: Any = None
    refusal: Refusal | None = None

    @property
    def went_well(self) -> bool:
        return self.refusal is None


def together(acts: Sequence[Callable[[], Any]]) -> list[Outcome]:
    """Run all acts, up to 50 at the same moment. Anything raised that is no Refusal fails the test."""
    workers = min(AT_ONCE, len(acts))
    ready = threading.Barrier(workers)
    shares = [acts[nth::workers] for nth in range(workers)]

    def work(share: Sequence[Callable[[], Any]]) -> list[Outcome]:
        try:
            connection.ensure_connection()
            ready.wait(timeout=60)
            return [_try(act) for act in share]
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return [outcome for outcomes in pool.map(work, shares) for outcome in outcomes]


def _try(act: Callable[[], Any]) -> Outcome:
    try:
        return Outcome(value=act())
    except Refusal as no:
        return Outcome(refusal=no)
