"""The figures as a table and as a file."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One line. ``aim`` is in words; ``ratio``: to the limit measured in the same run, or to the aim."""

    what: str
    measured: float
    unit: str
    aim: str = ""
    ratio: str = ""


def circumstances(database: str) -> str:
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("Django", "psycopg", "granian", "cryptography")
    )
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{database}\nPython {platform.python_version()}, {packages}; load average {load}"


def table(figures: list[Figure]) -> str:
    lines = ["| figure | measured | aim | ratio |", "|---|---:|---|---|"]
    lines += [f"| {one.what} | {one.measured:,.2f} {one.unit} | {one.aim} | {one.ratio} |" for one in figures]
    return "\n".join(lines)


def keep(figures: list[Figure], about: str, profile: dict[str, float]) -> None:
    """Written where EVIDENCE_DIR says, if it says."""
    if place := os.environ.get("EVIDENCE_DIR"):
        Path(place).mkdir(parents=True, exist_ok=True)
        content = {"about": about, "figures": [asdict(one) for one in figures], "profile": profile}
        (Path(place) / "bench.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
