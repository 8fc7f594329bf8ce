"""What the outbox asks of whoever carries its texts and letters."""

from dataclasses import dataclass
from typing import Protocol

from motcua.kernel.email_address import EmailAddress
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal


class OperatorBusy(Exception):
    """Not now: nothing is wrong with the message, try later."""


class Throttled(OperatorBusy):
    """Slower, please: the provider is well and has not taken this one."""


class MaybeTaken(OperatorBusy):
    """No answer came in time: the text may have been taken all the same."""


class NumberRejected(Exception):
    """The operator will never deliver to this number."""


class CannotCarry(NumberRejected):
    """No registered words of this provider say what the text says; another provider may take it."""


class SmsGateway(Protocol):
    """One text, handed over at most once per reference."""

    def send(self, *, to: Phone, text: str, reference: str) -> str:
        """Hand one message over and return the operator's receipt.

        ``reference`` is ours and stable: sending it twice must not text twice, unless the gateway's class says
        ``repeatable = False``; then nobody sends twice what may have been taken (outbox/carrying.py).
        Raises OperatorBusy (try later) or NumberRejected (never try again), and answers within 4 seconds.
        """


class NewsNotGenuine(Refusal):
    """Not signed by the provider, not of these minutes, or not what news of a text look like."""

    code = "sms_news_not_genuine"
    status = 401
    message = "Tin báo phát không có chữ ký đúng hoặc đã cũ nên không được ghi nhận. Đề nghị kiểm tra khóa và đồng hồ."


@dataclass(frozen=True, slots=True)
class Heard:
    """What a provider says became of a text. ``reference`` is ours, if it was sent back with the news."""

    event_id: str
    receipt: str
    said: str
    reference: str = ""


class NewsReader(Protocol):
    """Reads what a provider calls back with."""

    def heard(self, *, body: bytes, at: str, signature: str) -> Heard:
        """The news, if it is genuine. Raises NewsNotGenuine."""


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
