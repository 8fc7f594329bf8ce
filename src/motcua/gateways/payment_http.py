"""Paying on-line, at a payment system that speaks signed JSON: /lenh takes an order, /hoi says how far it is."""

import hashlib
import hmac
import re
import time
from urllib.parse import urlsplit

from django.conf import settings

from motcua.desk.ports import PaymentNews, PaymentNotGenuine, PaymentStatus, PaymentUnavailable
from motcua.gateways.breaker import Breaker
from motcua.gateways.wire import LineBroken, Reply, Wire

_OLDEST = 300
_MOST_BYTES = 16 * 1024
_MOST_VND = 1_000_000_000
_REFERENCE = re.compile(r"MC[0-9a-f]{32}")
_TRANSACTION = re.compile(r"[A-Za-z0-9-]{1,64}")


class HttpPayments:
    """Implements ``desk.ports.PaymentGateway``. What is not a whole, fitting answer is PaymentUnavailable."""

    def __init__(
        self, url: str | None = None, secret: str | None = None, callback_secret: str | None = None
    ) -> None:
        self._url = (url or settings.PAYMENT_URL).rstrip("/")
        key = secret or settings.PAYMENT_SECRET
        self._orders = Wire(f"{self._url}/lenh", key)
        self._questions = Wire(f"{self._url}/hoi", key)
        self._callback_secret = (callback_secret or settings.PAYMENT_CALLBACK_SECRET).encode()
        self._breaker = Breaker()

    def begin(self, *, reference: str, amount_vnd: int, words: str, return_to: str, notify_to: str) -> str:
        order = {
            "reference": reference,
            "amount_vnd": amount_vnd,
            "words": words,
            "return_to": return_to,
            "notify_to": notify_to,
        }
        answer = self._asked(self._orders, order)
        address = answer.get("address")
        same = answer.get("reference") == reference and answer.get("amount_vnd") == amount_vnd
        # People are led to the payment system itself, never to where an answer points.
        if not same or not isinstance(address, str) or _origin(address) != _origin(self._url):
            raise PaymentUnavailable
        return address

    def ask(self, reference: str) -> PaymentNews:
        try:
            news = _understood(self._asked(self._questions, {"reference": reference}))
        except ValueError as failure:
            raise PaymentUnavailable from failure
        if news.reference != reference:
            raise PaymentUnavailable
        return news

    def heard(self, *, body: bytes, at: str, signature: str) -> PaymentNews:
        """Judged by the signature over time and body; the same news again is harmless (desk.paying)."""
        if not self._is_genuine(body, at, signature):
            raise PaymentNotGenuine
        try:
            return _understood(Reply(200, "application/json", body).json())
        except (LineBroken, ValueError) as failure:
            raise PaymentNotGenuine from failure

    def _is_genuine(self, body: bytes, at: str, signature: str) -> bool:
        if len(body) > _MOST_BYTES or not re.fullmatch(r"[0-9]{1,12}", at):
            return False
        expected = hmac.new(self._callback_secret, at.encode() + b"\n" + body, hashlib.sha256).hexdigest()
        same = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
        return same and abs(time.time() - int(at)) <= _OLDEST

    def _asked(self, wire: Wire, question: dict[str, object]) -> dict[str, object]:
        try:
            with self._breaker.call():
                reply = wire.ask(question)
                if reply.status != 200:
                    raise LineBroken("status")
                return reply.json()
        except LineBroken as broken:
            raise PaymentUnavailable from broken


def _understood(said: dict[str, object]) -> PaymentNews:
    """ValueError unless every field is what it must be: a paid order has a sum and a transaction."""
    reference, amount, transaction = (
        said.get("reference"),
        said.get("amount_vnd"),
        said.get("transaction", ""),
    )
    status = PaymentStatus(str(said.get("status")))
    if not isinstance(reference, str) or not _REFERENCE.fullmatch(reference):
        raise ValueError("reference")
    if status != PaymentStatus.PAID:
        return PaymentNews(reference, status)
    if type(amount) is not int or not 0 < amount <= _MOST_VND:
        raise ValueError("amount")
    if not isinstance(transaction, str) or not _TRANSACTION.fullmatch(transaction):
        raise ValueError("transaction")
    return PaymentNews(reference, status, amount, transaction)


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc
