"""Làm bài: a trainee begins a task, looks at hints, answers, hands it in; again as often as they like."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from motcua import journal
from motcua.files.ports import Antivirus
from motcua.journal.models import ClockTimestamp
from motcua.kernel.authority import Authority
from motcua.kernel.refusal import NotFound, Refusal
from motcua.training import facts, judging, staging, tasks, world
from motcua.training.courses import CourseOver
from motcua.training.judging import Result
from motcua.training.models import Attempt, Trainee
from motcua.training.ports import Phones
from motcua.training.tasks import Task


class AnotherTaskOpen(Refusal):
    code = "training_another_task_open"
    status = 409
    message = "Ông/bà đang làm một bài khác. Đề nghị nộp bài đó trước khi bắt đầu bài mới."


class AlreadyHandedIn(Refusal):
    code = "training_already_handed_in"
    status = 409
    message = "Bài này đã nộp. Ông/bà có thể bắt đầu lại bài tập từ trang các bài tập."


class AnswersWanted(Refusal):
    code = "training_answers_wanted"
    message = "Còn câu hỏi chưa trả lời. Đề nghị ông/bà chọn một câu trả lời cho mỗi câu hỏi."


@dataclass(frozen=True, slots=True)
class Standing:
    """One task on a trainee's list."""

    task: Task
    best: int | None
    times: int
    open_attempt: uuid.UUID | None


def trainee_of(viewer: Authority) -> Trainee:
    """Who sits here. Raises NotFound for officers of no course, and for a colleague, who only helps."""
    world.require()
    found = Trainee.objects.select_related("course").filter(subject=viewer.subject).first()
    if found is None:
        raise NotFound
    return found


def standings(trainee: Trainee) -> Sequence[Standing]:
    """Every task, with the best score so far."""
    done = {
        row["task"]: row
        for row in trainee.attempts.exclude(handed_in_at=None).values("task").annotate(best=Max("score"))
    }
    times: dict[str, int] = {}
    for code in trainee.attempts.values_list("task", flat=True):
        times[code] = times.get(code, 0) + 1
    going_on = dict(trainee.attempts.filter(handed_in_at=None).values_list("task", "public_id"))
    return [
        Standing(
            task=each,
            best=done[each.code]["best"] if each.code in done else None,
            times=times.get(each.code, 0),
            open_attempt=going_on.get(each.code),
        )
        for each in tasks.all_tasks()
    ]


def begin(*, viewer: Authority, code: str, phones: Phones, antivirus: Antivirus) -> Attempt:
    """The people of the task are there when it is begun. Raises AnotherTaskOpen, CourseOver, PhonesSilent."""
    trainee, task = trainee_of(viewer), tasks.task(code)
    if trainee.course.ended_at is not None:
        raise CourseOver
    if trainee.attempts.filter(handed_in_at=None).exists():
        raise AnotherTaskOpen
    pk = staging.next_id("training_attempt")
    # No transaction is open here: the simulated operators are asked over a line.
    staging.enrol(pk, task, phones)
    papers, password = staging.papers_of(pk, task, antivirus), staging.nobodys_password()
    try:
        with transaction.atomic():
            staging.settle(pk, task, papers, password=password, of=trainee)
            attempt = Attempt.objects.create(pk=pk, trainee=trainee, task=task.code, out_of=task.out_of)
            _note_attempt("begun", attempt, {"task": task.code})
    except IntegrityError as no:
        # Two tabs began at once: the database lets one of them.
        if "attempt_one_open" in str(no):
            raise AnotherTaskOpen from no
        raise
    return attempt


def own_attempt(viewer: Authority, public_id: uuid.UUID) -> Attempt:
    """Raises NotFound for anybody else's."""
    found = trainee_of(viewer).attempts.filter(public_id=public_id).select_related("trainee__course").first()
    if found is None:
        raise NotFound
    return found


def take_hint(*, viewer: Authority, public_id: uuid.UUID) -> None:
    """One more is shown, and counted before it is; the last one costs nothing twice."""
    attempt = own_attempt(viewer, public_id)
    most = len(tasks.task(attempt.task).hints)
    taken = Attempt.objects.filter(pk=attempt.pk, handed_in_at=None, hints__lt=most)
    if not taken.update(hints=F("hints") + 1) and attempt.handed_in_at is not None:
        raise AlreadyHandedIn


def hand_in(*, viewer: Authority, public_id: uuid.UUID, answers: Mapping[str, str]) -> Attempt:
    """Judged once, by what happened until now. Raises AnswersWanted, AlreadyHandedIn."""
    attempt = own_attempt(viewer, public_id)
    task = tasks.task(attempt.task)
    if attempt.handed_in_at is not None:
        raise AlreadyHandedIn
    attempt.answers = _known(task, answers)
    result = judging.judge(facts.scene_of(attempt, task), hints=attempt.hints)
    with transaction.atomic():
        if not _write(attempt, result):
            raise AlreadyHandedIn
        _note_attempt(
            "handed_in", attempt, {"task": task.code, "score": result.score, "out_of": result.out_of}
        )
    attempt.refresh_from_db()
    return attempt


def _known(task: Task, answers: Mapping[str, str]) -> dict[str, str]:
    """Only answers that stand there to be chosen."""
    kept = {}
    for question in task.questions:
        chosen = answers.get(question.code, "")
        if chosen not in {code for code, _ in question.choices}:
            raise AnswersWanted
        kept[question.code] = chosen
    return kept


def _write(attempt: Attempt, result: Result) -> bool:
    """One UPDATE decides; a hint taken meanwhile is for nobody any more."""
    changed = Attempt.objects.filter(pk=attempt.pk, handed_in_at=None, hints=attempt.hints).update(
        answers=attempt.answers,
        handed_in_at=ClockTimestamp(),
        score=result.score,
        verdicts=[asdict(each) for each in result.verdicts],
    )
    return bool(changed)


def _note_attempt(what: str, attempt: Attempt, said: dict[str, str | int]) -> None:
    journal.record(
        f"training.attempt.{what}",
        subject=f"attempt:{attempt.public_id}",
        actor=attempt.trainee.subject,
        unit_code=attempt.trainee.unit_code,
        facts=said,
    )
