"""SMPP 3.4 against a message centre that we did not write: bind, alphabets, parts, throttling, receipts, a cut line."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction
from tests.smsc import centre as smsc
from tests.smsc.centre import Centre

from motcua.gateways import smpp_pieces, sms_smpp
from motcua.gateways.sms_smpp import SmppSms
from motcua.kernel.phone import Phone
from motcua.kernel.sms_provider import SmsProvider
from motcua.outbox import sending
from motcua.outbox.lines import Line
from motcua.outbox.models import DeliveryNews, Handover, Message
from motcua.outbox.ports import Heard, MaybeTaken, NumberRejected, OperatorBusy, Throttled

TO = Phone.parse("0900000001")


@pytest.fixture
def centre() -> Iterator[Centre]:
    with smsc.running() as one:
        yield one


def provider(port: int, password: str = smsc.PASSWORD) -> SmsProvider:
    return SmsProvider(
        code="smpp",
        name="SMPP",
        gateway="motcua.gateways.sms_smpp.SmppSms",
        url=f"smpp://127.0.0.1:{port}",
        secret=password,
        receipts=True,
        options={"system_id": "motcua", "sender": "DichVuCong"},
    )


@pytest.fixture
def heard() -> list[Heard]:
    return []


@pytest.fixture
def gateway(centre: Centre, heard: list[Heard]) -> Iterator[SmppSms]:
    made = SmppSms(provider(centre.port), listener=heard.append)
    yield made
    made.close()


def soon(true: object, seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def test_a_text_arrives_as_it_was_written_and_gives_the_centres_id(gateway: SmppSms, centre: Centre) -> None:
    receipt = gateway.send(to=TO, text="Ma OTP: 012345 @ {x}", reference="r1")

    bind, text = centre.next("bind"), centre.next("text")
    assert bind == {"what": "bind", "system_id": "motcua", "good": True}
    assert (text["id"], text["to"], text["from"]) == (receipt, "84900000001", "DichVuCong")
    assert (text["words"], text["data_coding"], text["udh"]) == ("Ma OTP: 012345 @ {x}", 0, None)
    assert text["wants_receipt"] == 1


def test_the_connection_is_kept_and_shared(gateway: SmppSms, centre: Centre) -> None:
    with ThreadPoolExecutor(8) as pool:
        receipts = list(
            pool.map(lambda n: gateway.send(to=TO, text=f"tin {n}", reference=f"r{n}"), range(60))
        )
    assert len(set(receipts)) == 60
    centre.mood(receipts="")
    assert [told["what"] for told in centre.events].count("bind") == 1
    arrived = {told["words"]: told["id"] for told in centre.events if told["what"] == "text"}
    assert arrived == {f"tin {n}": receipts[n] for n in range(60)}


def test_marks_make_it_ucs2_and_length_makes_it_parts_of_which_the_last_is_receipted(
    gateway: SmppSms, centre: Centre
) -> None:
    gateway.send(to=TO, text="Hồ sơ đã có kết quả.", reference="r1")
    marked = centre.next("text")
    assert (marked["words"], marked["data_coding"]) == ("Hồ sơ đã có kết quả.", 8)

    long = "a" * 152 + "{" + "b" * 100  # the brace takes two places, and is not cut
    receipt = gateway.send(to=TO, text=long, reference="r2")
    parts = [centre.next("text"), centre.next("text")]
    assert [part["wants_receipt"] for part in parts] == [0, 1]
    assert parts[-1]["id"] == receipt
    assert all(part["udh"] and part["esm_class"] & 0x40 for part in parts)
    assert "".join(part["words"] for part in parts) == long


@pytest.mark.parametrize(
    ("text", "parts", "coding"),
    [
        ("a" * 160, 1, 0),
        ("a" * 161, 2, 0),
        ("€" * 80, 1, 0),
        ("€" * 81, 2, 0),
        ("ế" * 70, 1, 8),
        ("ế" * 71, 2, 8),
    ],
)
def test_the_parts_are_as_the_operators_count_them(text: str, parts: int, coding: int) -> None:
    ready = smpp_pieces.encoded(text)
    assert (len(ready.parts), ready.data_coding) == (parts, coding)
    assert all(len(part) <= 160 if coding == 0 else len(part) <= 140 for part in ready.parts)


def test_throttled_means_slower_and_nothing_was_taken(gateway: SmppSms, centre: Centre) -> None:
    centre.mood(throttle=2)
    assert gateway.send(to=TO, text="x", reference="r1")
    with pytest.raises(Throttled):
        gateway.send(to=TO, text="x", reference="r2")


def test_a_number_the_centre_does_not_know_is_rejected(gateway: SmppSms, centre: Centre) -> None:
    centre.mood(refuse=True)
    with pytest.raises(NumberRejected):
        gateway.send(to=TO, text="x", reference="r1")


def test_no_answer_is_doubt(gateway: SmppSms, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms_smpp, "_ANSWER", 0.5)
    centre.mood(mute=True)
    began = time.monotonic()
    with pytest.raises(MaybeTaken):
        gateway.send(to=TO, text="x", reference="r1")
    assert time.monotonic() - began < 4


def test_a_line_that_is_cut_while_an_answer_is_waited_for_is_doubt_and_is_bound_anew(
    gateway: SmppSms, centre: Centre
) -> None:
    gateway.send(to=TO, text="x", reference="r1")
    centre.mood(mute=True)
    outcome: list[type[Exception]] = []

    def waits() -> None:
        try:
            gateway.send(to=TO, text="y", reference="r2")
        except OperatorBusy as busy:
            outcome.append(type(busy))

    thread = threading.Thread(target=waits)
    thread.start()
    centre.next("muted")
    centre.mood(drop=True)
    thread.join(10)
    assert outcome == [MaybeTaken]

    centre.mood(mute=False)
    assert gateway.send(to=TO, text="z", reference="r3")
    centre.next("text")
    assert [told["what"] for told in centre.events].count("bind") == 2


@pytest.mark.parametrize("wrong", ["password", "port"])
def test_who_is_not_let_in_or_finds_nobody_tries_later(centre: Centre, wrong: str) -> None:
    port = 9 if wrong == "port" else centre.port
    other = SmppSms(provider(port, "sai-mat-khau" if wrong == "password" else smsc.PASSWORD))
    with pytest.raises(OperatorBusy) as busy:
        other.send(to=TO, text="x", reference="r1")
    assert busy.type is OperatorBusy


def test_a_quiet_line_is_asked_whether_it_lives(
    gateway: SmppSms, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms_smpp, "_ENQUIRE_AFTER", 0.2)
    monkeypatch.setattr(sms_smpp, "_LOOK", 0.1)
    gateway.send(to=TO, text="x", reference="r1")
    assert centre.next("enquire_link")
    assert centre.next("enquire_link")


@pytest.mark.parametrize(("stat", "said"), [("DELIVRD", "DELIVERED"), ("UNDELIV", "UNDELIVERED")])
def test_a_receipt_is_heard_and_answered(
    gateway: SmppSms, centre: Centre, heard: list[Heard], stat: str, said: str
) -> None:
    centre.mood(receipts=stat)
    receipt = gateway.send(to=TO, text="x", reference="r1")
    assert centre.next("receipt_answered")["status"] == 0
    assert [(one.receipt, one.said) for one in heard] == [(receipt, said)]


def test_a_receipt_that_could_not_be_written_down_is_asked_for_again(centre: Centre) -> None:
    def broken(_: Heard) -> None:
        raise RuntimeError

    made = SmppSms(provider(centre.port), listener=broken)
    made.send(to=TO, text="x", reference="r1")
    assert centre.next("receipt_answered")["status"] == 0x64
    made.close()


def enqueue(key: str = "n:1") -> Message:
    with transaction.atomic():
        return sending.enqueue(to=TO, text="Tai khoan da mo.", purpose="account_opened", dedupe_key=key)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("early", [False, True], ids=["after the answer", "before the answer"])
def test_through_the_outbox_a_text_is_delivered_when_its_receipt_says_so(centre: Centre, early: bool) -> None:
    centre.mood(early=early)
    message = enqueue()
    gateway = SmppSms(provider(centre.port))
    sending.send_due(gateway=[Line("smpp", gateway, receipts=True, repeatable=SmppSms.repeatable)])
    centre.next("receipt_answered")

    soon(lambda: Message.objects.get(pk=message.pk).state == "DELIVERED")
    assert DeliveryNews.objects.get().applied
    gateway.close()


@pytest.mark.django_db(transaction=True)
def test_what_may_have_been_taken_is_never_handed_to_the_same_centre_again(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms_smpp, "_ANSWER", 0.4)
    centre.mood(mute=True)
    enqueue()
    gateway = SmppSms(provider(centre.port))
    line = Line("smpp", gateway, receipts=True, repeatable=SmppSms.repeatable)
    sending.send_due(gateway=[line])
    centre.mood(mute=False)
    for _ in range(3):
        Message.objects.update(not_before=sending.DbClock())
        sending.send_due(gateway=[line])

    assert Handover.objects.get().state == "DOUBTFUL"
    assert [told["what"] for told in centre.events].count("muted") == 1
    assert "text" not in [told["what"] for told in centre.events]
    gateway.close()
