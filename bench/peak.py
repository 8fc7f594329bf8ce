"""V-38: ten times the expected peak for some minutes with every limit on, asked at a fixed rate.

What is due is due: a request that had to wait for the one before is late by that much, and its lateness counts
(a client that only asks again when it has an answer would measure a slow server kindly). Account checks and
receptions go over HTTP to the real web process, three writes a visit; codes are sent and budgets counted by the same
services in this process. Outside is nobody: no text leaves the outbox.
"""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from math import ceil
from typing import Final

from django.db import connection

from bench import load, visits, world
from bench.ground import Ground
from bench.load import Connection
from bench.paths import binding_of
from bench.report import Aim, Figure
from bench.visits import Officers
from motcua.accounts import passcodes
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.units.models import Unit

#: What threats.md asks for (V-38), a second.
CHECKS: Final = 50
VISITS: Final = 20
CODES: Final = 10
_BUDGETS: Final = 5
#: An officer may check 60 accounts an hour (L14): so many at most are asked of each.
_ASKED_OF_AN_OFFICER: Final = 55
#: A desk has two counters on average, each with somebody new every six minutes in the busiest hour.
_COUNTERS: Final = 2
_SECONDS_A_VISITOR: Final = 360
_WARM_UP: Final = 10.0

#: Steps with what each took in seconds; raises Wrong.
Job = Callable[[Connection, int], list[tuple[str, float]]]


class Wrong(Exception):
    """An answer that nobody should get under this load."""


@dataclass
class _Heard:
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


def figures(place: Ground, officers: Officers, minutes: float) -> list[Figure]:
    """The waits at the 95th of a hundred, what failed, and how much of the machine it took."""
    warming_up = min(_WARM_UP, minutes * 60)
    seconds = warming_up + minutes * 60
    wanted, have = ceil((CHECKS + VISITS) * seconds / _ASKED_OF_AN_OFFICER), len(officers.tokens)
    more = world.officers_with_cookies(max(0, wanted - have), first=have)
    officers = Officers([*officers.tokens, *more], officers.accounts)
    world.rest_budgets()
    world.keep_signed_in()
    heard = _Heard(warming_up)
    with place.web() as (port, pid):
        watched = ([pid], place.database_pids)
        cpu = _ask(heard, _streams(officers), port, seconds, watched)
    return _said(heard, minutes * 60, cpu)


@dataclass(frozen=True)
class _Stream:
    """So many a second of one kind, by so many hands."""

    per_second: float
    hands: int
    job: Job


def _streams(officers: Officers) -> list[_Stream]:
    return [
        _Stream(CHECKS, 16, _checking(officers)),
        _Stream(VISITS, 24, _visiting(officers)),
        _Stream(CODES, 4, _in_this_process("code", _send_code)),
        _Stream(_BUDGETS, 1, _in_this_process("budget", _count)),
    ]


def _checking(officers: Officers) -> Job:
    def check(line: Connection, nth: int) -> list[tuple[str, float]]:
        begun = time.perf_counter()
        answer = officers.check(line, nth)
        if answer.status != 302:
            raise Wrong(f"check: {answer.status}")
        return [("check", time.perf_counter() - begun)]

    return check


def _visiting(officers: Officers) -> Job:
    """Check, choice of the procedure, reception; the pages between are read by nobody here."""
    steps = dict(visits.visit(officers, world.a_procedure()))
    writes = ((visits.FIRST, "check of a visit"), (visits.CHOICE, "choice"), (visits.RECEPTION, "reception"))

    def visit(line: Connection, nth: int) -> list[tuple[str, float]]:
        took = []
        for step, called in writes:
            begun = time.perf_counter()
            if not steps[step](line, nth + len(officers.tokens) // 2):
                raise Wrong(called)
            took.append((called, time.perf_counter() - begun))
        return took

    return visit


def _in_this_process(called: str, work: Callable[[int], None]) -> Job:
    def job(_: Connection, nth: int) -> list[tuple[str, float]]:
        begun = time.perf_counter()
        try:
            work(nth)
        except Refusal as refused:
            raise Wrong(f"{called}: {refused.code}") from refused
        return [(called, time.perf_counter() - begun)]

    return job


def _send_code(nth: int) -> None:
    # No phone that the walk of the paths wrote to a moment ago: its pause would stop this one.
    phone = Phone.parse(f"09{40_000_000 + nth:08d}")
    passcodes.send(binding=binding_of(f"peak-{nth}", phone), phone=phone, device=uuid.uuid4().hex)


def _count(nth: int) -> None:
    spending.spend((Quota.CHECKS_BY_OFFICER, f"peak-{nth}"))


def _ask(
    heard: _Heard,
    streams: list[_Stream],
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
    heard: _Heard, stream: _Stream, port: int, begun: float, seconds: float, numbers: "count[int]"
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


def _said(heard: _Heard, seconds: float, cpu: tuple[float, float]) -> list[Figure]:
    counters = _COUNTERS * Unit.objects.count()
    expected = counters / _SECONDS_A_VISITOR
    asked = sum(len(waits) for waits in heard.waits.values()) + heard.wrong.total()
    failed = ", ".join(f"{why} {times}" for why, times in heard.wrong.most_common()) or "none"
    peak = f"expected at the busiest hour: {counters} counters, {expected:.2f} visitors a second"
    return [
        *(
            Figure(f"peak, {step}: done", heard.per_second(step, seconds), "/s", Aim(0.99 * rate, True), beside)
            for step, rate, beside in (
                ("check", CHECKS, ""), ("reception", VISITS, peak), ("code", CODES, ""),
            )
        ),
        *(
            Figure(f"peak, {step}: p95", heard.p95_ms(step), "ms", Aim(aim), f"{heard.done(step):,} of them")
            for step, aim in (("check", 300), ("reception", 1000), ("code", 500), ("budget", 16))
        ),
        Figure("peak: answers that were wrong", 100 * heard.wrong.total() / max(1, asked), "%", Aim(0.1), failed),
        Figure("peak: busy cores, web and database", sum(cpu), "", None, f"web {cpu[0]:.2f}, database {cpu[1]:.2f}"),
    ]  # fmt: skip
