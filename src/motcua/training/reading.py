"""Kết quả của lớp: the trainer's table, searched, sorted and paged; a trainee's own result."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from motcua.kernel.authority import Authority
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound
from motcua.training import courses, invented, tasks
from motcua.training.models import Attempt, Course, Trainee

PAGE: Final = 20
#: How many of all points make a certificate.
PASSED_FROM: Final = 0.7


@dataclass(frozen=True, slots=True)
class Line:
    """One trainee: the best score of each task that was handed in."""

    nth: int
    public_id: uuid.UUID
    name: str = field(repr=False)
    best: Mapping[str, int]
    attempts: int
    last_at: datetime | None

    @property
    def score(self) -> int:
        return sum(self.best.values())

    @property
    def done(self) -> int:
        return len(self.best)

    @property
    def has_passed(self) -> bool:
        return self.score >= whole() * PASSED_FROM


@dataclass(frozen=True, slots=True)
class Page:
    lines: Sequence[Line]
    found: int
    number: int
    pages: int


_BY: Final[Mapping[str, Callable[[Line], Any]]] = {
    "nth": lambda line: line.nth,
    "name": lambda line: fold(line.name),
    "done": lambda line: line.done,
    "score": lambda line: line.score,
    "last_at": lambda line: (line.last_at is not None, line.last_at.timestamp() if line.last_at else 0.0),
}


def whole() -> int:
    """All points of all tasks."""
    return sum(task.out_of for task in tasks.all_tasks())


def lines_of(viewer: Authority, course: Course, *, words: str = "", order: str = "nth") -> list[Line]:
    """A course has at most sixty seats: they are read whole."""
    courses.own_course(viewer, course.public_id)
    found = [line_of(each) for each in course.trainees.prefetch_related("attempts").order_by("nth")]
    if words:
        found = [line for line in found if fold(words) in fold(line.name) or words == str(line.nth)]
    name, backwards = order.removeprefix("-"), order.startswith("-")
    return sorted(found, key=_BY.get(name, _BY["nth"]), reverse=backwards)


def page_of(viewer: Authority, course: Course, *, words: str, order: str, number: int) -> Page:
    found = lines_of(viewer, course, words=words, order=order)
    pages = max(1, -(-len(found) // PAGE))
    number = min(max(1, number), pages)
    return Page(found[(number - 1) * PAGE : number * PAGE], len(found), number, pages)


def line_of(trainee: Trainee) -> Line:
    handed_in = [each for each in trainee.attempts.all() if each.handed_in_at is not None]
    best: dict[str, int] = {}
    for each in handed_in:
        best[each.task] = max(best.get(each.task, 0), each.score or 0)
    return Line(
        nth=trainee.nth,
        public_id=trainee.public_id,
        name=invented.officer(trainee.course_id, trainee.nth).data.full_name.value,
        best=best,
        attempts=len(handed_in),
        last_at=max((each.handed_in_at for each in handed_in if each.handed_in_at), default=None),
    )


def trainee_in(viewer: Authority, course: Course, public_id: uuid.UUID) -> Trainee:
    """One seat of an own course. Raises NotFound."""
    courses.own_course(viewer, course.public_id)
    found = course.trainees.select_related("course").filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def history(trainee: Trainee) -> Sequence[Attempt]:
    """Handed in, newest first."""
    return list(trainee.attempts.exclude(handed_in_at=None).order_by("-pk")[:200])
