"""L10, L11: a flood, codes that nobody types in and a spray are seen, whatever phones and networks they use."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from tests.accounts import people

from motcua.accounts import opening, passcodes
from motcua.limits import everywhere
from motcua.limits.everywhere import Code, State, Watch
from motcua.limits.models import Minute
from motcua.outbox.models import Message
from motcua.web import proof_of_work

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timedelta()


@pytest.fixture(autouse=True)
def calm() -> Iterator[None]:
    everywhere.judge()
    yield


def minutes(what: Code, times: int, ago: timedelta = NOW) -> None:
    """So many in the minute that lies so far back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO limits_minute AS m (minute, what, shard, times)"
            " VALUES (date_trunc('minute', clock_timestamp() - %s), %s, 99, %s)"
            " ON CONFLICT (minute, what, shard) DO UPDATE SET times = m.times + excluded.times",
            [ago, what.value, times],
        )


def usual(a_minute: int, days: int = 14) -> None:
    """The hour of now, on the days before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO limits_minute (minute, what, shard, times)"
            " SELECT date_trunc('hour', clock_timestamp()) - make_interval(days => d) + make_interval(mins => n),"
            " 'SENT', 99, %s FROM generate_series(1, %s) AS d, generate_series(0, 59) AS n",
            [a_minute, days],
        )


def state(watch: Watch = Watch.L10) -> State:
    everywhere.judge()
    return everywhere.state_of(watch)


def let_go(by: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE limits_watch SET held_until = held_until - %s", [by])
        cursor.execute("UPDATE limits_minute SET minute = minute - %s", [by])


def test_ordinary_traffic_is_calm() -> None:
    usual(20)
    minutes(Code.SENT, 40)
    minutes(Code.RIGHT, 35)
    minutes(Code.WRONG, 10)
    assert state() is State.CALM and state(Watch.L11) is State.CALM


@pytest.mark.parametrize(
    ("a_minute", "expected"), [(60, State.CALM), (61, State.RAISED)], ids=["three-times", "more"]
)
def test_more_than_three_times_the_usual_of_this_hour_is_a_flood(a_minute: int, expected: State) -> None:
    usual(20)
    minutes(Code.SENT, a_minute)
    assert state() is expected


def test_where_little_is_usual_thirty_a_minute_are_no_flood() -> None:
    usual(1)
    minutes(Code.SENT, everywhere.LEAST_A_MINUTE)
    assert state() is State.CALM
    minutes(Code.SENT, 1)
    assert state() is State.RAISED


def test_on_the_first_day_there_is_nothing_to_compare_with() -> None:
    minutes(Code.SENT, 150)
    assert state() is State.CALM


@pytest.mark.parametrize(
    ("sent", "typed", "expected"),
    [
        (199, 0, State.CALM),
        (200, 60, State.CALM),
        (200, 59, State.RAISED),
        (200, 30, State.RAISED),
        (200, 29, State.PAUSED),
    ],
    ids=["too-few-to-say", "thirty-in-a-hundred", "fewer", "fifteen-in-a-hundred", "fewer-still"],
)
def test_codes_that_nobody_types_in(sent: int, typed: int, expected: State) -> None:
    minutes(Code.SENT, sent, timedelta(minutes=5))
    if typed:
        minutes(Code.RIGHT, typed, timedelta(minutes=4))
    assert state() is expected


def test_decoys_are_no_texts() -> None:
    minutes(Code.DECOY, 5_000, timedelta(minutes=5))
    assert state() is State.CALM


@pytest.mark.parametrize(
    ("wrong", "right", "expected"),
    [
        (1_000, 1_000, State.CALM),
        (1_001, 100_000, State.RAISED),
        (300, 100, State.CALM),
        (301, 100, State.RAISED),
        (99, 0, State.CALM),
    ],
    ids=["a-thousand", "more", "three-for-one", "more-for-one", "too-few-to-say"],
)
def test_a_spray_of_wrong_codes_rings(wrong: int, right: int, expected: State) -> None:
    minutes(Code.WRONG, wrong, timedelta(minutes=3))
    if right:
        minutes(Code.RIGHT, right, timedelta(minutes=3))
    assert state(Watch.L11) is expected


def test_a_measure_lasts_a_quarter_of_an_hour_and_then_ends_by_itself() -> None:
    minutes(Code.SENT, 300, timedelta(minutes=1))
    assert state() is State.PAUSED
    let_go(timedelta(minutes=14))
    Minute.objects.all().delete()
    assert state() is State.PAUSED
    let_go(timedelta(minutes=2))
    assert state() is State.CALM


def test_it_rings_once_when_it_grows_worse_and_not_again_while_it_stands(
    caplog: pytest.LogCaptureFixture,
) -> None:
    minutes(Code.SENT, 200, timedelta(minutes=1))
    minutes(Code.RIGHT, 40, timedelta(minutes=1))
    assert [everywhere.judge() for _ in range(3)] == [1, 0, 0]
    minutes(Code.SENT, 200, timedelta(minutes=1))
    assert [everywhere.judge() for _ in range(2)] == [1, 0]
    (l10, _) = everywhere.standings()
    assert (l10.state, l10.alarms_today, l10.numbers["sent"]) == (State.PAUSED, 2, 400)
    assert sum(record.message == "limits.alarm" for record in caplog.records) == 2


@pytest.mark.race
def test_of_six_workers_at_once_one_rings() -> None:
    minutes(Code.SENT, 300, timedelta(minutes=1))
    gate = threading.Barrier(6)

    def one(_: int) -> int:
        gate.wait()
        try:
            return everywhere.judge()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=6) as pool:
        assert sorted(pool.map(one, range(6))) == [0, 0, 0, 0, 0, 1]


@pytest.mark.race
def test_of_many_senders_at_once_none_is_lost() -> None:
    def some(_: int) -> None:
        try:
            for _ in range(10):
                everywhere.count(Code.SENT)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(some, range(8)))
    assert sum(Minute.objects.values_list("times", flat=True)) == 80


def test_counting_inside_a_transaction_is_a_mistake_of_ours() -> None:
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        everywhere.count(Code.SENT)


def begun(browser: str) -> Any:
    return opening.begin(data=people.data(), browser=browser, from_desk=False, return_to="")


def test_while_it_is_paused_nobody_registers_alone_and_desks_go_on() -> None:
    minutes(Code.SENT, 300, timedelta(minutes=1))
    assert state() is State.PAUSED
    with pytest.raises(everywhere.SelfServicePaused) as no:
        opening.send_code(begun("mot"), device="mot")
    assert no.value.status == 503 and "bộ phận một cửa" in no.value.text
    assert not Message.objects.filter(kind="OTP").exists()

    registration = begun("hai")
    data = opening.data_of(registration)
    sent = passcodes.send(
        binding=opening._binding(registration), phone=data.phone, device="hai", officer="f" * 32
    )
    assert Message.objects.filter(pk=sent.message_id, kind="OTP").exists()


def test_codes_are_counted_as_sent_right_and_wrong() -> None:
    registration = begun("ba")
    opening.send_code(registration, device="ba")
    with pytest.raises(passcodes.CodeRefused):
        opening.confirm_code(registration, code="000000")
    counted = dict(Minute.objects.values_list("what", "times"))
    assert counted["SENT"] == 1 and counted["WRONG"] == 1


def test_while_it_is_raised_browsers_do_four_times_the_arithmetic(settings: Any) -> None:
    settings.PROOF_OF_WORK_COST = 500
    assert proof_of_work.challenge()["maxNumber"] == 500
    minutes(Code.SENT, 200, timedelta(minutes=1))
    minutes(Code.RIGHT, 50, timedelta(minutes=1))
    assert state() is State.RAISED
    assert proof_of_work.challenge()["maxNumber"] == 2_000


def test_minutes_are_forgotten_after_fifteen_days() -> None:
    Minute.objects.create(minute=timezone.now() - timedelta(days=16), what="SENT", shard=1, times=1)
    everywhere.judge()
    assert not Minute.objects.exists()
