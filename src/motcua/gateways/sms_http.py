"""Texts to an operator's HTTP gateway."""

from django.conf import settings

from motcua.gateways.wire import LineBroken, Wire
from motcua.kernel.phone import Phone
from motcua.outbox.ports import NumberRejected, OperatorBusy


class HttpSms:
    """Implements ``outbox.ports.SmsGateway``; the reference travels as the idempotency key."""

    def __init__(self, url: str | None = None, secret: str | None = None) -> None:
        self._wire = Wire(url or settings.SMS_URL, secret or settings.SMS_SECRET)

    def send(self, *, to: Phone, text: str, reference: str) -> str:
        try:
            reply = self._wire.ask(
                {"to": to.value, "text": text, "reference": reference}, headers={"Idempotency-Key": reference}
            )
            if reply.status == 422:
                raise NumberRejected
            # A page of somebody else's proxy also says 200: only a receipt proves that the text was taken.
            receipt = reply.json().get("receipt") if 200 <= reply.status < 300 else None
        except LineBroken as broken:
            raise OperatorBusy from broken
        if not isinstance(receipt, str) or not receipt:
            raise OperatorBusy
        return receipt
