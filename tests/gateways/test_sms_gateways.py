"""One contract for every way a text can leave: the tests' fake and the wire to the simulated operator."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from defusedxml.ElementTree import fromstring
from django.db import connection, transaction
from tests.fakes import FakeSms

from motcua.gateways import sms_lines
from motcua.gateways.sms_http import HttpSms
from motcua.gateways.sms_soap import ENVELOPE, OPERATION, SoapSms
from motcua.gateways.sms_templates import KindsWithoutTemplate, TemplateSms
from motcua.gateways.wire import Wire
from motcua.kernel.phone import Phone
from motcua.kernel.sms_provider import NotAProvider, SmsProvider
from motcua.outbox import samples, sending, texts
from motcua.outbox.models import Message
from motcua.outbox.ports import CannotCarry, MaybeTaken, NumberRejected, OperatorBusy, SmsGateway, Throttled

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


class SoapBench(HttpBench):
    """The bulk gateway that speaks SOAP."""

    def __init__(self, outside: httpx.Client, url: str) -> None:
        self.outside = outside
        self.gateway = SoapSms(a_soap_provider(f"{url}/sms/bulkapi"))


def a_soap_provider(url: str, secret: str = SECRET, **options: object) -> SmsProvider:
    given = {"user": "motcua", "cp_code": "MOTCUA", "service_id": "DichVuCong", **options}
    return SmsProvider(code="viettel", name="v", gateway="x", url=url, secret=secret, options=given)


def a_template_provider(url: str, **options: object) -> SmsProvider:
    given = {"fields": {"name": "send_sms_list", "LABELID": "7"}, "templates": "by_kind", **options}
    return SmsProvider(code="phu", name="phu", gateway="x", url=url, secret=SECRET, options=given)


@pytest.fixture(params=["fake", "http", "templates", "soap"])
def bench(request: pytest.FixtureRequest, outside: httpx.Client, outside_url: str) -> Bench:
    if request.param == "fake":
        return FakeBench()
    kinds = {"http": HttpBench, "templates": TemplateBench, "soap": SoapBench}
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


def test_what_leaves_is_the_envelope_of_the_bulk_gateway(
    outside_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[bytes, str]] = []
    post = Wire.post

    def listening(self: Wire, body: bytes, *, content_type: str, **more: Any) -> Any:
        asked.append((body, content_type))
        return post(self, body, content_type=content_type, **more)

    monkeypatch.setattr(Wire, "post", listening)
    gateway = SoapSms(a_soap_provider(f"{outside_url}/sms/bulkapi"))
    receipt = gateway.send(to=TO, text="Ma <1> & 2", reference="r1")
    gateway.send(to=TO, text="Mã", reference="r2")

    (body, kind), (marked, _) = asked
    assert kind == "text/xml; charset=utf-8"
    operation = fromstring(body).find(f"./{{{ENVELOPE}}}Body/{{{OPERATION}}}wsCpMt")
    assert operation is not None
    fields = {each.tag: each.text for each in operation}
    assert list(fields) == [
        "User", "Password", "CPCode", "RequestID", "UserID", "ReceiverID", "ServiceID", "CommandCode", "Content",
        "ContentType",
    ]  # fmt: skip
    assert fields["ReceiverID"] == fields["UserID"] == "84900000001"
    assert fields["RequestID"] == receipt and receipt.isdecimal()
    assert (fields["Content"], fields["CommandCode"], fields["ContentType"]) == ("Ma <1> & 2", "bulksms", "0")
    assert b"<ContentType>1</ContentType>" in marked


SAYS: list[tuple[str, type[Exception]]] = [
    ("Check ReceiverID: FORMAT_ERROR", NumberRejected),
    ("Unable to check telco from input receiver", NumberRejected),
    ("Check template: CONTENT_NOT_MATCH_TEMPLATE", CannotCarry),
    ("Check Content: MSG_ERROR_CONTAIN_BLACKLIST", CannotCarry),
    ("Check ServiceID: ALIAS_INVALID:TELCO=VN", CannotCarry),
    ("Check ServiceID: DUPLICATE MESSAGE", MaybeTaken),
    ("WRONG_INFORMATION_AUTHENTICATE", OperatorBusy),
    ("Check information error", OperatorBusy),
    ("Qua tai", Throttled),
]


@pytest.mark.parametrize(("said", "means"), SAYS, ids=[said for said, _ in SAYS])
def test_the_sentence_of_the_bulk_gateway_says_what_to_do(said: str, means: type[Exception]) -> None:
    with answering(200, soap_answer("0", said)) as url, pytest.raises(means) as no:
        SoapSms(a_soap_provider(url, errors={"Qua tai": "THROTTLED"})).send(to=TO, text="x", reference="r1")
    assert type(no.value) is means


NO_ANSWERS = {
    "a fault": (500, b"<x/>"),
    "a page of a proxy": (200, b"<html>"),
    "no result": (200, b"<?xml version='1.0'?><r/>"),
    "an entity": (200, b"<!DOCTYPE r [<!ENTITY a 'b'>]><r>&a;</r>"),
    "nothing": (200, b""),
}


@pytest.mark.parametrize("answer", NO_ANSWERS.values(), ids=NO_ANSWERS.keys())
def test_whatever_is_no_answer_of_the_bulk_gateway_may_have_taken_the_text(answer: tuple[int, bytes]) -> None:
    with answering(*answer) as url, pytest.raises(MaybeTaken):
        SoapSms(a_soap_provider(url)).send(to=TO, text="x", reference="r1")


def test_the_bulk_gateway_knows_its_callers_by_what_stands_in_the_envelope(outside_url: str) -> None:
    url = f"{outside_url}/sms/bulkapi"
    wrong = [
        a_soap_provider(url, secret="khac"),
        a_soap_provider(url, user="ai"),
        a_soap_provider(url, cp_code="X"),
    ]
    for provider in wrong:
        with pytest.raises(OperatorBusy):
            SoapSms(provider).send(to=TO, text="x", reference="r1")
    with pytest.raises(CannotCarry):
        SoapSms(a_soap_provider(url, service_id="KhacHieu")).send(to=TO, text="x", reference="r1")


def test_a_bulk_gateway_without_its_account_stops_the_start_and_what_is_missing_is_named() -> None:
    with pytest.raises(NotAProvider, match="cp_code"):
        SoapSms(a_soap_provider("https://x.vn/", cp_code=""))
    assert SECRET not in repr(a_soap_provider("https://x.vn/"))


def soap_answer(result: str, message: str) -> bytes:
    return (
        f'<?xml version="1.0" ?><S:Envelope xmlns:S="{ENVELOPE}"><S:Body><ns2:wsCpMtResponse xmlns:ns2="{OPERATION}">'
        f"<return><message>{message}</message><result>{result}</result></return>"
        "</ns2:wsCpMtResponse></S:Body></S:Envelope>"
    ).encode()


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """Somebody on a real socket who says this to everything."""

    class Says(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Type", "text/xml;charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Says)
    threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/bulkapi"
    finally:
        server.shutdown()
        server.server_close()


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
