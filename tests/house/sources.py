"""The house's own text, read once: what the rules beside this file look through."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "motcua"


@dataclass(frozen=True, repr=False)
class Module:
    """One Python file of the house."""

    path: Path
    tree: ast.Module

    @property
    def room(self) -> str:
        """The folder it lies in: "desk" for src/motcua/desk/…; "" for the house's own __init__."""
        inside = self.path.relative_to(SRC).parts
        return inside[0] if len(inside) > 1 else ""

    @property
    def where(self) -> str:
        return str(self.path.relative_to(SRC))

    def __repr__(self) -> str:
        return self.where


@cache
def modules() -> tuple[Module, ...]:
    return tuple(
        Module(path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(SRC.rglob("*.py"))
    )


def rooms() -> set[str]:
    return {module.room for module in modules()} - {""}


@cache
def templates() -> tuple[Path, ...]:
    return tuple(sorted(SRC.rglob("*.html")))


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that is or would be kept in version control; the whole tree where there is no git."""
    asked = subprocess.run(
        ["/usr/bin/env", "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if asked.returncode == 0:
        named = [ROOT / name for name in asked.stdout.decode().split("\0") if name]
    else:
        named = [path for top in ("src", "tests", "docs", "tools") for path in (ROOT / top).rglob("*")]
    return tuple(path for path in named if path.is_file())


def texts(*endings: str) -> Iterator[tuple[str, str]]:
    """Path and content of the tracked files of these kinds."""
    for path in tracked():
        if path.name.endswith(endings):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


@cache
def pyproject() -> dict[str, dict[str, object]]:
    with (ROOT / "pyproject.toml").open("rb") as told:
        return tomllib.load(told)


def table_rows(document: str, columns: int) -> list[list[str]]:
    """The cells of every table row with so many columns in a page of docs/, headings left out."""
    rows = []
    for line in (ROOT / "docs" / document).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == columns and not re.fullmatch(r"[-: ]+", cells[0]):
            rows.append(cells)
    return rows
