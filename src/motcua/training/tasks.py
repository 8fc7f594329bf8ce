"""The tasks of the three appendices, as ``data/tasks.json`` tells them: what is said, and what has to happen."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from motcua.kernel.refusal import NotFound

FILE: Final = Path(__file__).parent / "data" / "tasks.json"
#: Of each hint that was looked at, in points.
HINT_COSTS: Final = 1


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody who plays a part; the first one owns the dossier or wants the account.

    ``account``: none, active or locked. ``brings``: the own phone, or "of:1" for that of part 1. ``hidden``: not at
    the desk.
    """

    says: str
    account: str = "none"
    brings: str = "own"
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    code: str
    words: str
    choices: tuple[tuple[str, str], ...]
    right: str


@dataclass(frozen=True, slots=True)
class Goal:
    """A fact that gives points, and what is said of it either way."""

    fact: str
    points: int
    done: str
    missed: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """A fact that costs points."""

    fact: str
    points: int
    words: str


@dataclass(frozen=True, slots=True)
class Task:
    code: str
    appendix: str
    title: str
    minutes: int
    start: str
    story: str
    steps: tuple[str, ...]
    people: tuple[Part, ...]
    hints: tuple[str, ...]
    questions: tuple[Question, ...]
    goals: tuple[Goal, ...]
    mistakes: tuple[Mistake, ...]
    portal_silent: bool
    vault: tuple[str, ...]

    @property
    def out_of(self) -> int:
        return sum(goal.points for goal in self.goals)

    @property
    def misremembers(self) -> bool:
        """Whether the owner says another number than the card."""
        return "{spoken}" in self.people[0].says


@dataclass(frozen=True, slots=True)
class PlanPart:
    """What belongs together in a course; it takes as long as its tasks."""

    words: str
    tasks: tuple[Task, ...]

    @property
    def minutes(self) -> int:
        return sum(each.minutes for each in self.tasks)


@dataclass(frozen=True, slots=True)
class Plan:
    """A course to start from: parts in order."""

    name: str
    about: str
    parts: tuple[PlanPart, ...]

    @property
    def minutes(self) -> int:
        return sum(part.minutes for part in self.parts)

    @property
    def count(self) -> int:
        return sum(len(part.tasks) for part in self.parts)


@cache
def all_tasks() -> tuple[Task, ...]:
    """In the order of the appendices."""
    return tuple(_task(told) for told in _told()["tasks"])


def task(code: str) -> Task:
    """Raises NotFound."""
    found = next((each for each in all_tasks() if each.code == code), None)
    if found is None:
        raise NotFound
    return found


@cache
def plans() -> tuple[Plan, ...]:
    return tuple(
        Plan(
            told["name"],
            told["about"],
            tuple(
                PlanPart(part["words"], tuple(task(code) for code in part["tasks"])) for part in told["parts"]
            ),
        )
        for told in _told()["plans"]
    )


@cache
def _told() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return told


def _task(told: dict[str, Any]) -> Task:
    return Task(
        code=told["code"],
        appendix=told["appendix"],
        title=told["title"],
        minutes=told["minutes"],
        start=told["start"],
        story=told["story"],
        steps=tuple(told["steps"]),
        people=tuple(Part(**each) for each in told["people"]),
        hints=tuple(told["hints"]),
        questions=tuple(
            Question(
                each["code"],
                each["words"],
                tuple((code, words) for code, words in each["choices"]),
                each["right"],
            )
            for each in told["questions"]
        ),
        goals=tuple(Goal(**each) for each in told["goals"]),
        mistakes=tuple(Mistake(**each) for each in told["mistakes"]),
        portal_silent=bool(told.get("portal_silent", False)),
        vault=tuple(told.get("vault", ())),
    )
