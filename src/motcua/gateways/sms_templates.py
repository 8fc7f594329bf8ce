"""Texts to a provider that sends registered words only: the number of the template, and what stands in its holes.

The words that we registered there are our own texts (``outbox/samples.py``); the table of the settings says which
number each kind has. A text that says anything else is not carried here, so what the provider composes is what
was promised. The envelope is the one that domestic providers use: RQST with TEMPLATEID and numbered PARAMS.
"""

from collections.abc import Mapping
from typing import Any, Final, Self

from motcua.gateways.wire import LineBroken, NotReached, Wire
from motcua.kernel.phone import Phone
from motcua.kernel.sms_provider import SmsProvider
from motcua.outbox import samples
from motcua.outbox.ports import CannotCarry, MaybeTaken, NumberRejected, OperatorBusy, Throttled

TAKEN: Final = "0"
#: What the answer's code says, where the installation's own table says nothing else.
_MEANS: Final[Mapping[str, type[Exception]]] = {
    "INVALID_NUMBER": NumberRejected,
    "BLACKLISTED": NumberRejected,
    "THROTTLED": Throttled,
    "UNKNOWN_TEMPLATE": CannotCarry,
}


class KindsWithoutTemplate(ValueError):
    """Says which texts this provider could not carry."""


class TemplateSms:
    """Implements ``outbox.ports.SmsGateway``. Nothing says that REQID is read twice as one: nobody sends again."""

    repeatable = False

    def __init__(self, provider: SmsProvider) -> None:
        told = provider.options
        self._secret = provider.secret
        self._wire = Wire(provider.url, provider.secret)
        self._fields = {str(name): str(value) for name, value in told.get("fields", {}).items()}
        self._means = {**_MEANS, **{code: _MEANS[str(word)] for code, word in told.get("errors", {}).items()}}
        self._ids = _numbers(told.get("templates", {}))
        self._refuse_gaps(provider.code, frozenset(told.get("never", ())))

    @classmethod
    def of(cls, provider: SmsProvider) -> Self:
        return cls(provider)

    def _refuse_gaps(self, code: str, never: frozenset[str]) -> None:
        """At the start, not with the first citizen: each kind has a template, or stands in ``never``."""
        wanted = {one.kind for one in samples.registered()} - never
        if missing := sorted(wanted - set(self._ids)):
            raise KindsWithoutTemplate(
                f"Nhà cung cấp tin nhắn {code} chưa có mẫu đã đăng ký cho: {', '.join(missing)}."
            )

    def send(self, *, to: Phone, text: str, reference: str) -> str:
        number, values = self._fitting(text)
        question = {
            "RQST": {**self._fields, **_asked(to, reference, number, values), "APIPASS": self._secret}
        }
        try:
            reply = self._wire.ask(question, headers={"Idempotency-Key": reference})
            if reply.status in {429, 503} or 300 <= reply.status < 500:
                raise Throttled if reply.status == 429 else OperatorBusy
            answer = reply.json().get("RPLY") if reply.status == 200 else None
        except NotReached as nobody:
            raise OperatorBusy from nobody
        except LineBroken as broken:
            raise MaybeTaken from broken
        return self._understood(answer, reference)

    def _fitting(self, text: str) -> tuple[str, list[str]]:
        """Which template says exactly this. Raises CannotCarry."""
        for one in samples.registered():
            values = one.values_in(text) if one.kind in self._ids else None
            if values is not None:
                return self._ids[one.kind], values
        raise CannotCarry

    def _understood(self, answer: Any, reference: str) -> str:
        if not isinstance(answer, dict) or not isinstance(answer.get("ERROR"), str):
            raise MaybeTaken
        if answer["ERROR"] == TAKEN:
            given = answer.get("MSGID") or reference
            return str(given)
        raise self._means.get(answer["ERROR"], OperatorBusy)


def _numbers(told: Any) -> dict[str, str]:
    """Kind of text → the provider's number of it; “by_kind” where the number is the kind."""
    if told == "by_kind":
        return {one.kind: one.kind for one in samples.registered()}
    return {str(kind): str(number) for kind, number in told.items()}


def _asked(to: Phone, reference: str, number: str, values: list[str]) -> dict[str, object]:
    return {
        "REQID": reference,
        "TEMPLATEID": number,
        "PARAMS": [{"NUM": str(nth), "CONTENT": value} for nth, value in enumerate(values, start=1)],
        "MOBILELIST": to.value.removeprefix("+"),
        "SCHEDULETIME": "",
        "DATACODING": "0",
    }
