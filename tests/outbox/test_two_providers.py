"""Two providers: a text goes by whoever is well, once, and never where it could do harm."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connection

from motcua.outbox import carrying, health, rescuing, sending
from motcua.outbox.lines import Line
from motcua.outbox.models import Handover, Message
from motcua.outbox.models import Provider as Row
from tests.outbox.providers import Provider, Two, code, let_pass, note, notice, standing

pytestmark = pytest.mark.django_db(transaction=True)

State = Message.State


def test_both_carry_in_proportion_to_their_weights() -> None:
    two = Two()
    for nth in range(200):
        notice(f"n:{nth}")
    while two.work():
        pass

    assert len(two.first.taken) + len(two.second.taken) == 200
    assert 60 < len(two.first.taken) < 140


def test_a_text_that_was_surely_not_taken_goes_on_at_once_whatever_its_kind() -> None:
    two = Two(first=Provider("dead"))
    messages = [code("c:1"), notice("n:1"), notice("n:2"), notice("n:3")]
    two.work()

    assert sorted(two.second.taken) == sorted(str(one.reference) for one in messages)


def test_after_three_failures_nobody_asks_a_dead_provider_until_one_text_tries_it_again() -> None:
    two = Two(first=Provider("dead"))
    for nth in range(60):
        notice(f"n:{nth}")
    while two.work():
        pass
    assert two.first.calls == health.IN_A_ROW
    assert standing(two) == {"mot": False, "hai": True}

    two.first.mode = "ok"
    let_pass(5)
    for nth in range(20):
        code(f"c:{nth}")
    while two.work():
        pass
    assert standing(two) == {"mot": True, "hai": True}
    assert two.first.calls > health.IN_A_ROW + 1


def test_a_notice_does_not_try_a_resting_provider_while_another_is_up() -> None:
    two = Two(first=Provider("dead"))
    for nth in range(20):
        notice(f"n:{nth}")
    while two.work():
        pass
    let_pass(60)
    notice("n:x")
    two.work()
    assert two.first.calls == health.IN_A_ROW


def test_each_failed_try_makes_the_rest_longer_up_to_half_a_minute() -> None:
    two = Two(first=Provider("dead"), second=Provider("dead"))
    notice("n:1")
    rests = []
    for _ in range(12):
        two.work()
        let_pass(400)
        rests.append(Row.objects.get(code="mot").rest_seconds)
    assert rests == sorted(rests)
    assert rests[-1] == health.LONGEST_REST


def a_doubtful(two: Two, message: Message) -> None:
    """The first has it in doubt: whichever the weights ask first."""
    for provider in (two.first, two.second):
        provider.mode = "stalls"
    sending.send_due(gateway=two.lines[:1])
    for provider in (two.first, two.second):
        provider.mode = "ok"
    assert Handover.objects.get(reference=message.reference).state == "DOUBTFUL"


def test_a_code_in_doubt_goes_by_the_second_at_once() -> None:
    two = Two(first=Provider("stalls"), repeatable=False)
    message = code("c:1")
    for _ in range(3):
        two.work()
        let_pass(5)

    message.refresh_from_db()
    assert message.state in (State.SENT, State.DELIVERED)
    assert str(message.reference) in two.second.taken


def test_a_notice_in_doubt_waits_for_news_and_is_no_second_text() -> None:
    two = Two(repeatable=False)
    message = notice("n:1")
    a_doubtful(two, message)
    for _ in range(5):
        sending.send_due(gateway=two.lines)
        let_pass(60)
    assert two.second.calls == 0
    assert two.first.calls == 1

    note("mot", str(message.reference), "DELIVERED")

    message.refresh_from_db()
    assert (message.state, message.body_sealed) == (State.DELIVERED, None)
    assert sending.send_due(gateway=two.lines) == 0


def test_a_notice_in_doubt_of_which_no_news_come_goes_by_the_second_in_the_end() -> None:
    two = Two(repeatable=False)
    message = notice("n:1")
    a_doubtful(two, message)
    two.first.untold.clear()
    let_pass(carrying.NOTICE_WAIT.total_seconds() + 400)

    sending.send_due(gateway=two.lines)

    assert two.second.taken == [str(message.reference)]


def test_where_a_reference_is_known_a_second_try_by_the_same_provider_is_no_second_text() -> None:
    two = Two(repeatable=True)
    message = notice("n:1")
    a_doubtful(two, message)
    let_pass(60)
    sending.send_due(gateway=two.lines[:1])

    assert two.first.taken == [str(message.reference)] * 2
    assert two.second.calls == 0


def lost_after_the_yes(lines: list[Line]) -> None:
    """The line's yes is written down; before the message says so, the database is gone for its worker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION test_cut() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'cut'; END$$;"
            " CREATE TRIGGER test_cut BEFORE UPDATE ON outbox_message FOR EACH ROW"
            " WHEN (NEW.state = 'SENT') EXECUTE FUNCTION test_cut()"
        )
    try:
        with pytest.raises(DatabaseError, match="cut"):
            sending.send_due(gateway=lines)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION test_cut CASCADE")
    let_pass(sending.LEASE.total_seconds() + 1)


