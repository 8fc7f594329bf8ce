"""Who owns a phone: one contract for fake and wire, and UNKNOWN for everything that is no answer."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from tests.fakes import FakeOperator

from motcua.accounts.ports import SubscriberAnswer, SubscriberRegistry, Verdict
from motcua.gateways import portal_line
from motcua.gateways.breaker import Breaker
from motcua.gateways.operators_http import HttpOperators
from motcua.gateways.wire import LineBroken
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone

PHONE = Phone.parse("0900000001")
STRANGER = Phone.parse("0900000002")
ID = CitizenId.parse("052190000001")
SECRET = "chi-dung-khi-chay-thu"


def ask(registry: SubscriberRegistry, **other: object) -> SubscriberAnswer:
    question: dict[str, object] = {
        "phone": PHONE,
        "citizen_id": ID,
        "full_name": PersonName.parse("Nguyễn Thị Mỹ"),
        "born_on": BirthDate.parse("05/09/1990"),
        "reference": "r1",
        **other,
    }
    return registry.ask(**question)  # type: ignore[arg-type]


@pytest.fixture(params=["fake", "http"])
def registry(
    request: pytest.FixtureRequest, outside: httpx.Client, outside_url: str
) -> tuple[SubscriberRegistry, Callable[[], None]]:
    if request.param == "fake":
        fake = FakeOperator()
        fake.enrol(PHONE, operator="Itel", full_name="Nguyễn Thị Mỹ", born_on="05/09/1990", citizen_ids=(ID,))
        return fake, lambda: setattr(fake, "down", True)
    outside.put(
        f"/thue-bao/{PHONE.local}",
        json={"operator": "Itel", "name": "Nguyễn Thị Mỹ", "id_number": ID.value, "born_on": "05/09/1990"},
    )

    def take_down() -> None:
        outside.post("/su-co", json={"operator": "down"})

    return HttpOperators(f"{outside_url}/nha-mang/kiem-tra", SECRET), take_down


Registry = tuple[SubscriberRegistry, Callable[[], None]]


def test_the_owner_matches_and_the_operator_that_answered_is_named(registry: Registry) -> None:
    assert ask(registry[0]) == SubscriberAnswer(Verdict.MATCH, "Itel")


def test_marks_in_the_name_do_not_matter(registry: Registry) -> None:
    assert ask(registry[0], full_name=PersonName.parse("NGUYEN THI MY")).verdict is Verdict.MATCH


@pytest.mark.parametrize(
    "other",
    [
        {"full_name": PersonName.parse("Nguyễn Thị Mai")},
        {"born_on": BirthDate.parse("06/09/1990")},
        {"citizen_id": CitizenId.parse("052190000002")},
    ],
)
def test_another_person_is_a_mismatch_that_names_the_operator(
    registry: Registry, other: dict[str, object]
) -> None:
    assert ask(registry[0], **other) == SubscriberAnswer(Verdict.MISMATCH, "Itel")


def test_a_number_on_nobodys_record_is_a_mismatch(registry: Registry) -> None:
    answer = ask(registry[0], phone=STRANGER)

    assert answer.verdict is Verdict.MISMATCH
    assert answer.operator


def test_an_outage_is_neither_yes_nor_no(registry: Registry) -> None:
    registry[1]()

    assert ask(registry[0]).verdict is Verdict.UNKNOWN


GOOD = json.dumps(
    {"verdict": "MATCH", "operator": "Itel", "phone": PHONE.value, "reference": "r1"}, separators=(",", ":")
).encode()


def http(body: bytes, *, status: str = "200 OK", kind: str = "application/json", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}"
    return f"{head}Connection: close\r\n\r\n".encode() + body


@contextmanager
def answering(reply: bytes, *, seconds_a_byte: float = 0, before: float = 0) -> Iterator[str]:
    """Somebody who says exactly these bytes, at this pace."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                peer, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(peer,), daemon=True).start()

    def talk(peer: socket.socket) -> None:
        with peer:
            try:
                peer.recv(65536)
                time.sleep(before)
                if not seconds_a_byte:
                    peer.sendall(reply)
                    return
                for byte in reply:
                    peer.sendall(bytes([byte]))
                    time.sleep(seconds_a_byte)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    listening.close()


def test_the_bytes_that_are_spoilt_below_are_a_match_when_whole() -> None:
    with answering(http(GOOD)) as url:
        assert ask(HttpOperators(url, SECRET)).verdict is Verdict.MATCH


