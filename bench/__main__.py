"""Measure, print every figure beside its aim and beside a bare limit of the same run, keep it in EVIDENCE_DIR.

``python -m bench [--quick] [--accounts 10000,1000000] [--only check,lists] [--profile NAME]``; parts: see PARTS.
``BENCH_ROWS`` stands for ``--accounts`` where only the environment can be set (``make bench``).
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from typing import Any

from bench import ground, report
from bench.ground import Ground
from bench.report import Aim, Figure

PARTS = (
    "check",
    "reception",
    "lists",
    "dossiers",
    "rates",
    "papers",
    "paths",
    "journal",
    "breach",
    "api",
    "reports",
    "classes",
    "peak",
    "outage",
)
_FULL_ROWS = "10000,1000000"
_QUICK_ROWS = "10000"
#: V-38 asks for ten minutes of every night, two hours before a release.
_PEAK_MINUTES, _QUICK_PEAK_MINUTES = 10.0, 0.5


def main() -> int:
    asked = _arguments()
    parts = PARTS if asked.only is None else tuple(asked.only.split(","))
    if unknown := set(parts) - set(PARTS):
        raise SystemExit(f"bench: no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    rows = asked.accounts or os.environ.get("BENCH_ROWS") or (_QUICK_ROWS if asked.quick else _FULL_ROWS)
    with ground.laid() as place:
        return _measure(place, [int(each) for each in rows.split(",")], parts, asked)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--accounts", help=f"sizes of the database, growing (default {_FULL_ROWS})")
    parser.add_argument("--quick", action="store_true", help="a tenth of the requests, 10,000 accounts only")
    parser.add_argument("--only", help=f"parts, with commas: {','.join(PARTS)}")
    parser.add_argument(
        "--minutes", type=float, help=f"of the peak and of each outage (default {_PEAK_MINUTES:g})"
    )
    parser.add_argument("--profile", default="", help="the hot path to be profiled, e.g. “mở phiếu”")
    return parser.parse_args()


def _measure(place: Ground, rows: Sequence[int], parts: Sequence[str], asked: argparse.Namespace) -> int:
    from bench import world

    world.lay_ground()
    figures: list[Figure] = []
    try:
        _take(figures, place, rows, parts, asked)
    finally:
        # What was measured before something broke took long enough to be worth saying.
        _say(figures, world.durable())
    return 0


def _take(
    figures: list[Figure],
    place: Ground,
    rows: Sequence[int],
    parts: Sequence[str],
    asked: argparse.Namespace,
) -> None:
    from bench import class_lists, outage, peak, register, runs, visits, world

    quick = asked.quick
    sizes = runs.QUICK if quick else runs.FULL
    tokens: list[str] = []
    cheapest: dict[int, float] = {}
    for accounts in rows:
        begun = time.monotonic()
        world.grow(accounts)
        print(f"{accounts:,} accounts after {time.monotonic() - begun:.0f} s", flush=True)
        tokens = tokens or world.officers_with_cookies(sizes.officers)
        world.keep_signed_in()
        officers = visits.Officers(tokens, accounts, len(tokens))
        some, cheapest[accounts] = runs.over_http(place, officers, sizes, parts)
        figures += some
        if "dossiers" in parts:
            figures += runs.work_lists(place, officers, accounts, sizes)
    if "dossiers" in parts:
        figures += register.figures()
    if "check" in parts and len(rows) > 1:
        ratio = cheapest[rows[-1]] / cheapest[rows[0]]
        what = f"account check, CPU, {rows[-1]:,} over {rows[0]:,} accounts"
        figures.append(Figure(what, ratio, "×", Aim(1.3)))
    world.rest_budgets()
    world.keep_signed_in()
    if "rates" in parts:
        figures += runs.rates(place, officers, sizes)
    figures += _without_the_pages(parts, officers, sizes, quick)
    if "classes" in parts:
        figures += class_lists.figures(rows[-1])
    if "peak" in parts:
        usual = _QUICK_PEAK_MINUTES if quick else _PEAK_MINUTES
        figures += peak.figures(place, officers, usual if asked.minutes is None else asked.minutes)
    if "outage" in parts:
        usual = _QUICK_PEAK_MINUTES if quick else _PEAK_MINUTES
        figures += outage.figures(place, officers, usual if asked.minutes is None else asked.minutes)
    if "paths" in parts:
        found, text = runs.paths(officers, sizes, asked.profile)
        figures += found
        print(text)


def _without_the_pages(parts: Sequence[str], officers: Any, sizes: Any, quick: bool) -> list[Figure]:
    """What is measured beside the pages: paper, journal, the API, reports."""
    from bench import api, breach, forms, journal, reports

    figures: list[Figure] = []
    if "papers" in parts:
        figures += forms.figures()
    if "journal" in parts:
        figures += journal.figures(100_000 if quick else 1_000_000)
    if "breach" in parts:
        figures += breach.figures(100_000 if quick else 1_000_000)
    if "api" in parts:
        figures += api.figures(officers, sizes.checks)
    if "reports" in parts:
        figures += reports.figures()
    return figures


def _say(figures: Sequence[Figure], database: str) -> None:
    about = report.circumstances(database)
    print(report.table(figures))
    print(about)
    print(report.summary(figures))
    report.keep(figures, about)


if __name__ == "__main__":
    sys.exit(main())
