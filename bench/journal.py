"""The journal at its size: lines searched as inspectors search, sealed, and checked against a witness (V-24, DP-18)."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from bench.lists import waits_of
from bench.report import Aim, Figure

_UNITS: Final = 60
_OFFICERS: Final = 600
_ROUNDS: Final = 40
_EVENTS: Final = (
    "desk.account.checked",
    "desk.dossier.seen",
    "desk.dossier.received",
    "vault.paper.shown",
    "accounts.session.begun",
    "desk.dossier.returned",
)
# One unit in three lines is the largest; the smallest has a hundredth of a percent.
_GROW: Final = """
INSERT INTO journal_event (event, subject, actor, unit_code, facts)
SELECT (%(events)s::text[])[1 + n %% 6], 'dossier:' || n / 5, lpad(to_hex(n %% 600), 32, '0'),
       'u' || CASE WHEN n %% 3 = 0 THEN 0 WHEN n %% 10007 = 0 THEN 59 ELSE 1 + n %% 58 END, '{"papers": 3}'
  FROM generate_series(1, %(rows)s) AS n
"""


def figures(rows: int) -> list[Figure]:
    """Grow it by so many lines, search, seal and verify."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_GROW, {"events": list(_EVENTS), "rows": rows})
        cursor.execute("ANALYZE journal_event")
    return [*_searched(rows), *_sealed_and_verified(rows)]


def _searched(rows: int) -> list[Figure]:
    from motcua.journal import reading

    viewer, kinds = _inspector(), list(_kinds())
    whole: list[float] = []
    slowest, slowest_kind = 0.0, ""
    for kind, wanted_of in kinds:
        waits: list[float] = []
        for nth in range(_ROUNDS):
            wanted = wanted_of(Random(nth), rows)
            begun = time.perf_counter()
            page = reading.lines(viewer, wanted)
            waits.append(1000 * (time.perf_counter() - begun))
            if page.next_after:
                begun = time.perf_counter()
                reading.lines(viewer, wanted, after=page.next_after)
                waits.append(1000 * (time.perf_counter() - begun))
        whole += waits
        p95 = waits_of(kind, waits).p95
        if p95 > slowest:
            slowest, slowest_kind = p95, kind
    what = f"journal searched among {rows:,} lines, p95"
    return [
        Figure(what, waits_of("", whole).p95, "ms", Aim(150), f"{len(kinds)} kinds of search"),
        Figure(f"{what} of the slowest kind", slowest, "ms", Aim(150), slowest_kind),
    ]


def _inspector() -> Any:
    from motcua.kernel.authority import Authority, Power

    return Authority(1, "f" * 32, 1, "u0", frozenset({Power.INSPECT}), (1,))


def _kinds() -> Iterator[tuple[str, Callable[[Random, int], Any]]]:
    from django.utils import timezone

    from motcua.journal.reading import Wanted

    everything = Wanted(units=tuple(f"u{n}" for n in range(_UNITS)))
    today = timezone.localdate()

    def officer(dice: Random) -> tuple[str, ...]:
        return (f"{dice.randrange(_OFFICERS):032x}",)

    yield "all units", lambda _dice, _rows: everything
    yield "all units, oldest first", lambda _dice, _rows: replace(everything, oldest_first=True)
    yield "one unit", lambda dice, _rows: replace(everything, units=(f"u{dice.randrange(_UNITS)}",))
    yield "a unit of few lines", lambda _dice, _rows: replace(everything, units=("u59",))
    yield "an act", lambda dice, _rows: replace(everything, event=dice.choice(_EVENTS))
    yield "an act that never was", lambda _dice, _rows: replace(everything, event="units.post.revoked")
    yield "an officer", lambda dice, _rows: replace(everything, actors=officer(dice))
    yield (
        "an officer and an act",
        lambda dice, _rows: replace(everything, actors=officer(dice), event=dice.choice(_EVENTS)),
    )
    yield (
        "a person of 40 dossiers",
        lambda dice, rows: replace(
            everything, subjects=tuple(f"dossier:{dice.randrange(rows // 5)}" for _ in range(40))
        ),
    )
    yield "a day", lambda _dice, _rows: replace(everything, since=today, until=today)
    yield "a day without lines", lambda _dice, _rows: replace(everything, until=today.replace(year=2020))


def _sealed_and_verified(rows: int) -> list[Figure]:
    from django.conf import settings
    from django.db.models import Max

    from motcua.journal import sealing, verifying, witnessing
    from motcua.journal.models import Event, Seal

    key, witnesses = settings.KEYRING.journal_key, witnessing.configured()
    newest = Event.objects.aggregate(last=Max("id"))["last"]
    begun = time.perf_counter()
    while (Seal.objects.aggregate(last=Max("last_id"))["last"] or 0) < newest:
        sealing.seal_due(datetime.now(UTC), key, witnesses)
        time.sleep(0.05)
    sealed = time.perf_counter() - begun
    begun = time.perf_counter()
    wrong = verifying.verify(None, None, witnesses[0], key.public_key())
    taken = time.perf_counter() - begun
    if wrong is not None:
        raise SystemExit(f"bench: the journal is not whole: {wrong}")
    total = Event.objects.count()
    per_million = taken * 1_000_000 / total
    return [
        Figure(f"journal, {total:,} lines sealed, two witnesses", sealed, "s"),
        Figure(f"journal, {total:,} lines verified, a million", per_million, "s", Aim(60)),
    ]
