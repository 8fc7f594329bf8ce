"""A text leaves once, in time, or not at all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.kernel.phone import Phone
from motcua.outbox import sending
from motcua.outbox.models import Message
from motcua.outbox.sending import Progress
from tests.fakes import FakeSms

pytestmark = pytest.mark.django_db(transaction=True)

TO = Phone.parse("0900000001")
State = Message.State


def in_two_minutes() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=120)


def enqueue_code(key: str = "passcode:1", *, expires_at: datetime | None = None) -> Message:
    with transaction.atomic():
        return sending.enqueue(
            to=TO,
            text="Ma OTP 012345",
            purpose="otp_register",
            dedupe_key=key,
            expires_at=expires_at or in_two_minutes(),
        )


def enqueue_notice(key: str = "account_opened:1") -> Message:
    with transaction.atomic():
        return sending.enqueue(to=TO, text="Tai khoan da mo.", purpose="account_opened", dedupe_key=key)


def let_time_pass(by: timedelta) -> None:
    """The database's clock cannot be moved, so everything it compares with is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_message SET not_before = not_before - make_interval(secs => %s),"
            " expires_at = expires_at - make_interval(secs => %s),"
            " lease_until = lease_until - make_interval(secs => %s)",
            [by.total_seconds()] * 3,
        )


class Unplugged(BaseException):
    """The worker's process is gone: nothing after this line runs."""


class DiesAfter(FakeSms):
    """Hands the message over and takes the worker with it."""

    def send(self, *, to: Phone, text: str, reference: str) -> str:
        super().send(to=to, text=text, reference=reference)
        raise Unplugged


def test_a_text_promised_in_a_transaction_that_fails_never_leaves() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        sending.enqueue(to=TO, text="x", purpose="p", dedupe_key="k")
        raise ZeroDivisionError
    gateway = FakeSms()

    assert sending.send_due(gateway=gateway) == 0
    assert gateway.messages == []


def test_a_text_leaves_once_and_its_words_are_erased() -> None:
    message = enqueue_code()
    gateway = FakeSms()
    assert sending.status(message.pk) is Progress.WAITING

    assert sending.send_due(gateway=gateway) == 1
    assert sending.send_due(gateway=gateway) == 0

    message.refresh_from_db()
    assert gateway.texts_to(TO) == ["Ma OTP 012345"]
    assert (message.state, message.body_sealed) == (State.SENT, None)
    assert message.gateway_receipt == f"fake-{message.reference}"
    assert sending.status(message.pk) is Progress.SENT


def test_neither_number_nor_text_can_be_read_in_the_table() -> None:
    message = enqueue_code()

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(m)::text FROM outbox_message m")
        row = cursor.fetchone()[0]
    for secret in ("900000001", "012345", TO.value.encode().hex(), b"012345".hex()):
        assert secret not in row
    assert "0900000001" not in f"{message!r} {message}"


def test_the_same_promise_twice_is_one_text() -> None:
    first = enqueue_notice()
    second = enqueue_notice()

    assert first.pk == second.pk
    assert sending.send_due(gateway=FakeSms()) == 1


def test_codes_go_before_notices() -> None:
    enqueue_notice()
    enqueue_code()
    gateway = FakeSms()

    sending.send_due(gateway=gateway)

    assert [text for _, text, _ in gateway.messages] == ["Ma OTP 012345", "Tai khoan da mo."]


def test_after_an_outage_of_ten_minutes_no_code_leaves_and_every_notice_leaves_once() -> None:
    """V-17."""
    codes = [enqueue_code(f"passcode:{n}") for n in range(10)]
    notices = [enqueue_notice(f"account_opened:{n}") for n in range(5)]
    gateway = FakeSms(busy=True)
    for _ in range(10):
        sending.send_due(gateway=gateway)
        let_time_pass(timedelta(seconds=60))
    gateway.busy = False

    for _ in range(3):
        sending.send_due(gateway=gateway)

    assert {text for _, text, _ in gateway.messages} == {"Tai khoan da mo."}
    assert len(gateway.messages) == len(notices)
    states = set(
        Message.objects.filter(pk__in=[code.pk for code in codes]).values_list("state", "body_sealed")
    )
    assert states == {(State.EXPIRED, None)}
    assert sending.status(codes[0].pk) is Progress.FAILED


def test_a_code_with_a_second_to_live_is_not_sent() -> None:
    enqueue_code(expires_at=datetime.now(UTC) + timedelta(seconds=1.5))
    gateway = FakeSms()

    sending.send_due(gateway=gateway)

    assert gateway.messages == []


def test_a_code_that_expires_between_claim_and_call_is_not_sent() -> None:
    enqueue_code()
    claimed = sending._claim()
    assert claimed is not None
    let_time_pass(timedelta(seconds=119))
    gateway = FakeSms()

    sending._send(claimed, gateway)

    assert gateway.calls == 0
    assert Message.objects.get().state == State.EXPIRED


