"""Rows past every period of the register: the chores of the worker leave nothing personal of them."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from motcua.ops import handlers
from motcua.ops.places import APP_ROLE
from motcua.protection import duties, running
from motcua.protection.models import ChoreRun
from tests import app_role
from tests.protection.planting import OVER, aged, columns_of_chores, left, planted, without_rules_of_a_row

pytestmark = pytest.mark.django_db


def test_nothing_personal_is_left_past_its_period(tmp_path: Any, settings: Any) -> None:
    settings.ERASURE_LEDGERS = [str(tmp_path / "one.jsonl")]
    settings.FILES_DIR = tmp_path
    wanted = dict(columns_of_chores())
    assert len(wanted) > 35
    without_rules_of_a_row()
    beside = {apps.get_model(label): [] for label in OVER if apps.get_model(label) not in wanted}
    for model, names in [*wanted.items(), *beside.items()]:
        planted(model, names)
        aged(model, "12 years")
    before = {name for model, names in wanted.items() for name in left(model, names)}
    assert before == {f"{model._meta.label}.{name}" for model, names in wanted.items() for name in names}
    deleting = {duty.chore for duty in duties.duties()}
    assert all(duty.overdue(10) for duty in duties.duties())

    app_role.give()
    for name, work, _ in handlers.chores():
        if name in deleting:
            as_the_running_system(work)
            as_the_running_system(work)  # what the first round set free

    assert sorted({name for model, names in wanted.items() for name in left(model, names)}) == []
    assert {duty.chore: duty.overdue(10) for duty in duties.duties()} == dict.fromkeys(deleting, 0)
    assert set(ChoreRun.objects.values_list("chore", flat=True)) == deleting


def as_the_running_system(work: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {APP_ROLE}")
    done = work()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    return done


def test_how_a_chore_ran_is_written_down() -> None:
    assert running.noted("old_look", lambda: 7)() == 7
    assert running.noted("old_look", lambda: 0)() == 0
    run = ChoreRun.objects.get(chore="old_look")
    assert (run.erased, run.erased_ever, run.failed_at) == (7, 7, None)
    assert run.ran_at is not None and run.erased_at is not None and run.ran_at > run.erased_at
    assert running.noted("old_look", lambda: 2)() == 2
    run.refresh_from_db()
    assert (run.erased, run.erased_ever) == (2, 9)
    assert [name for name, seconds in running.seconds_since() if seconds < 3600] == ["old_look"]


def test_a_chore_that_fails_is_written_down_and_heard() -> None:
    def broken() -> int:
        raise ValueError("không xóa được")

    with pytest.raises(ValueError, match="không xóa được"):
        running.noted("file", broken)()
    run = ChoreRun.objects.get(chore="file")
    assert run.failed_at is not None and run.ran_at is None
    assert running.seconds_since() == []
