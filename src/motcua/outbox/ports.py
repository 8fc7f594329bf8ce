"""What the outbox asks of whoever carries its texts."""

from typing import Protocol

from motcua.kernel.phone import Phone


class OperatorBusy(Exception):
    """Not now: nothing is wrong with the message, try later."""


class NumberRejected(Exception):
    """The operator will never deliver to this number."""


class SmsGateway(Protocol):
    """One text, handed over at most once per reference."""

    def send(self, *, to: Phone, text: str, reference: str) -> str:
        """Hand one message over and return the operator's receipt.

        ``reference`` is ours and stable: sending it twice must not text twice.
        Raises OperatorBusy (try later) or NumberRejected (never try again), and answers within 4 seconds.
        """
