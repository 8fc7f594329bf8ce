"""Texts to an operator's HTTP gateway that takes free words."""

from typing import Self

from motcua.gateways.wire import LineBroken, NotReached, Wire
from motcua.kernel.phone import Phone
from motcua.kernel.sms_provider import SmsProvider
from motcua.outbox.ports import MaybeTaken, NumberRejected, OperatorBusy, Throttled


class HttpSms:
    """Implements ``outbox.ports.SmsGateway``; the reference travels as the idempotency key."""

    repeatable = True

    def __init__(self, url: str, secret: str) -> None:
        self._wire = Wire(url, secret)

    @classmethod
    def of(cls, provider: SmsProvider) -> Self:
        return cls(provider.url, provider.secret)

    def send(self, *, to: Phone, text: str, reference: str) -> str:
        try:
            reply = self._wire.ask(
                {"to": to.value, "text": text, "reference": reference}, headers={"Idempotency-Key": reference}
            )
            if reply.status == 422:
                raise NumberRejected
            if reply.status == 429:
                raise Throttled
            if reply.status == 503 or 300 <= reply.status < 500:
                raise OperatorBusy
            # A page of somebody else's proxy also says 200: only a receipt proves that the text was taken.
            receipt = reply.json().get("receipt") if 200 <= reply.status < 300 else None
        except NotReached as nobody:
            raise OperatorBusy from nobody
        except LineBroken as broken:
            raise MaybeTaken from broken
        if not isinstance(receipt, str) or not receipt:
            raise MaybeTaken
        return receipt
