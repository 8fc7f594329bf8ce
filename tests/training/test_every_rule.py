"""The rules of the room one by one, each seen red without it; and that none is left out."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from motcua.training.models import Attempt, Course, Trainee, World
from tests.rule_by_rule import Rule, only_by_trigger, two_rows, untried, wrong_of
from tests.training.conftest import mark_for_training

pytestmark = pytest.mark.django_db
A, B, C, D = (letter * 32 for letter in "abcd")

RULES: list[Rule] = [
    ("training_course", "course_has_name", "name = ' '"),
    ("training_course", "course_has_seats", "seats = 0"),
    ("training_course", "course_has_trainer", "trainer_subject = 'nguyen-van-mau'"),
    ("training_trainee", "trainee_seat_once", "course_id = 1, nth = 1"),
    ("training_trainee", "trainee_opaque", "subject = 'x' || id"),
    ("training_trainee", "trainee_has_colleague", "subject = colleague_subject"),
    ("training_attempt", "attempt_one_open", "trainee_id = 1"),
    ("training_attempt", "attempt_scored_when_handed_in", "score = 1"),
    ("training_attempt", "attempt_score_fits", "score = 11, handed_in_at = now()"),
    ("training_attempt", "attempt_task_is_a_code", "task = '052090000101'"),
    ("training_world", "world_kind_known", "kind = 'DREAM'"),
]


@pytest.fixture
def rows() -> None:
    two_rows(Course, name="Lớp", seats=2, trainer_subject=A)
    two_rows(Trainee, subject=lambda nth: f"{nth:032x}", colleague_subject=lambda nth: f"{nth + 8:032x}")
    two_rows(Attempt, task="i-dang-ky", out_of=10)


def test_each_rule_of_a_row_speaks_under_its_own_name(rows: None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("ALTER TABLE training_world DROP CONSTRAINT world_single")
        cursor.execute("DELETE FROM training_world")
        cursor.execute("INSERT INTO training_world (id, kind) VALUES (1, 'REAL'), (2, 'REAL')")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert wrong_of(RULES) == []


def test_no_rule_is_left_out() -> None:
    assert untried("training", Path(__file__).parent, RULES) == set()


def a_seat(**more: Any) -> Trainee:
    mark_for_training()
    course = Course.objects.create(
        name="Lớp", trainer_subject=A, unit_code="so", seats=2, last_day=timezone.localdate(), **more
    )
    return Trainee.objects.create(
        course=course, nth=1, subject=B, colleague_subject=C, unit_code=f"tap-huan-{course.pk}-1"
    )


def changed(row: Model, **to: object) -> Any:
    return lambda: type(row)._base_manager.filter(pk=row.pk).update(**to)


@pytest.mark.parametrize("change", [{"name": "Lớp khác"}, {"trainer_subject": D}, {"seats": 3}])
def test_a_course_is_not_rewritten(change: dict[str, object]) -> None:
    course = a_seat().course
    only_by_trigger("course_ends_once", "training_course", changed(course, **change))


def test_a_course_ends_once() -> None:
    course = a_seat().course
    changed(course, ended_at=timezone.now())()
    only_by_trigger("course_ends_once", "training_course", changed(course, ended_at=None))


def test_a_seat_stays_whose_it_is() -> None:
    only_by_trigger("trainee_stays", "training_trainee", changed(a_seat(), subject=D))


def an_attempt(trainee: Trainee, **more: Any) -> Attempt:
    return Attempt.objects.create(trainee=trainee, task="i-dang-ky", out_of=10, **more)


@pytest.mark.parametrize("change", [{"score": 10}, {"verdicts": [{"kind": "DONE"}]}, {"answers": {"a": "b"}}])
def test_what_was_handed_in_is_not_graded_again(change: dict[str, object]) -> None:
    attempt = an_attempt(a_seat(), handed_in_at=timezone.now(), score=3)
    only_by_trigger("attempt_handed_in_once", "training_attempt", changed(attempt, **change))


def test_a_hint_that_was_seen_stays_counted_and_the_begin_stays_the_begin() -> None:
    attempt = an_attempt(a_seat(), hints=2)
    only_by_trigger("attempt_handed_in_once", "training_attempt", changed(attempt, hints=1))
    earlier = attempt.begun_at - timedelta(days=1)
    only_by_trigger("attempt_handed_in_once", "training_attempt", changed(attempt, begun_at=earlier))


def test_nothing_is_begun_after_the_course() -> None:
    trainee = a_seat(ended_at=timezone.now())
    only_by_trigger("attempt_during_course", "training_attempt", lambda: an_attempt(trainee))


def test_rules_of_the_mark_are_tried_beside() -> None:
    """world_single world_stays course_only_in_training: tests/training/test_world.py."""
    mark_for_training()
    with pytest.raises(IntegrityError, match="world_single"), transaction.atomic():
        World.objects.create(pk=3, kind="TRAINING")
