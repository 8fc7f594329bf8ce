"""``make evidence``: the proofs of docs/threat-proofs.md at their whole size, with what they measured.

``python -m tests.proving [V-17 V-18 …]`` (all V rows when none is named) writes a folder ``evidence/<day>/``:
``figures.jsonl`` (a line a figure), ``bench.json`` where a row is measured by the bench, ``tests.xml`` (every test with
its outcome), ``circumstances.json`` (commit, versions, seed, load) and ``page.md``, one table to read. A figure may be
quoted when it lies there. Ends with 1 when anything failed.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final

from defusedxml import ElementTree

from tests import threat_rows
from tests.house import sources

_SEED: Final = 20220720


@dataclass
class Shown:
    """What a row of the table has to show for itself."""

    outcomes: Counter[str] = field(default_factory=Counter)
    figures: list[dict[str, Any]] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.outcomes["failed"] + self.outcomes["missing"] and all(
            one["pass"] for one in self.figures
        )


def main() -> int:
    asked = argparse.ArgumentParser(prog="tests.proving", description=__doc__)
    asked.add_argument("rows", nargs="*", help="rows such as V-17; every V row when left out")
    asked.add_argument("--in", dest="place", help="the folder (default: evidence/ and the day)")
    found = asked.parse_args()
    known = threat_rows.rows()
    wanted = found.rows or [key for key in known if key.startswith("V-")]
    if unknown := set(wanted) - set(known):
        raise SystemExit(f"proving: no such row: {', '.join(sorted(unknown))}")
    place = Path(found.place) if found.place else _new_folder()
    place.mkdir(parents=True, exist_ok=True)
    cells = {key: known[key] for key in wanted}
    _say_circumstances(place)
    ended = [_tested(place, cells), _measured(place, cells)]
    shown = shown_in(place, cells)
    (place / "page.md").write_text(page_of(shown), encoding="utf-8")
    print(page_of(shown))
    print(f"{place}")
    return int(any(ended) or not all(one.holds for one in shown.values()))


def _new_folder() -> Path:
    """Nothing that was measured before is written over."""
    day = datetime.now(UTC).astimezone().date().isoformat()
    first = sources.ROOT / "evidence" / day
    nth, place = 1, first
    while place.exists():
        nth += 1
        place = first.with_name(f"{day}-{nth}")
    return place


def _tested(place: Path, cells: dict[str, str]) -> int:
    named = {
        f"tests/{file}::test_{name}" for cell in cells.values() for file, name in threat_rows.proofs(cell)
    }
    if not named:
        return 0
    told = [sys.executable, "-m", "pytest", "-q", "-o", "timeout=0", f"--hypothesis-seed={_SEED}"]
    told += ["-o", "junit_logging=no", f"--junitxml={place / 'tests.xml'}", *sorted(named)]
    surroundings = {**os.environ, "EVIDENCE_DIR": str(place.resolve()), "PYTHONHASHSEED": str(_SEED)}
    return subprocess.run(told, cwd=sources.ROOT, env=surroundings, check=False).returncode


def _measured(place: Path, cells: dict[str, str]) -> int:
    parts = sorted({part for cell in cells.values() for part in threat_rows.measured_by(cell)})
    if not parts:
        return 0
    told = [sys.executable, "-m", "bench", "--accounts", "10000", "--only", ",".join(parts)]
    surroundings = {**os.environ, "EVIDENCE_DIR": str(place.resolve())}
    return subprocess.run(told, cwd=sources.ROOT, env=surroundings, check=False).returncode


def _say_circumstances(place: Path) -> None:
    commit = subprocess.run(
        ["/usr/bin/env", "git", "describe", "--always", "--dirty"],
        cwd=sources.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    said = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "seed": _SEED,
        "python": platform.python_version(),
        "system": platform.release(),
        "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
        "packages": dict(sorted((one.metadata["Name"], one.version) for one in distributions())),
    }
    content = json.dumps(said, ensure_ascii=False, indent=1)
    (place / "circumstances.json").write_text(content + "\n", encoding="utf-8")


def shown_in(place: Path, cells: dict[str, str]) -> dict[str, Shown]:
    shown = {key: Shown() for key in cells}
    outcomes = _outcomes(place / "tests.xml")
    for key, cell in cells.items():
        for proof in threat_rows.proofs(cell):
            shown[key].outcomes += outcomes.get(proof, Counter({"missing": 1}))
    for line in _lines(place / "figures.jsonl"):
        if line["id"] in shown:
            shown[line["id"]].figures.append(line)
    for key, cell in cells.items():
        for part in threat_rows.measured_by(cell):
            shown[key].figures += _of_the_bench(place / "bench.json", part)
    return shown


def _outcomes(report: Path) -> dict[tuple[str, str], Counter[str]]:
    """Of each test, all its parameters together: how many passed, failed, were skipped."""
    found: dict[tuple[str, str], Counter[str]] = {}
    if not report.exists():
        return found
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        file = case.get("classname", "").removeprefix("tests.").replace(".", "/") + ".py"
        name = case.get("name", "").partition("[")[0].removeprefix("test_")
        failed = case.find("failure") is not None or case.find("error") is not None
        outcome = "failed" if failed else "skipped" if case.find("skipped") is not None else "passed"
        found.setdefault((file, name), Counter())[outcome] += 1
    return found


def _lines(figures: Path) -> list[dict[str, Any]]:
    if not figures.exists():
        return []
    return [json.loads(line) for line in figures.read_text(encoding="utf-8").splitlines()]


def _of_the_bench(report: Path, part: str) -> list[dict[str, Any]]:
    """The bench's own lines in the shape of the others."""
    if not report.exists():
        return []
    return [
        {
            "what": one["what"],
            "n": one["beside"],
            "measured": f"{one['measured']:.2f} {one['unit']}",
            "limit": f"{'≥' if one['aim']['at_least'] else '≤'} {one['aim']['value']:g}",
            "pass": one["verdict"] == "met",
        }
        for one in json.loads(report.read_text(encoding="utf-8"))["figures"]
        if one["aim"] is not None and one["what"].startswith(part)
    ]


def page_of(shown: dict[str, Shown]) -> str:
    about = threat_rows.about()
    lines = ["| mục | là gì | phép thử | số đo |", "|---|---|---|---|"]
    for key, one in shown.items():
        tests = ", ".join(f"{times} {outcome}" for outcome, times in sorted(one.outcomes.items()))
        figures = "; ".join(
            f"{line['what']}: {line['measured']} ({line['limit']}{'' if line['pass'] else ', KHÔNG ĐẠT'})"
            for line in one.figures
        )
        lines.append(f"| {key} | {about[key]} | {tests} | {figures} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
