"""One contract for every way a text can leave: the tests' fake and the wire to the simulated operator."""

import os
import threading
from collections.abc import Callable

import httpx
import pytest
from django.db import connection, transaction
from tests.fakes import FakeSms

from motcua.gateways.sms_http import HttpSms
from motcua.kernel.phone import Phone
from motcua.outbox import sending
from motcua.outbox.models import Message
from motcua.outbox.ports import NumberRejected, OperatorBusy, SmsGateway

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


@pytest.fixture(params=["fake", "http"])
def bench(request: pytest.FixtureRequest, outside: httpx.Client, outside_url: str) -> Bench:
    return FakeBench() if request.param == "fake" else HttpBench(outside, outside_url)


def test_a_text_arrives_and_gives_a_receipt(bench: Bench) -> None:
    assert bench.gateway.send(to=TO, text="Ma OTP 012345", reference="r1")
    assert bench.arrived() == ["Ma OTP 012345"]


def test_the_same_reference_gives_the_same_receipt_and_one_text(bench: Bench) -> None:
    first = bench.gateway.send(to=TO, text="Ma OTP 012345", reference="r1")

    assert bench.gateway.send(to=TO, text="Ma OTP 012345", reference="r1") == first
    assert bench.gateway.send(to=TO, text="Ma OTP 999999", reference="r2") != first
    assert len(bench.arrived()) == 2


def test_a_line_that_is_down_means_later(bench: Bench) -> None:
    bench.fault("down")
    with pytest.raises(OperatorBusy):
        bench.gateway.send(to=TO, text="x", reference="r1")
    bench.fault("ok")

    assert bench.gateway.send(to=TO, text="x", reference="r1")


def test_a_rejected_number_means_never(bench: Bench) -> None:
    bench.fault("refusing")

    with pytest.raises(NumberRejected):
        bench.gateway.send(to=TO, text="x", reference="r1")
    assert bench.arrived() == []


def test_many_at_once_all_arrive_once(bench: Bench) -> None:
    def send(number: int) -> None:
        bench.gateway.send(to=TO, text=f"tin {number}", reference=f"r{number % 10}")

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
    with pytest.raises(OperatorBusy):
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
