"""An idle worker looks, and does no more: a look says no only where the work would find nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from motcua.kernel.email_address import EmailAddress
from motcua.ops import working
from motcua.ops.working import Round
from motcua.outbox import errands, looking, mailing, sending
from motcua.outbox.models import Errand, Letter, Message
from tests.outbox.providers import TO, Two, code, let_pass, notice

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_text_is_seen_until_it_has_left_and_its_words_are_erased() -> None:
    two = Two()
    assert not looking.texts()
    code("c")
    assert looking.texts()
    sending.send_due(gateway=two.lines, limit=5)
    assert not looking.texts() and Message.objects.get().body_sealed is not None
    let_pass(121)
    assert looking.texts(), "the words of a code that is over are still here"
    sending.send_due(gateway=two.lines, limit=5)
    assert not looking.texts() and Message.objects.get().body_sealed is None


def test_words_of_a_notice_are_seen_when_their_time_is_over() -> None:
    two = Two()
    notice("n")
    sending.send_due(gateway=two.lines, limit=5)
    assert not looking.texts()
    let_pass(sending.WORDS_KEPT.total_seconds() + 1)
    assert looking.texts()
    sending.send_due(gateway=two.lines, limit=5)
    assert not looking.texts() and Message.objects.get().body_sealed is None


def test_a_text_that_waits_for_later_is_seen_later_and_one_that_lapses_meanwhile_too() -> None:
    now = datetime.now(UTC)
    with transaction.atomic():
        sending.enqueue(
            to=TO, text="Ma OTP 012345", purpose="otp_register", dedupe_key="late",
            not_before=now + timedelta(seconds=300), expires_at=now + timedelta(seconds=200),
        )  # fmt: skip
    assert not looking.texts()
    let_pass(199)
    assert looking.texts(), "too late to be of use, though its turn has not come"
    sending.send_due(gateway=Two().lines, limit=5)
    assert not looking.texts() and Message.objects.get().state == "EXPIRED"


def test_a_text_in_somebodys_hand_is_left_alone_until_the_lease_is_over() -> None:
    notice("n")
    assert sending._claim() is not None
    assert not looking.texts()
    let_pass(sending.LEASE.total_seconds() + 1)
    assert looking.texts()


def test_letters_and_errands_are_seen_when_they_are_due_or_dropped() -> None:
    assert not looking.letters() and not looking.errands()
    with transaction.atomic():
        mailing.enqueue(
            to=EmailAddress.parse("mau@vi-du.vn"), subject="Thư thử", text="Nội dung", purpose="email_proof",
            dedupe_key="l", expires_at=datetime.now(UTC) + timedelta(minutes=10),
        )  # fmt: skip
        errands.promise("vault.put", "k", {"paper": 7})
    assert looking.letters() and looking.errands()
    assert mailing._claim() is not None and errands._claim(("vault.put",)) is not None
    assert not looking.letters() and not looking.errands(), "in somebody's hand"
    for rows in (Letter.objects.all(), Errand.objects.all()):
        rows.update(lease_until=datetime.now(UTC) - timedelta(seconds=1))
    assert looking.letters() and looking.errands(), "whoever had it is gone"


def test_an_idle_round_costs_one_statement() -> None:
    lines = Two().lines
    often: list[Round] = [
        each
        for each in (*working.rounds(), *working.text_rounds(lines, first=True), *working.national_rounds())
        if each.every == 0.0
    ]
    assert {each.kind for each in often} >= {"errand", "message"}
    for each in often:
        with CaptureQueriesContext(connection) as asked:
            assert working._try(each) == 0
        assert len(asked) == 1, each.kind
