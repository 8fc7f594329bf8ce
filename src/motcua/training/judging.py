"""Chấm điểm: points for what was done, less for mistakes and hints; each with the words that say why."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from motcua.training import facts
from motcua.training.facts import Scene
from motcua.training.tasks import HINT_COSTS


class Kind(StrEnum):
    DONE = "DONE"
    MISSED = "MISSED"
    MISTAKE = "MISTAKE"
    HINT = "HINT"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line: what it is about, and how many points it brought."""

    kind: Kind
    points: int
    words: str


@dataclass(frozen=True, slots=True)
class Result:
    score: int
    out_of: int
    verdicts: Sequence[Verdict]


def judge(scene: Scene, *, hints: int) -> Result:
    """Never less than nothing."""
    verdicts = [
        Verdict(Kind.DONE, goal.points, goal.done)
        if facts.holds(goal.fact, scene)
        else Verdict(Kind.MISSED, 0, goal.missed)
        for goal in scene.task.goals
    ]
    verdicts += [
        Verdict(Kind.MISTAKE, -mistake.points, mistake.words)
        for mistake in scene.task.mistakes
        if facts.holds(mistake.fact, scene)
    ]
    if hints:
        verdicts.append(Verdict(Kind.HINT, -hints * HINT_COSTS, f"Đã xem {hints} gợi ý."))
    return Result(max(0, sum(each.points for each in verdicts)), scene.task.out_of, verdicts)
