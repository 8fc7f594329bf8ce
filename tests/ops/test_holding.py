"""What a restore shuts stays shut until the owner of the database opens it."""

import pytest
from django.db import ProgrammingError, connection, transaction
from tests.app_role import give
from tests.rule_by_rule import Rule, constraints_of, two_rows, wrong_of

from motcua.ops import cli, half_restored, handlers, holding, working
from motcua.ops.models import Hold
from motcua.ops.places import APP_ROLE, CannotStart

pytestmark = pytest.mark.django_db(transaction=True)

RULES: list[Rule] = [("ops_hold", "hold_door_known", "door = left(door, 2)")]


def test_each_rule_of_the_table_refuses_under_its_name() -> None:
    with transaction.atomic():
        two_rows(Hold, door=lambda nth: Hold.Door.values[nth - 1])
        assert wrong_of(RULES) == []
        transaction.set_rollback(True)
    assert constraints_of("ops") == {rule for _, rule, _ in RULES}


def test_work_that_tells_somebody_outside_waits_and_goes_on_after_the_release() -> None:
    done: list[int] = []
    work = holding.unless_held(lambda: done.append(1) or 5)
    assert work() == 5
    holding.hold(Hold.Door.OUTSIDE, "20261130T000000Z-00000000")
    holding.hold(Hold.Door.OUTSIDE, "20261130T000000Z-00000000")
    assert (work(), len(done)) == (0, 1)
    assert holding.release(Hold.Door.OUTSIDE) and not holding.release(Hold.Door.OUTSIDE)
    assert (work(), len(done)) == (5, 2)


def test_every_round_that_reaches_outside_asks_first(settings: object) -> None:
    """Named one by one: a new round or chore that calls somebody has to be thought of here."""
    rounds = [*working.rounds(), *working.text_rounds([], first=True), *working.mail_rounds()]
    careful = {each.kind for each in rounds if hasattr(each.work, "__wrapped__")}
    assert careful >= {"errand", "message", "rescue", "letter"}
    chores = {name for name, work, _ in handlers.chores() if hasattr(work, "__wrapped__")}
    assert chores >= {"phone_recheck", "compared_day"}


def test_the_running_system_cannot_open_what_is_shut() -> None:
    give()
    holding.hold(Hold.Door.OUTSIDE, "20261130T000000Z-00000000")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")
        assert holding.stands(Hold.Door.OUTSIDE), "it may look"
        holding.release(Hold.Door.OUTSIDE)
    assert holding.stands(Hold.Door.OUTSIDE)


def test_nothing_starts_over_a_database_that_is_half_restored(capsys: pytest.CaptureFixture[str]) -> None:
    half_restored.refuse()
    holding.hold(Hold.Door.EVERYTHING, "20261130T000000Z-00000000")
    with pytest.raises(CannotStart, match="chưa xong"):
        half_restored.refuse()
    assert cli.main(["grants"]) == 1, "rights given now would let the running system in"
    assert "chưa xong" in capsys.readouterr().err
    holding.release(Hold.Door.EVERYTHING)


def test_releasing_says_whether_there_was_anything_to_release(capsys: pytest.CaptureFixture[str]) -> None:
    holding.hold(Hold.Door.OUTSIDE, "20261130T000000Z-00000000")
    assert cli.main(["outbox", "release"]) == 0
    assert "được gửi" in capsys.readouterr().out
    assert cli.main(["outbox", "release"]) == 0
    assert "Không có gì đang bị giữ" in capsys.readouterr().out
