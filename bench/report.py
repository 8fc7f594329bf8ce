"""The figures as a table and as a file; every aim beside its figure, with whether it is met."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True)
class Aim:
    """What the specification asks for, in the figure's own unit: at most so much, or at least."""

    value: float
    at_least: bool = False

    def met_by(self, measured: float) -> bool:
        return measured >= self.value if self.at_least else measured <= self.value

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.value:g}"


@dataclass(frozen=True)
class Figure:
    """One line. ``beside`` is what it is compared with, measured in the same run, or what it is made of."""

    what: str
    measured: float
    unit: str
    aim: Aim | None = None
    beside: str = ""

    @property
    def verdict(self) -> str:
        if self.aim is None:
            return ""
        return "met" if self.aim.met_by(self.measured) else "NOT MET"


def circumstances(database: str) -> str:
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("Django", "psycopg", "granian", "cryptography")
    )
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{database}\nPython {platform.python_version()}, {packages}; load average {load}"


def table(figures: Sequence[Figure]) -> str:
    """As Markdown, for the document and for the eye."""
    lines = ["| figure | measured | aim | | beside |", "|---|---:|---|---|---|"]
    lines += [
        f"| {one.what} | {one.measured:,.2f} {one.unit} | {one.aim or ''} | {one.verdict} | {one.beside} |"
        for one in figures
    ]
    return "\n".join(lines)


def summary(figures: Sequence[Figure]) -> str:
    """One line: how many aims are met, and which are not."""
    judged = [one for one in figures if one.aim is not None]
    missed = [one.what for one in judged if one.verdict != "met"]
    said = f"{len(judged) - len(missed)} of {len(judged)} aims met"
    return said + (f"; not met: {'; '.join(missed)}" if missed else "")


def keep(figures: Sequence[Figure], about: str) -> None:
    """Written where EVIDENCE_DIR says, if it says."""
    if place := os.environ.get("EVIDENCE_DIR"):
        Path(place).mkdir(parents=True, exist_ok=True)
        lines = [{**asdict(one), "verdict": one.verdict} for one in figures]
        content = json.dumps({"about": about, "figures": lines}, ensure_ascii=False, indent=1)
        (Path(place) / "bench.json").write_text(content + "\n")
