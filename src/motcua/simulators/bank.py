"""The payment system: orders, the person at its page, and the news it sends to whoever ordered."""

import hashlib
import hmac
import json
import os
import re
import secrets
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from motcua.kernel.refusal import Refusal
from motcua.simulators import faults
from motcua.simulators.signed import DEVELOPMENT
from motcua.simulators.store import Store

Answer = tuple[HTTPStatus, dict[str, object]]
LATE_SECONDS = 20.0
_REFERENCE = re.compile(r"[A-Za-z0-9-]{6,64}")
_PAYS = frozenset({"nop", "nop-cham", "nop-hai-lan"})


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody is to pay."""

    reference: str
    amount: int
    words: str
    return_to: str
    notify_to: str
    status: str
    paid_as: str

    def as_json(self) -> dict[str, object]:
        return {
            "reference": self.reference,
            "status": self.status,
            "amount_vnd": self.amount,
            "transaction": self.paid_as,
        }


class NoSuchOrder(Refusal):
    code = "no_such_order"
    status = 404
    message = "Không có lệnh thanh toán này. Đề nghị quay lại Cổng Dịch vụ công và bắt đầu lại."


class BankDown(Refusal):
    code = "bank_down"
    status = 503
    message = "Hệ thống thanh toán mô phỏng đang được đặt sự cố. Đề nghị thử lại sau."


def take_order(store: Store, said: dict[str, object], *, base: str) -> Answer:
    """The same reference again is the same order, open again when it was refused."""
    if (fault := _fault(store)) is not None:
        return fault
    reference, amount = said.get("reference"), said.get("amount_vnd")
    texts = [said.get(name) for name in ("words", "return_to", "notify_to")]
    if not isinstance(reference, str) or not _REFERENCE.fullmatch(reference) or type(amount) is not int:
        return HTTPStatus.BAD_REQUEST, {"error": "reference or amount"}
    if not all(isinstance(text, str) and text for text in texts):
        return HTTPStatus.BAD_REQUEST, {"error": "words or addresses"}
    with store.open() as db:
        db.execute(
            "INSERT INTO payment (reference, amount, words, return_to, notify_to) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (reference) DO UPDATE SET status = 'PENDING' WHERE status = 'REFUSED'",
            (reference, amount, *texts),
        )
    order = find(store, reference)
    if order.amount != amount:
        return HTTPStatus.CONFLICT, {"error": "amount"}
    address = f"{base}/thanh-toan/{reference}"
    return HTTPStatus.OK, {"reference": reference, "amount_vnd": amount, "address": address}


def say(store: Store, said: dict[str, object]) -> Answer:
    """How far an order is."""
    if (fault := _fault(store)) is not None:
        return fault
    try:
        return HTTPStatus.OK, find(store, str(said.get("reference"))).as_json()
    except NoSuchOrder:
        return HTTPStatus.OK, {"reference": said.get("reference"), "status": "UNKNOWN"}


def find(store: Store, reference: str) -> Order:
    with store.open() as db:
        row = db.execute("SELECT * FROM payment WHERE reference = ?", (reference,)).fetchone()
    if row is None:
        raise NoSuchOrder
    return Order(**dict(row))


def decide(store: Store, reference: str, deed: str) -> Order:
    """What the person does at the page; an order that is decided stays so. The news goes out as the deed says."""
    fault = faults.current(store)["bank"]
    if fault == "down":
        raise BankDown
    find(store, reference)
    wanted = "PAID" if deed in _PAYS and fault != "refusing" else "REFUSED"
    paid_as = f"GD-{secrets.token_hex(8)}" if wanted == "PAID" else ""
    with store.open() as db:
        db.execute(
            "UPDATE payment SET status = ?, paid_as = ? WHERE reference = ? AND status = 'PENDING'",
            (wanted, paid_as, reference),
        )
    order = find(store, reference)
    if fault != "silent":
        _send(order, times=2 if deed == "nop-hai-lan" else 1, after=_delay(deed, fault))
    return order


def news(order: Order) -> tuple[bytes, dict[str, str]]:
    """Body and headers, signed with the secret for this direction."""
    body = json.dumps(order.as_json()).encode()
    at = str(int(time.time()))
    secret = (os.environ.get("PAYMENT_CALLBACK_SECRET") or DEVELOPMENT).encode()
    mac = hmac.new(secret, at.encode() + b"\n" + body, hashlib.sha256).hexdigest()
    return body, {
        "Content-Type": "application/json",
        "X-Motcua-Time": at,
        "X-Motcua-Signature": mac,
    }


def _delay(deed: str, fault: str) -> float:
    return LATE_SECONDS if deed == "nop-cham" or fault == "slow" else 0.0


def _send(order: Order, *, times: int, after: float) -> None:
    """At once the page waits for it; late or twice it does not, and both news leave at the same moment."""
    threads = [threading.Thread(target=_notify, args=(order, after), daemon=True) for _ in range(times)]
    for thread in threads:
        thread.start()
    if not after:
        for thread in threads:
            thread.join(timeout=10)


def _notify(order: Order, after: float) -> None:
    time.sleep(after)
    body, headers = news(order)
    try:
        httpx.post(order.notify_to, content=body, headers=headers, timeout=5, trust_env=False)
    except httpx.HTTPError:
        return  # whoever ordered asks again by itself


def _fault(store: Store) -> Answer | None:
    fault = faults.current(store)["bank"]
    if fault == "slow":
        time.sleep(faults.SLOW_SECONDS)
    return (HTTPStatus.SERVICE_UNAVAILABLE, {"error": "down"}) if fault == "down" else None