@pytest.mark.parametrize("promised", [notice, code], ids=["notice", "code"])
def test_a_worker_killed_after_the_yes_leaves_a_text_that_is_sent_and_not_sent_again(promised: Any) -> None:
    two = Two(repeatable=False)
    message = promised("n:1")
    lost_after_the_yes(two.lines)

    sending.send_due(gateway=two.lines)

    message.refresh_from_db()
    assert (message.state, message.gateway_receipt) == (State.SENT, f"r-{message.reference}")
    assert message.body_sealed, "another line may have to say it"
    assert two.arrived(message.reference) == 1
    two.work()
    message.refresh_from_db()
    assert (message.state, message.body_sealed) == (State.DELIVERED, None)


def test_what_a_lost_worker_gave_to_a_line_that_is_gone_is_not_sent_again() -> None:
    two = Two(repeatable=False)
    message = notice("n:1")
    lost_after_the_yes(two.lines[:1])

    sending.send_due(gateway=two.lines[1:])

    message.refresh_from_db()
    assert (message.state, message.body_sealed) == (State.SENT, None), "nobody is left who would tell of it"
    assert two.second.calls == 0


def test_what_a_lost_worker_gave_and_its_line_lost_goes_on_by_the_other_or_is_over() -> None:
    two = Two(first=Provider("silent"), repeatable=False)
    sent = []
    for nth, left in enumerate((two.lines, two.lines[:1])):
        sent.append(notice(f"n:{nth}"))
        lost_after_the_yes(two.lines[:1])
        note("mot", str(sent[-1].reference), "UNDELIVERED")
        sending.send_due(gateway=left)

    first, second = sent
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.state == State.SENT
    assert two.second.taken == [str(first.reference)], "what is surely lost goes on by the other"
    assert (second.state, second.failure) == (State.FAILED, "undelivered"), "there was no other"


def test_a_number_that_one_refuses_is_tried_by_the_other_and_then_never_again() -> None:
    two = Two(first=Provider("refuses"))
    message = notice("n:1")
    two.work()
    message.refresh_from_db()
    assert message.state in (State.SENT, State.DELIVERED)

    two.second.mode = "refuses"
    gone = notice("n:2")
    for _ in range(3):
        two.work()
        let_pass(600)
    gone.refresh_from_db()
    assert (gone.state, gone.failure) == (State.FAILED, "number_rejected")
    assert standing(two) == {"mot": True, "hai": True}


def test_asked_to_go_slower_nobody_is_put_to_rest() -> None:
    two = Two(first=Provider("slower"))
    for nth in range(12):
        notice(f"n:{nth}")
    while two.work():
        pass
    assert standing(two) == {"mot": True, "hai": True}
    assert len(two.second.taken) == 12


def test_half_failing_within_a_minute_is_a_rest_too() -> None:
    two = Two()
    for nth in range(80):
        two.first.mode = "ok" if two.first.calls % 2 else "dead"
        code(f"c:{nth}")
        sending.send_due(gateway=two.lines)
        assert Row.objects.get(code="mot").failures < health.IN_A_ROW
        if not standing(two)["mot"]:
            break
    row = Row.objects.get(code="mot")
    assert (row.state, row.cause) == ("RESTING", "ERRORS")
    assert two.first.calls <= 2 * health.LEAST_TRIED


def test_a_provider_that_takes_without_delivering_is_left_and_its_codes_go_on() -> None:
    two = Two(first=Provider("silent"))
    codes = [code(f"c:{nth}") for nth in range(20)]
    two.work()
    lost = list(two.first.taken)
    assert len(lost) >= health.LEAST_TAKEN

    let_pass(health.GRACE.total_seconds() + 1)
    two.work()
    two.work()

    assert Row.objects.get(code="mot").cause == "UNDELIVERED"
    assert [two.arrived(one.reference) for one in codes] == [1] * 20


def test_its_notices_wait_longer_and_then_go_on_once() -> None:
    two = Two(first=Provider("silent"))
    notices = [notice(f"n:{nth}") for nth in range(20)]
    two.work()
    let_pass(health.GRACE.total_seconds() + 1)
    two.work()
    assert len(two.second.on_the_phone) + len(two.first.taken) == 20

    let_pass(carrying.NOTICE_WAIT.total_seconds())
    for _ in range(3):
        two.work()
    assert [two.arrived(one.reference) for one in notices] == [1] * 20


def test_a_silent_provider_comes_back_only_when_a_text_arrives() -> None:
    two = Two(first=Provider("silent"))
    for nth in range(20):
        code(f"c:{nth}")
    two.work()
    let_pass(health.GRACE.total_seconds() + 1)
    two.work()
    let_pass(60)
    code("c:try")
    two.work()
    assert not standing(two)["mot"], "taking one proves nothing"

    two.first.mode = "ok"
    let_pass(60)
    code("c:again")
    two.work()
    assert standing(two)["mot"]