SPOILT = {
    "server error": http(GOOD, status="500 Internal Server Error"),
    "created": http(GOOD, status="201 Created"),
    "redirect": http(GOOD, status="302 Found", more="Location: http://127.0.0.1:9/\r\n"),
    "html": http(GOOD, kind="text/html"),
    "no JSON": http(b"MATCH"),
    "half a JSON": http(GOOD[:-5]),
    "a list": http(b'["MATCH"]'),
    "cut off": http(GOOD)[:-10],
    "nothing": b"",
    "noise": b"\x00\xff" * 200,
    "not UTF-8": http(GOOD.replace(b"Itel", b"It\xffl")),
    "another phone": http(GOOD.replace(b"900000001", b"900000002")),
    "another question": http(GOOD.replace(b'"r1"', b'"r2"')),
    "no echo": http(b'{"verdict":"MATCH","operator":"Itel"}'),
    "two verdicts": http(GOOD[:-1] + b',"verdict":"MATCH"}'),
    "a verdict that is none": http(GOOD.replace(b'"MATCH"', b"true")),
    "small letters": http(GOOD.replace(b"MATCH", b"match")),
    "an operator with markup": http(GOOD.replace(b"Itel", b"<b>x</b>")),
    "a megabyte": http(GOOD[:-1] + b" " * 1_000_000 + b"}"),
    "deep": http(b'{"a":' * 30_000 + b"1" + b"}" * 30_000),
}


@pytest.mark.parametrize("reply", SPOILT.values(), ids=SPOILT.keys())
def test_whatever_is_no_whole_fitting_answer_is_unknown(reply: bytes) -> None:
    with answering(reply) as url:
        assert ask(HttpOperators(url, SECRET)) == SubscriberAnswer(Verdict.UNKNOWN)


@pytest.mark.parametrize(
    ("pace", "before"), [(0.2, 0.0), (0.0, 60.0)], ids=["a byte at a time", "a long silence"]
)
def test_nobody_waits_longer_than_the_deadline(pace: float, before: float) -> None:
    """Each byte comes well within a read timeout, the whole answer would take half a minute."""
    began = time.monotonic()
    with answering(http(GOOD), seconds_a_byte=pace, before=before) as url:
        verdict = ask(HttpOperators(url, SECRET)).verdict

    assert verdict is Verdict.UNKNOWN
    assert time.monotonic() - began < 15


def test_a_line_that_failed_five_times_is_left_alone_and_then_tried_by_one() -> None:
    now = [0.0]
    breaker = Breaker(failures=5, rest=5, clock=lambda: now[0])
    reached = []

    def call(*, works: bool) -> None:
        with breaker.call():
            reached.append(works)
            if not works:
                raise LineBroken

    for _ in range(9):
        with pytest.raises(LineBroken):
            call(works=False)
    assert len(reached) == 5

    now[0] = 5.1
    for _ in range(3):
        with pytest.raises(LineBroken):
            call(works=False)
    assert len(reached) == 6

    now[0] = 11
    call(works=True)
    call(works=True)
    assert len(reached) == 8


def test_no_more_callers_wait_than_there_are_places() -> None:
    with answering(http(GOOD), before=1.0) as url:
        registry = HttpOperators(url, SECRET, breaker=Breaker(at_once=2))
        answers: list[Verdict] = []
        threads = [threading.Thread(target=lambda: answers.append(ask(registry).verdict)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(answers) == [Verdict.MATCH] * 2 + [Verdict.UNKNOWN] * 4


def test_nothing_personal_is_in_the_address_or_in_what_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with answering(http(b"")) as url:
        ask(HttpOperators(url, SECRET))

    for secret in (PHONE.value, PHONE.local, ID.value, "Nguyễn", "1990"):
        assert secret not in caplog.text


def test_the_line_to_the_portal_is_down_only_when_the_simulators_say_so(
    outside: httpx.Client, outside_url: str, settings: object
) -> None:
    def now_up(url: str | None) -> bool:
        settings.SIMULATORS_URL = url  # type: ignore[attr-defined]
        portal_line._last.clear()
        return portal_line.line_is_up()

    assert now_up(outside_url)
    outside.post("/su-co", json={"portal": "down"})
    assert not now_up(outside_url)
    assert now_up("http://127.0.0.1:9")
    assert now_up(None)
