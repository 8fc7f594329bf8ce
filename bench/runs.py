"""The parts of a run: what is asked over HTTP of our own process and of the bare one, in turns, and alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from bench import dossiers, lists, load, visits, world
from bench import rates as single
from bench.ground import Ground
from bench.load import Job, Measured
from bench.report import Aim, Figure
from bench.visits import Officers
from motcua.units import posts

_CLIENTS = (1, 8, 32)
_ROUNDS = 3
#: Officer, account, journalled check. (Of a reception the ten inside its transaction: tests/desk/test_reception.py.)
_STATEMENTS = {visits.FIRST: Aim(3)}


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    checks: int
    visits: int
    searches: int
    officers: int


FULL = Sizes(checks=3000, visits=300, searches=60, officers=120)
QUICK = Sizes(checks=300, visits=40, searches=10, officers=100)


@dataclass
class _Runner:
    place: Ground
    port: int
    pid: int

    def once(self, job: Job, clients: int, requests: int) -> Measured:
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


def over_http(
    place: Ground, officers: Officers, sizes: Sizes, parts: Sequence[str]
) -> tuple[list[Figure], float]:
    """The figures at this size of the database, and the cheapest account check in ms of CPU."""
    figures: list[Figure] = []
    cheapest = float("inf")
    if not {"check", "reception", "lists"} & set(parts):
        return figures, cheapest
    with place.web() as (port, pid), place.bare() as (bare_port, bare_pid):
        ours, bare = _Runner(place, port, pid), _Runner(place, bare_port, bare_pid)
        ours.once(officers.checking(), 8, 200)
        if "check" in parts:
            bare.once(officers.bare_checking(), 8, 200)
            found, cheapest = _checks(ours, bare, officers, sizes.checks)
            figures += found
        if "reception" in parts:
            limit = _side_by_side(ours, officers.checking(), bare, officers.bare_checking(), 8, sizes.checks)[
                1
            ]
            for clients in _CLIENTS:
                figures += _visits(ours, officers, clients, sizes.visits, limit)
        if "lists" in parts:
            figures += _lists(ours, officers, sizes.searches)
    return figures, cheapest


def _checks(ours: _Runner, bare: _Runner, officers: Officers, requests: int) -> tuple[list[Figure], float]:
    figures: list[Figure] = []
    cheapest = float("inf")
    for clients in _CLIENTS:
        mine, limit = _side_by_side(
            ours, officers.checking(), bare, officers.bare_checking(), clients, requests
        )
        cheapest = min(cheapest, mine.cpu_ms)
        figures += _check_figures(f"{officers.accounts:,}", mine, limit)
    hello = bare.once(lambda line, _: line.get("/hello", "").status == 200, 8, requests)
    return [*figures, Figure("bare “hello”, 8 clients", hello.per_second, "/s")], cheapest


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
    what = f"account check, {_clients(ours.clients)}, {at}"
    return [
        Figure(f"{what}: CPU web + database", ours.cpu_ms, "ms", Aim(1.5),
               f"{ours.cpu_ms / limit.cpu_ms:.2f} × bare {limit.cpu_ms:.2f} ms"),
        Figure(f"{what}: of it web", ours.web_cpu_ms, "ms", None, f"bare {limit.web_cpu_ms:.2f} ms"),
        Figure(f"{what}: throughput of the bare handler's", ours.per_second / limit.per_second, "×",
               Aim(0.5, at_least=True), f"{ours.per_second:.0f}/s of {limit.per_second:.0f}/s"),
        Figure(f"{what}: checks", ours.per_second, "/s", Aim(50, at_least=True)),
        Figure(f"{what}: p95", ours.p95_ms, "ms", Aim(300), f"bare {limit.p95_ms:.1f} ms"),
    ]  # fmt: skip


def _visits(run: _Runner, officers: Officers, clients: int, visitors: int, limit: Measured) -> list[Figure]:
    found = [
        (name, run.once(job, clients, visitors)) for name, job in visits.visit(officers, world.a_procedure())
    ]
    whole = sum(one.cpu_ms for _, one in found)
    reception = next(one for name, one in found if name == visits.RECEPTION)
    what = f"reception (the POST, 5 papers), {_clients(clients)}, {officers.accounts:,}"
    parts = ", ".join(f"{name} {one.cpu_ms:.1f}" for name, one in found)
    return [
        Figure(f"{what}: CPU web + database", reception.cpu_ms, "ms", Aim(12),
               f"web {reception.web_cpu_ms:.1f}; {reception.cpu_ms / limit.cpu_ms:.1f} × bare check"),
        Figure(f"{what}: receptions", reception.per_second, "/s", Aim(20, at_least=True)),
        Figure(f"{what}: p95", reception.p95_ms, "ms", Aim(1000)),
        Figure(f"whole visit, {len(found)} requests, {_clients(clients)}: CPU", whole, "ms", None, parts),
    ]  # fmt: skip


def _lists(run: _Runner, officers: Officers, searches: int) -> list[Figure]:
    viewer = posts.authority_of(world.subject_of(0), at_unit=world.UNIT, on=timezone.localdate())
    at = f"{officers.accounts:,}"
    figures = [
        Figure(f"list search, {at}, {one.kind}: p95", one.p95, "ms", Aim(100),
               f"median {one.median:.1f}, longest {one.longest:.1f}")
        for one in lists.measure(viewer, officers.accounts, searches)
    ]  # fmt: skip
    over_http = run.once(visits.searching(officers, lists.filters), 1, searches)
    http = f"list search over HTTP (POST and page), {at}: p95"
    return [*figures, Figure(http, over_http.p95_ms, "ms", Aim(100), f"CPU {over_http.cpu_ms:.1f} ms")]


def work_lists(place: Ground, officers: Officers, rows: int, sizes: Sizes) -> list[Figure]:
    """The lists of a unit with so many dossiers, alone and as pages, and its register as a file."""
    dossiers.grow(officers, rows)
    viewer = posts.authority_of(world.subject_of(0), at_unit=world.UNIT, on=timezone.localdate())
    found = dossiers.measure(viewer, rows, officers.accounts, sizes.searches)
    figures = [
        Figure(f"work list, {rows:,} dossiers, {one.kind}: p95", one.p95, "ms", Aim(150),
               f"median {one.median:.1f}, longest {one.longest:.1f}")
        for one in found.waits
    ]  # fmt: skip
    statements = f"work list, {rows:,} dossiers: statements of a page, at most"
    figures.append(Figure(statements, found.most, "", Aim(2), f"fewest {found.fewest}"))
    with place.web() as (port, pid):
        run = _Runner(place, port, pid)
        run.once(dossiers.looking(officers), 8, 60)
        page = run.once(dossiers.looking(officers), 1, sizes.searches * 4)
    pages = f"work list over HTTP, {rows:,} dossiers: p95"
    figures.append(Figure(pages, page.p95_ms, "ms", Aim(150), f"CPU web {page.web_cpu_ms:.1f} ms"))
    return figures


def rates(place: Ground, officers: Officers, sizes: Sizes) -> list[Figure]:
    """Single pieces of work without a web server."""
    signed, verified = single.signing(sizes.checks)
    plain = single.statements(place.app_url, officers, sizes.checks // 3)
    codes, counted = single.codes(sizes.checks // 3), single.counting(sizes.checks // 3)
    return [
        Figure("account check as plain psycopg, 1 connection", plain, "/s"),
        Figure("ES256 receipts signed, 1 thread", signed, "/s"),
        Figure("ES256 receipts verified, 1 thread", verified, "/s"),
        Figure(
            "one-time codes accepted for sending, 8 threads", codes.per_second, "/s", Aim(10, at_least=True)
        ),
        Figure("one-time codes accepted for sending: p95", codes.p95_ms, "ms", Aim(500)),
        Figure(
            "budgets counted, 8 threads: p95", counted.p95_ms, "ms", Aim(16), f"{counted.per_second:.0f}/s"
        ),
    ]


def paths(officers: Officers, sizes: Sizes, profiled: str) -> tuple[list[Figure], str]:
    """Each hot path alone: the thread's CPU, the statements; the profile of one of them as text."""
    from bench import paths as hot

    walked = hot.walk(officers, world.a_procedure(), max(20, sizes.visits // 4), profiled)
    figures: list[Figure] = []
    for path in walked:
        slow = f"median {path.median_ms:.1f}"
        figures.append(Figure(f"alone, {path.name}: CPU web", path.quick_ms, "ms", None, slow))
        figures.append(Figure(f"alone, {path.name}: statements", path.count, "", _STATEMENTS.get(path.name)))
    return figures, "\n".join(path.functions() for path in walked if path.profile)


def _clients(count: int) -> str:
    return f"{count} client{'s' if count > 1 else ''}"