def test_where_all_only_take_the_least_bad_is_still_asked() -> None:
    two = Two(first=Provider("silent"), second=Provider("silent"))
    for nth in range(40):
        code(f"c:{nth}")
    two.work()
    let_pass(health.GRACE.total_seconds() + 1)
    two.work()
    assert standing(two) == {"mot": False, "hai": False}

    late = notice("n:1")
    two.work()
    late.refresh_from_db()
    assert late.state == State.SENT


def test_news_of_failure_send_a_text_on_and_the_last_failure_ends_it() -> None:
    two = Two(first=Provider("silent"), second=Provider("silent"))
    message = notice("n:1")
    sending.send_due(gateway=two.lines)
    had = "mot" if two.first.taken else "hai"
    note(had, str(message.reference), "UNDELIVERED")
    rescuing.rescue_due(lines=two.lines)
    other = "hai" if had == "mot" else "mot"
    message.refresh_from_db()
    assert (message.state, len(two.first.taken), len(two.second.taken)) == (State.SENT, 1, 1)

    note(other, str(message.reference), "UNDELIVERED")
    rescuing.rescue_due(lines=two.lines)
    message.refresh_from_db()
    assert (message.state, message.failure, message.body_sealed) == (State.FAILED, "undelivered", None)


def test_a_switched_off_provider_carries_nothing_and_one_that_is_off_does_not_keep_a_number_alive() -> None:
    two = Two(second=Provider("refuses"))
    health.read(two.lines)
    Row.objects.filter(code="mot").update(
        ruling="OFF", ruled_by="x", ruled_at=health.DbClock(), ruled_reason="Bảo trì"
    )
    message = notice("n:1")
    two.work()
    message.refresh_from_db()
    assert (two.first.calls, message.state) == (0, State.FAILED)


def test_with_everybody_at_rest_no_text_is_taken_up_and_no_try_is_used() -> None:
    two = Two(first=Provider("dead"), second=Provider("dead"))
    messages = [notice(f"n:{nth}") for nth in range(5)]
    for _ in range(6):
        two.work()
    before = [Message.objects.get(pk=one.pk).attempts for one in messages]
    for _ in range(20):
        two.work()
    assert [Message.objects.get(pk=one.pk).attempts for one in messages] == before


def test_what_a_text_says_is_erased_when_it_arrives_when_a_code_ends_and_when_news_never_come() -> None:
    two = Two(first=Provider("silent"), second=Provider("silent"))
    arrives, ends, lasts = code("c:1"), code("c:2"), notice("n:1")
    two.work()
    assert not Message.objects.filter(body_sealed=None).exists()

    note("mot" if str(arrives.reference) in two.first.taken else "hai", str(arrives.reference), "DELIVERED")
    assert set(Message.objects.filter(body_sealed=None)) == {arrives}
    let_pass(121)
    sending.send_due(gateway=two.lines)
    assert set(Message.objects.filter(body_sealed=None)) == {arrives, ends}
    let_pass(sending.WORDS_KEPT.total_seconds())
    sending.send_due(gateway=two.lines)
    lasts.refresh_from_db()
    assert lasts.body_sealed is None


def test_where_no_news_come_the_words_go_as_soon_as_a_text_is_taken() -> None:
    two = Two(receipts=False)
    message = notice("n:1")
    two.work()
    message.refresh_from_db()
    assert message.body_sealed is None


def test_a_text_is_paid_by_its_parts_at_the_provider_that_took_it_for_the_unit_that_caused_it() -> None:
    two = Two(first=Provider("dead"))
    one = notice("n:1", unit="000.00.19.H08")
    long = notice("n:2", text="Ă" * 71)
    two.work()

    paid = Handover.objects.get(reference=one.reference, state__in=["TAKEN", "DELIVERED"])
    assert (paid.provider, paid.parts, paid.price_vnd, paid.unit_code) == ("hai", 1, 500, "000.00.19.H08")
    paid = Handover.objects.get(reference=long.reference, state__in=["TAKEN", "DELIVERED"])
    assert (paid.parts, paid.price_vnd, paid.unit_code) == (2, 1000, "")


@pytest.mark.race
def test_eight_workers_rescue_each_text_once() -> None:
    two = Two(first=Provider("silent"))
    codes = [code(f"c:{nth}") for nth in range(40)]
    sending.send_due(gateway=two.lines)
    two.second.tell("hai")
    let_pass(health.GRACE.total_seconds() + 1)

    def work(_: int) -> None:
        try:
            rescuing.rescue_due(lines=two.lines)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    assert set(Counter(two.second.taken).values()) == {1}
    assert len(two.second.taken) == len(codes)


@pytest.mark.race
def test_one_text_tries_a_resting_provider_whoever_comes_first() -> None:
    two = Two(first=Provider("dead"))
    for nth in range(20):
        notice(f"n:{nth}")
    while two.work():
        pass
    tried = two.first.calls
    let_pass(60)
    for nth in range(30):
        code(f"c:{nth}")

    def work(_: int) -> None:
        try:
            sending.send_due(gateway=two.lines)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert two.first.calls == tried + 1
