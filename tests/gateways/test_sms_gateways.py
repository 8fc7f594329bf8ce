"""One contract for every way a text can leave: the tests' fake and the wire to the simulated operator."""

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from django.db import connection, transaction
from tests.fakes import FakeSms

from motcua.gateways import sms_lines
from motcua.gateways.sms_http import HttpSms
from motcua.gateways.sms_templates import KindsWithoutTemplate, TemplateSms
from motcua.gateways.wire import Wire
from motcua.kernel.phone import Phone
from motcua.kernel.sms_provider import SmsProvider
from motcua.outbox import samples, sending, texts
from motcua.outbox.models import Message
from motcua.outbox.ports import CannotCarry, MaybeTaken, NumberRejected, OperatorBusy, SmsGateway

TO = Phone.parse("0900000001")
SECRET = "chi-dung-khi-chay-thu"


class Bench:
    """A gateway, how to break it, and what arrived."""

    gateway: SmsGateway

    def fault(self, state: str) -> None:
        raise NotImplementedError

    def arrived(self) -> list[str]:
        raise NotImplementedError


class FakeBench(Bench):
    def __init__(self) -> None:
        self.gateway = self.fake = FakeSms()

    def fault(self, state: str) -> None:
        self.fake.busy = state == "down"
        self.fake.rejected = {TO.value} if state == "refusing" else set()

    def arrived(self) -> list[str]:
        return self.fake.texts_to(TO)


class HttpBench(Bench):
    def __init__(self, outside: httpx.Client, url: str) -> None:
        self.outside = outside
        self.gateway = HttpSms(f"{url}/sms/messages", SECRET)

    def fault(self, state: str) -> None:
        self.outside.post("/su-co", json={"gateway": state})

    def arrived(self) -> list[str]:
        return [text["text"] for text in self.outside.get(f"/dien-thoai/{TO.local}.json").json()]


class TemplateBench(HttpBench):
    """The provider that has our words registered, by the numbers of their kinds."""

    def __init__(self, outside: httpx.Client, url: str) -> None:
        self.outside = outside
        self.gateway = TemplateSms(a_template_provider(f"{url}/sms/templates"))

    def fault(self, state: str) -> None:
        self.outside.post("/su-co", json={"gateway2": state})


def a_template_provider(url: str, **options: object) -> SmsProvider:
    given = {"fields": {"name": "send_sms_list", "LABELID": "7"}, "templates": "by_kind", **options}
    return SmsProvider(code="phu", name="phu", gateway="x", url=url, secret=SECRET, options=given)


@pytest.fixture(params=["fake", "http", "templates"])
def bench(request: pytest.FixtureRequest, outside: httpx.Client, outside_url: str) -> Bench:
    if request.param == "fake":
        return FakeBench()
    kinds = {"http": HttpBench, "templates": TemplateBench}
    return kinds[request.param](outside, outside_url)


def passcode(code: str) -> str:
    return texts.passcode("REGISTER", code, 1, datetime(2026, 11, 30, 8, 0, tzinfo=UTC))


def test_a_text_arrives_and_gives_a_receipt(bench: Bench) -> None:
    assert bench.gateway.send(to=TO, text=passcode("012345"), reference="r1")
    assert bench.arrived() == [passcode("012345")]


def test_the_same_reference_gives_the_same_receipt_and_one_text(bench: Bench) -> None:
    first = bench.gateway.send(to=TO, text=passcode("012345"), reference="r1")

    assert bench.gateway.send(to=TO, text=passcode("012345"), reference="r1") == first
    assert bench.gateway.send(to=TO, text=passcode("999999"), reference="r2") != first
    assert len(bench.arrived()) == 2


@pytest.mark.parametrize("one", samples.registered(), ids=lambda one: one.kind)
def test_every_kind_of_text_is_composed_by_the_provider_as_it_was_promised(
    outside: httpx.Client, outside_url: str, one: samples.Registered
) -> None:
    bench = TemplateBench(outside, outside_url)
    bench.gateway.send(to=TO, text=one.example, reference="r1")
    assert bench.arrived() == [one.example]


