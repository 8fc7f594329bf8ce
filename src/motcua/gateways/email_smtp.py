"""Letters to the province's mail server over SMTP, with a total deadline."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from django.conf import settings
from django.utils import timezone

from motcua.kernel.email_address import EmailAddress
from motcua.outbox.ports import LetterRejected, MailServerBusy

_PER_ANSWER: Final = 8.0
_IN_ALL: Final = 20.0
#: “Mailbox unavailable”, “not local”, “name not allowed”, “failed”: of the address or letter, not of the hour.
_NEVER: Final = frozenset({550, 551, 552, 553, 554})


class SmtpMail:
    """Implements ``outbox.ports.EmailGateway``. A new line for each letter: they are few, and none goes stale."""

    def __init__(
        self, *, host: str | None = None, port: int | None = None, tls: str | None = None, cafile: str = ""
    ) -> None:
        self._host = host or settings.MAIL_HOST
        self._port = port or settings.MAIL_PORT
        self._tls = tls or settings.MAIL_TLS
        self._trust = ssl.create_default_context(cafile=cafile or settings.MAIL_TRUST)

    def send(self, *, to: EmailAddress, subject: str, text: str, reference: str) -> str:
        letter = _written(to, subject, text, reference)
        try:
            with self._line() as line:
                refused = line.send_message(letter, from_addr=settings.MAIL_FROM, to_addrs=[to.value])
        except smtplib.SMTPRecipientsRefused as no:
            raise _verdict(next(iter(no.recipients.values()), (450, b""))[0]) from None
        except smtplib.SMTPAuthenticationError as no:
            raise MailServerBusy from no  # our password is wrong: no letter's fault
        except smtplib.SMTPSenderRefused as no:
            raise MailServerBusy from no
        except smtplib.SMTPResponseException as no:
            raise _verdict(no.smtp_code) from None
        except (smtplib.SMTPException, OSError) as broken:
            raise MailServerBusy from broken
        if refused:
            raise MailServerBusy
        return reference

    @contextmanager
    def _line(self) -> Iterator[smtplib.SMTP]:
        """Greeted, encrypted and signed in; cut off by force when the whole of it takes too long."""
        line = self._connected()
        cut = threading.Timer(_IN_ALL, _cut, [line])
        cut.daemon = True
        cut.start()
        try:
            if self._tls == "starttls":
                line.starttls(context=self._trust)
            if settings.MAIL_USER:
                line.login(settings.MAIL_USER, settings.MAIL_PASSWORD)
            yield line
            with suppress(smtplib.SMTPException, OSError):
                line.quit()  # the letter is taken already: a rude good-bye changes nothing
        finally:
            cut.cancel()
            line.close()

    def _connected(self) -> smtplib.SMTP:
        name = settings.MAIL_FROM.rpartition("@")[2]
        if self._tls == "tls":
            return smtplib.SMTP_SSL(
                self._host, self._port, local_hostname=name, timeout=_PER_ANSWER, context=self._trust
            )
        return smtplib.SMTP(self._host, self._port, local_hostname=name, timeout=_PER_ANSWER)


def _written(to: EmailAddress, subject: str, text: str, reference: str) -> EmailMessage:
    """Plain text only. The e-mail package refuses a line break in any header."""
    letter = EmailMessage(policy=policy.SMTP)
    name, _, domain = settings.MAIL_FROM.rpartition("@")
    letter["From"] = Address(settings.MAIL_FROM_NAME, name, domain)
    letter["To"] = to.value
    letter["Subject"] = subject
    letter["Date"] = format_datetime(timezone.localtime())
    letter["Message-ID"] = f"<{reference}@{domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content(text, charset="utf-8", cte="base64")
    return letter


def _verdict(code: int) -> Exception:
    return LetterRejected() if code in _NEVER else MailServerBusy()


def _cut(line: smtplib.SMTP) -> None:
    sock = line.sock
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
