"""Orders and news over a real wire, against the simulated payment system."""

import hashlib
import hmac
import json
import time

import httpx
import pytest

from motcua.desk.ports import PaymentNotGenuine, PaymentStatus, PaymentUnavailable
from motcua.gateways.payment_http import HttpPayments

SECRET = "chi-dung-khi-chay-thu"
REFERENCE = "MC" + "0a" * 16


@pytest.fixture
def payments(outside_url: str) -> HttpPayments:
    return HttpPayments(f"{outside_url}/thanh-toan", SECRET, SECRET)


def begin(payments: HttpPayments, amount: int = 50_000) -> str:
    return payments.begin(
        reference=REFERENCE,
        amount_vnd=amount,
        words="Lệ phí: Công nhận văn bằng",
        return_to="http://127.0.0.1:1/ve/",
        notify_to="http://127.0.0.1:1/nhan/",
    )


def signed(said: object, *, secret: str = SECRET, at: int | None = None) -> dict[str, object]:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    when = str(int(time.time()) if at is None else at)
    mac = hmac.new(secret.encode(), when.encode() + b"\n" + body, hashlib.sha256).hexdigest()
    return {"body": body, "at": when, "signature": mac}


def news(**change: object) -> dict[str, object]:
    told = {"reference": REFERENCE, "status": "PAID", "amount_vnd": 50_000, "transaction": "GD-1"}
    return {**told, **change}


def test_an_order_has_one_page_however_often_it_is_begun(payments: HttpPayments, outside_url: str) -> None:
    assert begin(payments) == begin(payments) == f"{outside_url}/thanh-toan/{REFERENCE}"
    assert payments.ask(REFERENCE).status == PaymentStatus.PENDING


def test_the_same_order_with_another_sum_is_refused(payments: HttpPayments) -> None:
    begin(payments)
    with pytest.raises(PaymentUnavailable):
        begin(payments, 50_001)


def test_an_order_nobody_made_is_unknown(payments: HttpPayments) -> None:
    assert payments.ask(REFERENCE).status == PaymentStatus.UNKNOWN


def test_what_the_person_paid_is_told_when_asked(payments: HttpPayments, outside: httpx.Client) -> None:
    outside.post(begin(payments), data={"viec": "nop"})
    told = payments.ask(REFERENCE)
    assert (told.status, told.amount_vnd) == (PaymentStatus.PAID, 50_000)
    assert told.transaction.startswith("GD-")


def test_a_refused_order_opens_again(payments: HttpPayments, outside: httpx.Client) -> None:
    outside.post(begin(payments), data={"viec": "tu-choi"})
    assert payments.ask(REFERENCE).status == PaymentStatus.REFUSED
    begin(payments)
    assert payments.ask(REFERENCE).status == PaymentStatus.PENDING


def test_a_paid_order_is_not_refused_afterwards(payments: HttpPayments, outside: httpx.Client) -> None:
    outside.post(begin(payments), data={"viec": "nop"})
    outside.post(begin(payments), data={"viec": "tu-choi"})
    assert payments.ask(REFERENCE).status == PaymentStatus.PAID


def test_a_payment_system_that_is_down_says_so_in_words(
    payments: HttpPayments, outside: httpx.Client
) -> None:
    outside.post("/su-co", json={"bank": "down"})
    with pytest.raises(PaymentUnavailable):
        begin(payments)
    with pytest.raises(PaymentUnavailable):
        payments.ask(REFERENCE)


def test_a_slow_payment_system_is_not_waited_for(payments: HttpPayments, outside: httpx.Client) -> None:
    outside.post("/su-co", json={"bank": "slow"})
    before = time.monotonic()
    with pytest.raises(PaymentUnavailable):
        begin(payments)
    assert time.monotonic() - before < 20


def test_the_payment_system_refuses_an_order_that_is_not_ours(outside_url: str) -> None:
    with pytest.raises(PaymentUnavailable):
        begin(HttpPayments(f"{outside_url}/thanh-toan", "khoa-cua-nguoi-khac", SECRET))


@pytest.mark.parametrize(
    "address", ["https://lua-dao.example/", "//lua-dao.example/", "javascript:x", "", None, 7]
)
def test_nobody_is_led_to_another_site(
    payments: HttpPayments, monkeypatch: pytest.MonkeyPatch, address: object
) -> None:
    answer = {"reference": REFERENCE, "amount_vnd": 50_000, "address": address}
    monkeypatch.setattr(payments, "_asked", lambda *_: answer)
    with pytest.raises(PaymentUnavailable):
        begin(payments)


def test_genuine_news_are_understood(payments: HttpPayments) -> None:
    told = payments.heard(**signed(news()))  # type: ignore[arg-type]
    assert (told.reference, told.status, told.amount_vnd, told.transaction) == (
        REFERENCE,
        PaymentStatus.PAID,
        50_000,
        "GD-1",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"reference": "MC1"},
        {"reference": REFERENCE + "\n"},
        {"reference": None},
        {"status": "paid"},
        {"status": None},
        {"amount_vnd": "50000"},
        {"amount_vnd": 50_000.0},
        {"amount_vnd": True},
        {"amount_vnd": 0},
        {"amount_vnd": -1},
        {"amount_vnd": 10**10},
        {"transaction": ""},
        {"transaction": "GD 1"},
        {"transaction": "x" * 65},
    ],
    ids=str,
)
def test_news_that_are_not_whole_are_refused(payments: HttpPayments, change: dict[str, object]) -> None:
    with pytest.raises(PaymentNotGenuine):
        payments.heard(**signed(news(**change)))  # type: ignore[arg-type]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"a":1,"a":2}', b" " * 20_000])
def test_what_is_no_news_is_refused(payments: HttpPayments, body: bytes) -> None:
    with pytest.raises(PaymentNotGenuine):
        payments.heard(**signed(body))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"signature": ""},
        {"signature": "0" * 64},
        {"signature": "é"},
        {"at": ""},
        {"at": "x"},
        {"at": "1" * 13},
        {"body": b"{}"},
    ],
    ids=str,
)
def test_forged_news_are_refused(payments: HttpPayments, change: dict[str, object]) -> None:
    with pytest.raises(PaymentNotGenuine):
        payments.heard(**{**signed(news()), **change})  # type: ignore[arg-type]


@pytest.mark.parametrize("seconds", [-400, 400])
def test_old_news_are_refused_though_signed(payments: HttpPayments, seconds: int) -> None:
    with pytest.raises(PaymentNotGenuine):
        payments.heard(**signed(news(), at=int(time.time()) + seconds))  # type: ignore[arg-type]


def test_our_own_secret_does_not_sign_their_news(outside_url: str) -> None:
    payments = HttpPayments(f"{outside_url}/thanh-toan", SECRET, "khoa-cua-chieu-ve")
    with pytest.raises(PaymentNotGenuine):
        payments.heard(**signed(news()))  # type: ignore[arg-type]
