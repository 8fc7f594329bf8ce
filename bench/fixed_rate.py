"""Work asked at a fixed rate, whether the answers before have come or not.

What is due is due: a request that had to wait for the one before is late by that much, and its lateness counts
(a client that only asks again when it has an answer would measure a slow server kindly).
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

from django.db import connection

from bench import load
from bench.load import Connection

#: Steps with what each took in seconds; raises Wrong.
Job = Callable[[Connection, int], list[tuple[str, float]]]


class Wrong(Exception):
    """An answer that nobody should get under this load."""


@dataclass
class Heard:
    """What everybody was told, since the warming up."""

    warming_up: float
    waits: dict[str, list[float]] = field(default_factory=dict)
    wrong: Counter[str] = field(default_factory=Counter)
    #: How long it took until the last of each was answered, in seconds.
    until: dict[str, float] = field(default_factory=dict)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def add(self, steps: list[tuple[str, float]], at: float) -> None:
        """``at``: seconds since everything began."""
        with self.guard:
            for step, seconds in steps:
                self.until[step] = max(self.until.get(step, 0.0), at - self.warming_up)
                self.waits.setdefault(step, []).append(seconds)

    def fail(self, why: str) -> None:
        with self.guard:
            self.wrong[why] += 1

    def p95_ms(self, step: str) -> float:
        waits = sorted(self.waits.get(step, [float("inf")]))
        return 1000 * waits[min(len(waits) - 1, int(0.95 * len(waits)))]

    def done(self, step: str) -> int:
        return len(self.waits.get(step, []))

    def per_second(self, step: str, seconds: float) -> float:
        """What was answered after its time was not done at the rate asked: who fell behind had to catch up first."""
        return self.done(step) / max(seconds, self.until.get(step, 0.0))

    def many(self, step: str) -> str:
        """To be read beside a figure."""
        return f"{self.done(step):,} of them"


@dataclass(frozen=True)
class Stream:
    """So many a second of one kind, by so many hands."""

    per_second: float
    hands: int
    job: Job


def ask(
    heard: Heard,
    streams: Sequence[Stream],
    port: int,
    seconds: float,
    watched: tuple[list[int], list[int]],
) -> tuple[float, float]:
    """Everything that falls due within so many seconds; cores of web and database that were busy meanwhile."""
    begun = time.perf_counter()
    hands = [
        threading.Thread(target=_work, args=(heard, stream, port, begun, seconds, numbers))
        for stream in streams
        for numbers in [count()]
        for _ in range(stream.hands)
    ]
    before = [load.cpu_of(pids) for pids in watched]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    took = time.perf_counter() - begun
    web, database = (load.cpu_of(pids) - earlier for pids, earlier in zip(watched, before, strict=True))
    return web / took, database / took


def _work(
    heard: Heard, stream: Stream, port: int, begun: float, seconds: float, numbers: "count[int]"
) -> None:
    line = Connection(port)
    while (due := (nth := next(numbers)) / stream.per_second) < seconds:
        time.sleep(max(0.0, begun + due - time.perf_counter()))
        late = max(0.0, time.perf_counter() - begun - due)
        try:
            steps = stream.job(line, nth)
        except Wrong as wrong:
            heard.fail(str(wrong))
        except OSError as broken:
            heard.fail(type(broken).__name__)
            line = Connection(port)
        else:
            if due >= heard.warming_up:
                took = [(steps[0][0], steps[0][1] + late), *steps[1:]]
                heard.add(took, time.perf_counter() - begun)
    connection.close()