def test_what_leaves_is_the_template_and_its_numbered_values(
    outside_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []
    ask = Wire.ask

    def listening(self: Wire, question: Any, **more: Any) -> Any:
        asked.append(question["RQST"])
        return ask(self, question, **more)

    monkeypatch.setattr(Wire, "ask", listening)
    TemplateSms(a_template_provider(f"{outside_url}/sms/templates")).send(
        to=TO, text=passcode("012345"), reference="r1"
    )
    (sent,) = asked
    assert (sent["REQID"], sent["TEMPLATEID"], sent["MOBILELIST"]) == ("r1", "otp_register", "84900000001")
    assert (sent["LABELID"], sent["name"]) == ("7", "send_sms_list")
    assert sent["PARAMS"] == [
        {"NUM": "1", "CONTENT": "012345"},
        {"NUM": "2", "CONTENT": "1"},
        {"NUM": "3", "CONTENT": "15:00:00"},
    ]


def test_words_that_nobody_registered_are_not_carried(outside: httpx.Client, outside_url: str) -> None:
    bench = TemplateBench(outside, outside_url)
    with pytest.raises(CannotCarry):
        bench.gateway.send(to=TO, text=passcode("012345") + " Goi 0900000009.", reference="r1")
    assert bench.arrived() == []


def test_a_kind_without_a_template_stops_the_start_and_is_named() -> None:
    some = {one.kind: "1" for one in samples.registered() if one.kind != "otp_reset"}
    with pytest.raises(KindsWithoutTemplate, match="otp_reset"):
        TemplateSms(a_template_provider("https://x.vn/", templates=some))
    assert TemplateSms(a_template_provider("https://x.vn/", templates=some, never=["otp_reset"]))


def test_all_lines_of_the_settings_are_made_at_the_start() -> None:
    lines = sms_lines.configured()
    assert [(line.code, line.weight, line.repeatable) for line in lines] == [
        ("chinh", 2, True),
        ("phu", 1, False),
    ]


def test_a_line_that_is_down_means_later(bench: Bench) -> None:
    bench.fault("down")
    with pytest.raises(OperatorBusy) as busy:
        bench.gateway.send(to=TO, text=passcode("1"), reference="r1")
    assert not isinstance(busy.value, MaybeTaken), "surely not taken: another may carry it at once"
    bench.fault("ok")

    assert bench.gateway.send(to=TO, text=passcode("1"), reference="r1")


def test_a_rejected_number_means_never(bench: Bench) -> None:
    bench.fault("refusing")

    with pytest.raises(NumberRejected):
        bench.gateway.send(to=TO, text=passcode("1"), reference="r1")
    assert bench.arrived() == []


def test_many_at_once_all_arrive_once(bench: Bench) -> None:
    def send(number: int) -> None:
        bench.gateway.send(to=TO, text=passcode(f"{number}"), reference=f"r{number % 10}")

    threads = [threading.Thread(target=send, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(bench.arrived()) == 10


def test_a_slow_gateway_means_later_and_the_second_try_is_not_a_second_text(
    outside: httpx.Client, outside_url: str
) -> None:
    slow = HttpBench(outside, outside_url)
    slow.fault("slow")
    with pytest.raises(MaybeTaken):
        slow.gateway.send(to=TO, text="x", reference="r1")
    slow.fault("ok")
    slow.gateway.send(to=TO, text="x", reference="r1")

    assert slow.arrived() == ["x"]


def test_a_silent_gateway_takes_texts_that_never_arrive(outside: httpx.Client, outside_url: str) -> None:
    silent = HttpBench(outside, outside_url)
    silent.fault("silent")

    assert silent.gateway.send(to=TO, text="x", reference="r1")
    assert silent.arrived() == []


def test_another_secret_is_not_served(outside_url: str) -> None:
    with pytest.raises(OperatorBusy):
        HttpSms(f"{outside_url}/sms/messages", "khac").send(to=TO, text="x", reference="r1")


def test_nobody_listening_means_later() -> None:
    with pytest.raises(OperatorBusy):
        HttpSms("http://127.0.0.1:9/sms/messages", SECRET).send(to=TO, text="x", reference="r1")


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_handing_over_and_noting_it_texts_once(
    outside: httpx.Client, outside_url: str
) -> None:
    """A real process dies by its own hand after the gateway took the text and before the row says so."""
    gateway = HttpSms(f"{outside_url}/sms/messages", SECRET)
    with transaction.atomic():
        sending.enqueue(
            to=TO, text="Tai khoan da mo.", purpose="account_opened", dedupe_key="account_opened:1"
        )
    connection.close()

    def die_after_sending() -> None:
        class Dying:
            def send(self, *, to: Phone, text: str, reference: str) -> str:
                gateway.send(to=to, text=text, reference=reference)
                os._exit(9)

        sending.send_due(gateway=Dying())

    assert in_a_child(die_after_sending) == 9
    assert Message.objects.get().state == Message.State.SENDING
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_message SET lease_until = lease_until - make_interval(secs => %s)",
            [sending.LEASE.total_seconds() + 1],
        )

    assert sending.send_due(gateway=gateway) == 1

    assert Message.objects.get().state == Message.State.SENT
    texts = outside.get(f"/dien-thoai/{TO.local}.json").json()
    assert [text["text"] for text in texts] == ["Tai khoan da mo."]


def in_a_child(act: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
