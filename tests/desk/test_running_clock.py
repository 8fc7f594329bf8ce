"""A pause counts in whole minutes; what is over, or stands still, promises no day."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.desk import lives
from tests.desk.lives import House, fresh
from tests.desk.town import Town

from motcua.desk import running_clock
from motcua.desk.models import Dossier
from motcua.desk.states import State


@pytest.fixture
def house(town: Town) -> House:
    return lives.house(town)


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (59, 0), (60, 1), (119, 1), (3_600, 60)])
def test_what_is_paid_within_the_minute_does_not_move_closing_time(
    house: House, seconds: int, minutes: int
) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    opening = running_clock.deadlines.calendar_of(dossier.unit_id)
    at_ten = opening.opening_of(opening.next_working_day(opening.local(dossier.arrived_at).date()))
    dossier.paused_at = at_ten + timedelta(hours=1)

    columns = running_clock.resumed(
        dossier, dossier.paused_at + timedelta(seconds=seconds), after_supplement=False
    )

    due = columns["due_at"]
    assert dossier.due_at is not None
    assert running_clock.working_time_between(dossier.due_at, due, opening) == timedelta(minutes=minutes)  # type: ignore[arg-type]
    assert (due == dossier.due_at) == (minutes == 0)


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.STOPPED, State.NOT_ACCEPTED])
def test_what_ended_without_a_result_promises_no_day(state: State) -> None:
    ended = Dossier(state=state, due_words="17 giờ 00 ngày 30/11/2026")
    assert ended.due_shown == "Không còn hẹn trả"
    ended.paused_at = timezone.now()  # stopped while it waited for papers
    assert ended.due_shown == "Không còn hẹn trả" and not ended.promises_a_day


def test_the_day_is_shown_while_the_clock_runs_and_after_the_result(house: House) -> None:
    dossier = fresh(house.on_the_desk_of_the_specialist())
    for state in (State.RECEIVED, State.PROCESSING, State.DONE, State.RETURNED):
        dossier.state = state
        assert dossier.due_shown == dossier.due_words
