"""Bộ mẫu: which circular's forms are in force on a day; a paper is always printed with the set of its own day.

The sets are a data file beside this one, not a table: a circular brings a new sheet of the press with it, so a new
set comes with a release, is tested with the sheets it names, and makes the same paper again in ten years. Whoever
runs the system may change titles, numbers and days in the file; no code knows them. A row without a number is a
paper that no circular has a form for.
"""

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).with_name("form_sets.json")


class Paper(StrEnum):
    """What a paper is for; the notices are called as in the table of notices."""

    RECEIPT = "RECEIPT"
    SUPPLEMENT = "SUPPLEMENT"
    REFUSAL = "REFUSAL"
    APOLOGY = "APOLOGY"
    STOP = "STOP"
    WITHDRAWAL = "WITHDRAWAL"
    CONTROL = "CONTROL"
    REGISTER = "REGISTER"
    PAYMENT = "PAYMENT"
    HAND_OUT = "HAND_OUT"


@dataclass(frozen=True, slots=True)
class SetForm:
    """One form of one set: its heading, the words at its foot, the sheet of the press."""

    title: str
    version: str
    sheet: str


@dataclass(frozen=True, slots=True)
class FormSet:
    """The forms of one circular, from a day to a day (included; none: still in force)."""

    name: str
    valid_from: date
    valid_to: date | None
    forms: dict[Paper, SetForm]


def form_of(paper: Paper, on: date) -> SetForm:
    """The form of the set in force on that day."""
    return set_of(on).forms[paper]


def set_of(on: date) -> FormSet:
    """The set in force; for a day before the first circular, the first."""
    return next((each for each in reversed(sets()) if each.valid_from <= on), sets()[0])


@cache
def sets() -> tuple[FormSet, ...]:
    """All sets, the oldest first. ValueError when they overlap, leave a day out or lack a form."""
    rows: list[dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))
    found = tuple(_set(row) for row in rows)
    for earlier, later in pairwise(found):
        if earlier.valid_to is None or (later.valid_from - earlier.valid_to).days != 1:
            raise ValueError(f"{later.name} does not begin the day after {earlier.name}")
    return found


def _set(row: dict[str, Any]) -> FormSet:
    forms = {Paper(key): _form(row["law"], one) for key, one in row["forms"].items()}
    if missing := set(Paper) - set(forms):
        raise ValueError(f"{row['name']} lacks {', '.join(sorted(missing))}")
    ends = row["valid_to"]
    return FormSet(
        name=row["name"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(ends) if ends else None,
        forms=forms,
    )


def _form(law: str, row: dict[str, str]) -> SetForm:
    version = f"Mẫu số {row['number']}, {law}" if row["number"] else ""
    return SetForm(title=row["title"], version=version, sheet=row["sheet"])
