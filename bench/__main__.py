"""``python -m bench [--accounts 10000,1000000] [--quick]``: measure, print a table, keep it in EVIDENCE_DIR."""

import argparse
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import ground, load, report
from bench.ground import Ground
from bench.load import Job, Measured
from bench.report import Figure

if TYPE_CHECKING:  # these need Django, which is set up only once the database is there
    from bench.visits import Officers

_CLIENTS = (1, 8, 32)
_ROUNDS = 3


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    checks: int
    visits: int
    searches: int
    officers: int


_FULL = Sizes(checks=3000, visits=300, searches=60, officers=120)
_QUICK = Sizes(checks=300, visits=40, searches=10, officers=100)


def main() -> int:
    asked = _arguments()
    sizes = _QUICK if asked.quick else _FULL
    with ground.laid() as place:
        return _measure(place, [int(each) for each in asked.accounts.split(",")], sizes)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--accounts", default="10000,1000000", help="sizes of the database, growing")
    parser.add_argument("--quick", action="store_true", help="a tenth of the requests")
    return parser.parse_args()


def _measure(place: Ground, sizes_of_world: list[int], sizes: Sizes) -> int:
    from bench import profiling, visits, world

    world.lay_ground()
    figures: list[Figure] = []
    tokens: list[str] = []
    cost: dict[int, float] = {}
    for accounts in sizes_of_world:
        begun = time.monotonic()
        world.grow(accounts)
        print(f"{accounts:,} accounts after {time.monotonic() - begun:.0f} s", flush=True)
        tokens = tokens or world.officers_with_cookies(sizes.officers)
        world.keep_signed_in()
        officers = visits.Officers(tokens, accounts)
        some, cost[accounts] = _at(place, officers, sizes)
        figures += some
    first, last = sizes_of_world[0], sizes_of_world[-1]
    if first != last:
        figures.append(
            Figure(f"account check, {last:,} to {first:,} accounts", cost[last] / cost[first], "×", "≤ 1.3")
        )
    world.rest_budgets()
    world.keep_signed_in()
    figures += _rates(place, officers, sizes)
    shares, longest = profiling.checks(officers, sizes.checks // 3)
    print(longest)
    print(report.table(figures))
    about = report.circumstances(world.durable())
    print(about)
    print(shares)
    report.keep(figures, about, shares)
    return 0


def _at(place: Ground, officers: "Officers", sizes: Sizes) -> tuple[list[Figure], float]:
    at = f"{officers.accounts:,}"
    figures: list[Figure] = []
    with place.web() as (port, pid), place.bare() as (bare_port, bare_pid):
        run = _Runner(place, port, pid)
        bare = _Runner(place, bare_port, bare_pid)
        run.once(officers.checking(), 8, 200)
        bare.once(officers.bare_checking(), 8, 200)
        cheapest = float("inf")
        for clients in _CLIENTS:
            ours, limit = _side_by_side(
                run, officers.checking(), bare, officers.bare_checking(), clients, sizes.checks
            )
            cheapest = min(cheapest, ours.cpu_ms)
            figures += _check_figures(at, ours, limit)
        hello = bare.once(lambda line, _: line.get("/hello", "").status == 200, 8, sizes.checks)
        figures.append(Figure(f"bare “hello”, 8 clients, {at}", hello.per_second, "/s"))
        for clients in _CLIENTS:
            figures += _visit_figures(at, run, officers, clients, sizes.visits)
        figures += _list_figures(at, run, officers, sizes.searches)
    return figures, cheapest


@dataclass
class _Runner:
    place: Ground
    port: int
    pid: int

    def once(self, job: Job, clients: int, requests: int) -> Measured:
        from bench import world

        world.rest_budgets()
        found = load.run(
            self.port,
            job,
            clients=clients,
            requests=requests,
            web=[self.pid],
            database=self.place.database_pids,
        )
        if found.wrong:
            raise RuntimeError(f"{found.wrong} of {found.requests} answers were not what they should be")
        return found


def _side_by_side(
    ours: _Runner, job: Job, bare: _Runner, bare_job: Job, clients: int, requests: int
) -> tuple[Measured, Measured]:
    """In turns, so that what else the machine does meanwhile falls on both."""
    turns = [
        (bare.once(bare_job, clients, requests // _ROUNDS), ours.once(job, clients, requests // _ROUNDS))
        for _ in range(_ROUNDS)
    ]
    return load.together([our for _, our in turns]), load.together([limit for limit, _ in turns])


def _check_figures(at: str, ours: Measured, limit: Measured) -> list[Figure]:
    what = f"account check, {ours.clients} client{'s' if ours.clients > 1 else ''}, {at}"
    cpu = f"{ours.cpu_ms / limit.cpu_ms:.2f} × bare {limit.cpu_ms:.2f} ms"
    return [
        Figure(f"{what}: CPU web + database", ours.cpu_ms, "ms", "≤ 1.5", cpu),
        Figure(f"{what}: of it web", ours.web_cpu_ms, "ms", "", f"bare {limit.web_cpu_ms:.2f}"),
        Figure(f"{what}: throughput", ours.per_second, "/s", "≥ 0.5 of bare",
               f"{ours.per_second / limit.per_second:.2f} of {limit.per_second:.0f}/s"),
        Figure(f"{what}: p95", ours.p95_ms, "ms", "", f"bare {limit.p95_ms:.1f}"),
    ]  # fmt: skip


def _visit_figures(at: str, run: _Runner, officers: "Officers", clients: int, visitors: int) -> list[Figure]:
    from bench import visits, world

    steps = visits.visit(officers, world.a_procedure())
    found = [(name, run.once(job, clients, visitors)) for name, job in steps]
    whole = sum(one.cpu_ms for _, one in found)
    reception = next(one for name, one in found if name == visits.RECEPTION)
    what = f"{clients} client{'s' if clients > 1 else ''}, {at}"
    parts = ", ".join(f"{name} {one.cpu_ms:.1f}" for name, one in found)
    return [
        Figure(f"reception (the POST), {what}: CPU", reception.cpu_ms, "ms", "≤ 12",
               f"web {reception.web_cpu_ms:.1f} + database {reception.database_cpu_ms:.1f}"),
        Figure(f"reception (the POST), {what}: throughput", reception.per_second, "/s"),
        Figure(f"whole visit, {len(found)} requests, {what}: CPU", whole, "ms", "", parts),
    ]  # fmt: skip


def _list_figures(at: str, run: _Runner, officers: "Officers", searches: int) -> list[Figure]:
    from django.utils import timezone

    from bench import lists, visits, world
    from motcua.units import posts

    viewer = posts.authority_of(world.subject_of(0), at_unit=world.UNIT, on=timezone.localdate())
    found = lists.measure(viewer, officers.accounts, searches)
    figures = [
        Figure(f"list search, {at}, {one.kind}: p95", one.p95, "ms", "< 100" if nth == 0 else "",
               f"median {one.median:.1f}, longest {one.longest:.1f}")
        for nth, one in enumerate(found)
    ]  # fmt: skip
    over_http = run.once(visits.searching(officers, lists.filters), 1, searches)
    return [*figures, Figure(f"list search over HTTP (POST and page), {at}: p95", over_http.p95_ms, "ms", "",
                             f"CPU {over_http.cpu_ms:.1f} ms")]  # fmt: skip


def _rates(place: Ground, officers: "Officers", sizes: Sizes) -> list[Figure]:
    from bench import rates

    signed, verified = rates.signing(sizes.checks)
    plain = rates.statements(place.app_url, officers, sizes.checks // 3)
    return [
        Figure("account check as plain psycopg, 1 connection", plain, "/s"),
        Figure("ES256 receipts signed, 1 thread", signed, "/s"),
        Figure("ES256 receipts verified, 1 thread", verified, "/s"),
        Figure("one-time codes sent (passcodes.send), 8 threads", rates.codes(sizes.checks // 3), "/s"),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