def test_a_busy_gateway_is_tried_again_within_the_life_of_the_code() -> None:
    message = enqueue_code()
    gateway = FakeSms(busy=True)
    for _ in range(5):
        sending.send_due(gateway=gateway)
        let_time_pass(timedelta(seconds=5))
    gateway.busy = False
    sending.send_due(gateway=gateway)

    message.refresh_from_db()
    assert message.state == State.SENT
    assert message.attempts == 6


def test_a_line_that_is_down_is_not_tried_for_the_whole_queue() -> None:
    for n in range(20):
        enqueue_notice(f"account_opened:{n}")
    gateway = FakeSms(busy=True)

    sending.send_due(gateway=gateway)

    assert gateway.calls == sending.BUSY_IN_A_ROW


def test_a_rejected_number_is_never_tried_again() -> None:
    message = enqueue_notice()
    gateway = FakeSms(rejected={TO.value})
    sending.send_due(gateway=gateway)
    let_time_pass(timedelta(days=1))
    sending.send_due(gateway=gateway)

    message.refresh_from_db()
    assert (message.state, message.failure, message.body_sealed) == (State.FAILED, "number_rejected", None)
    assert gateway.calls == 1


def test_a_worker_that_dies_after_handing_over_does_not_text_twice() -> None:
    enqueue_notice()
    gateway = DiesAfter()
    with pytest.raises(Unplugged):
        sending.send_due(gateway=gateway)
    assert Message.objects.get().state == State.SENDING
    survivor = FakeSms(messages=gateway.messages)

    assert sending.send_due(gateway=survivor) == 0
    let_time_pass(sending.LEASE)
    assert sending.send_due(gateway=survivor) == 1

    assert len(survivor.messages) == 1
    assert Message.objects.get().state == State.SENT


def test_a_worker_whose_lease_ran_out_changes_nothing() -> None:
    message = enqueue_notice()
    late = sending._claim()
    assert late is not None
    let_time_pass(sending.LEASE)
    sending.send_due(gateway=FakeSms())

    sending._send(late, FakeSms(rejected={TO.value}))

    message.refresh_from_db()
    assert message.state == State.SENT


def test_no_transaction_is_open_while_the_gateway_thinks() -> None:
    seen: list[bool] = []

    class Curious(FakeSms):
        def send(self, *, to: Phone, text: str, reference: str) -> str:
            seen.append(connection.in_atomic_block)
            return super().send(to=to, text=text, reference=reference)

    enqueue_notice()
    sending.send_due(gateway=Curious())

    assert seen == [False]


def test_sending_inside_a_transaction_is_a_programming_error() -> None:
    enqueue_notice()
    with pytest.raises(RuntimeError), transaction.atomic():
        sending.send_due(gateway=FakeSms())


def test_a_gateway_that_breaks_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(FakeSms):
        def send(self, *, to: Phone, text: str, reference: str) -> str:
            if "OTP" in text:
                raise KeyError(to.value)
            return super().send(to=to, text=text, reference=reference)

    enqueue_code()
    enqueue_notice()
    gateway = Broken()

    assert sending.send_due(gateway=gateway) == 1
    assert TO.value not in caplog.text


def test_a_row_that_was_tampered_with_fails_and_the_rest_leaves() -> None:
    bad = enqueue_code()
    Message.objects.filter(pk=bad.pk).update(to_sealed=b"x" * 40)
    enqueue_notice()

    assert sending.send_due(gateway=FakeSms()) == 1
    bad.refresh_from_db()
    assert (bad.state, bad.failure) == (State.FAILED, "unreadable")


@pytest.mark.race
def test_many_workers_send_each_text_once() -> None:
    for n in range(40):
        enqueue_notice(f"account_opened:{n}")
    gateway = FakeSms(slow=0.002)

    def work(_: int) -> int:
        try:
            return sending.send_due(gateway=gateway)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(work, range(8)))

    assert sum(counts) == gateway.calls == len(gateway.messages) == 40


def test_a_code_without_an_end_is_refused_by_the_function_and_by_the_database() -> None:
    with pytest.raises(ValueError, match="expires_at"):
        sending.enqueue(to=TO, text="x", purpose="otp_reset", dedupe_key="k")
    message = enqueue_code()
    with pytest.raises(IntegrityError, match="outbox_otp_expires"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(expires_at=None)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"kind": "LETTER"}, "outbox_message_words"),
        ({"state": "FAILED"}, "outbox_body_erased"),
        ({"body_sealed": None}, "outbox_body_erased"),
        ({"state": "SENDING"}, "outbox_message_lease"),
        ({"sent_at": datetime(2026, 1, 1, tzinfo=UTC)}, "outbox_sent_has_time"),
        ({"to_bi": b"short"}, "outbox_to_bi_length"),
    ],
)
def test_the_table_cannot_lie(change: dict[str, object], rule: str) -> None:
    message = enqueue_notice()

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**change)
    # Without this one rule the same change goes through: it is this rule that refuses.
    with pytest.raises(Undone), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE outbox_message DROP CONSTRAINT {rule}")
        Message.objects.filter(pk=message.pk).update(**change)
        raise Undone


class Undone(Exception):
    pass
