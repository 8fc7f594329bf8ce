"""What the outbox asks of whoever carries its texts and letters."""

from typing import Protocol

from motcua.kernel.email_address import EmailAddress
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


class MailServerBusy(Exception):
    """Not now: nothing is wrong with the letter, try later."""


class LetterRejected(Exception):
    """The mail server will never take this letter for this address."""


class EmailGateway(Protocol):
    """One letter, plain text, with nothing in it that a reader would fetch."""

    def send(self, *, to: EmailAddress, subject: str, text: str, reference: str) -> str:
        """Hand one letter over and return the server's receipt.

        ``reference`` is ours and stable; it is the Message-ID, by which a mailbox knows a letter it has.
        Raises MailServerBusy (try later) or LetterRejected (never try again), and answers within 20 seconds.
        """
