"""The worker's day: every round gets its turn, trouble in one is not the others' trouble."""

import logging
import threading
import time
from typing import Any

import pytest
from django.db import DatabaseError

from motcua.kernel.refusal import Refusal
from motcua.ops import half_restored, handlers, lookups_fit, working
from motcua.ops.working import Round


@pytest.fixture(autouse=True)
def _doors_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(half_restored, "stands", lambda: False)
    monkeypatch.setattr(lookups_fit, "miss", lambda: False)


def test_no_round_is_done_over_rows_that_are_not_proved_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    done: list[str] = []
    answers = iter([True, True, False])

    def shut_twice() -> bool:
        return next(answers, False)

    def work() -> int:
        done.append("done")
        stop.set()
        return 1

    monkeypatch.setattr(half_restored, "stands", shut_twice)
    working.work_until(stop, [Round("message", work, 0)])
    assert done == ["done"] and next(answers, None) is None, "asked each time, done when the doors were open"


def test_a_round_that_raises_does_not_stop_the_others() -> None:
    done: list[str] = []
    stop = threading.Event()

    def broken() -> int:
        done.append("broken")
        raise RuntimeError("0900000001")

    def lost() -> int:
        done.append("lost")
        raise DatabaseError

    def good() -> int:
        done.append("good")
        stop.set()
        return 1

    working.work_until(stop, [Round("broken", broken, 0), Round("lost", lost, 0), Round("good", good, 0)])

    assert done == ["broken", "lost", "good"]


class Silent(Refusal):
    code, status, message = "portal_silent", 503, "Cổng chưa trả lời."


class Another(Silent):
    code = "vneid_silent"


class Fault(Refusal):
    code, status, message = "not_found", 404, "Không tìm thấy."


def test_a_silence_is_told_once_and_any_other_refusal_is_a_fault(caplog: pytest.LogCaptureFixture) -> None:
    met: list[Refusal] = [Silent(), Silent(), Another(), Fault()]

    def work() -> int:
        raise met.pop(0)

    each = Round("told_standing", work, 0)
    with caplog.at_level(logging.INFO, logger="motcua.worker"):
        for _ in range(4):
            assert working._try(each) is None
    told = [(one.levelname, getattr(one, "code", ""), bool(one.exc_info)) for one in caplog.records]
    assert told == [
        ("WARNING", "portal_silent", False),
        ("WARNING", "vneid_silent", False),
        ("ERROR", "", True),
    ]


def test_a_stop_waits_for_the_round_in_hand_and_begins_no_other() -> None:
    done: list[str] = []
    stop = threading.Event()

    def in_hand() -> int:
        stop.set()
        time.sleep(0.05)
        done.append("finished")
        return 1

    def next_one() -> int:
        done.append("begun")
        return 1

    working.work_until(stop, [Round("first", in_hand, 0), Round("second", next_one, 0)])

    assert done == ["finished"]


def test_a_chore_is_not_done_more_often_than_asked() -> None:
    stop = threading.Event()
    chores = 0
    rounds = 0

    def chore() -> int:
        nonlocal chores
        chores += 1
        return 0

    def often() -> int:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            stop.set()
        return working._BATCH  # more is waiting: no rest

    working.work_until(stop, [Round("chore", chore, 3600), Round("often", often, 0)])

    assert (chores, rounds) == (1, 3)


def test_nothing_of_dvcqg_runs_unless_a_province_is_connected(settings: Any) -> None:
    assert working.national_rounds() == []
    settings.NATIONAL_SYNC = True
    settings.NATIONAL_REGISTER = "tests.desk.fake_register.FakeRegister"
    assert [each.kind for each in working.national_rounds()] == ["national"]
    assert "desk.national" not in handlers.handlers()  # the thread beside, and nobody else
