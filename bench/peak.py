"""V-38: ten times the expected peak for some minutes with every limit on, asked at a fixed rate.

Account checks and receptions go over HTTP to the real web process, three writes a visit; codes are sent and budgets
counted by the same services in this process. Outside is nobody: no text leaves the outbox.

Officers sit at all the desks of the sample that receive one procedure, as those of a province do: a unit has 9,999
numbers a day (``desk.numbering``), and one alone would have none left after eight minutes.
"""

import time
import uuid
from collections.abc import Callable
from math import ceil
from typing import Final

from django.utils import timezone

from bench import fixed_rate, visits, world
from bench.fixed_rate import Heard, Job, Stream, Wrong
from bench.ground import Ground
from bench.load import Connection
from bench.paths import binding_of
from bench.report import Aim, Figure
from bench.visits import Officers
from motcua.accounts import passcodes
from motcua.desk import numbering
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
#: Whose procedure is asked for, so that many desks receive it.
_LEVELS: Final = ("so", "truong")


def figures(place: Ground, officers: Officers, minutes: float) -> list[Figure]:
    """The waits at the 95th of a hundred, what failed, and how much of the machine it took."""
    warming_up = min(_WARM_UP, minutes * 60)
    seconds = warming_up + minutes * 60
    units = world.desks(_LEVELS)
    _require_numbers(VISITS * seconds / len(units))
    wanted = max(len(units), ceil((CHECKS + VISITS) * seconds / _ASKED_OF_AN_OFFICER))
    officers = officers.joined_by(world.officers_with_cookies(wanted, first=officers.staff, units=units))
    world.rest_budgets()
    world.keep_signed_in()
    heard = Heard(warming_up)
    with place.web() as (port, pid):
        watched = ([pid], place.database_pids)
        cpu = fixed_rate.ask(heard, _streams(officers), port, seconds, watched)
    return _said(heard, minutes * 60, cpu, len(units))


def _require_numbers(each: float) -> None:
    """A refused reception is not what is measured here."""
    if each > 0.9 * numbering.MOST_A_DAY:
        raise SystemExit(
            f"bench: {each:,.0f} receptions at each unit are more than the numbers of a day allow"
        )


def _streams(officers: Officers) -> list[Stream]:
    return [
        Stream(CHECKS, 16, _checking(officers)),
        Stream(VISITS, 24, _visiting(officers)),
        Stream(CODES, 4, _in_this_process("code", _send_code)),
        Stream(_BUDGETS, 1, _in_this_process("budget", _count)),
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
    steps = dict(visits.visit(officers, world.a_procedure(levels=_LEVELS)))
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


def _numbers_of_the_fullest() -> str:
    found = numbering.fullest(timezone.now())
    given = found.given if found else 0
    return f"numbers of the day at the fullest: {given:,} of {numbering.MOST_A_DAY:,}"


def _said(heard: Heard, seconds: float, cpu: tuple[float, float], units: int) -> list[Figure]:
    counters = _COUNTERS * Unit.objects.count()
    expected = counters / _SECONDS_A_VISITOR
    asked = sum(len(waits) for waits in heard.waits.values()) + heard.wrong.total()
    failed = ", ".join(f"{why} {times}" for why, times in heard.wrong.most_common()) or "none"
    peak = f"expected at the busiest hour: {counters} counters, {expected:.2f} visitors a second"
    return [
        Figure("peak: units whose desks receive", units, "", None, _numbers_of_the_fullest()),
        *(
            Figure(f"peak, {step}: done", heard.per_second(step, seconds), "/s", Aim(0.99 * rate, True), beside)
            for step, rate, beside in (
                ("check", CHECKS, ""), ("reception", VISITS, peak), ("code", CODES, ""),
            )
        ),
        *(
            Figure(f"peak, {step}: p95", heard.p95_ms(step), "ms", Aim(aim), heard.many(step))
            for step, aim in (("check", 300), ("reception", 1000), ("code", 500), ("budget", 16))
        ),
        Figure("peak: answers that were wrong", 100 * heard.wrong.total() / max(1, asked), "%", Aim(0.1), failed),
        Figure("peak: busy cores, web and database", sum(cpu), "", None, f"web {cpu[0]:.2f}, database {cpu[1]:.2f}"),
    ]  # fmt: skip
