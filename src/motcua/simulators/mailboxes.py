"""A mail server on a real SMTP wire, and every address's inbox."""

import asyncio
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from ssl import SSLContext
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from motcua.kernel.email_address import EmailAddress
from motcua.kernel.refusal import Refusal
from motcua.simulators import faults
from motcua.simulators.store import Store

_ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_MOST_BYTES: Final = 256 * 1024
_TAKEN: Final = "250 2.0.0 Ok"
_BUSY: Final = "451 4.3.0 Try again later"
_NO_SUCH_USER: Final = "550 5.1.1 No such user here"


@dataclass(frozen=True, slots=True)
class Letter:
    at: str
    sender: str
    subject: str
    text: str

    def as_json(self) -> dict[str, str]:
        return {"at": self.at, "from": self.sender, "subject": self.subject, "text": self.text}


def inbox(store: Store, address: EmailAddress) -> list[Letter]:
    """Newest first."""
    with store.open() as db:
        rows = db.execute(
            "SELECT at, sender, subject, text FROM letter WHERE address = ? AND shown"
            " ORDER BY id DESC LIMIT 500",
            [address.value],
        ).fetchall()
    return [Letter(row["at"], row["sender"], row["subject"], row["text"]) for row in rows]


def known(store: Store) -> list[tuple[EmailAddress, int]]:
    """All addresses that have a letter, with how many."""
    with store.open() as db:
        rows = db.execute(
            "SELECT address, count(*) AS letters FROM letter WHERE shown GROUP BY address ORDER BY address"
        ).fetchall()
    return [(EmailAddress.parse(row["address"]), row["letters"]) for row in rows]


def deliver(store: Store, address: EmailAddress, letter: EmailMessage, *, shown: bool) -> None:
    """Once per Message-ID, as mail readers do it."""
    body = letter.get_body(preferencelist=("plain",))
    with store.open() as db:
        db.execute(
            "INSERT OR IGNORE INTO letter (address, sender, subject, text, at, message_id, shown)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                address.value,
                str(letter["From"]),
                str(letter["Subject"]),
                str(body.get_content()) if body is not None else "",
                datetime.now(_ZONE).isoformat(timespec="milliseconds"),
                str(letter["Message-ID"]),
                shown,
            ],
        )


class Server:
    """What aiosmtpd calls at each step of the conversation."""

    def __init__(self, store: Store, secret: str) -> None:
        self._store = store
        self._secret = secret

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self._fault() == "refusing":
            return _NO_SUCH_USER
        try:
            envelope.rcpt_tos.append(EmailAddress.parse(address).value)
        except Refusal:
            return _NO_SUCH_USER
        return _TAKEN

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        fault = self._fault()
        if fault == "down":
            return _BUSY
        letter: Any = message_from_bytes(envelope.original_content or b"", policy=policy.SMTP)
        for address in envelope.rcpt_tos:
            deliver(self._store, EmailAddress.parse(address), letter, shown=fault != "silent")
        if fault == "slow":  # taken, but the answer comes when nobody listens any more
            await asyncio.sleep(faults.SLOW_SECONDS * 1.5)
        return _TAKEN

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, said: Any
    ) -> Any:
        right = isinstance(said, LoginPassword) and said.password == self._secret.encode()
        return AuthResult(success=right)

    def _fault(self) -> str:
        return faults.current(self._store)["mail"]


@contextmanager
def serving(
    store: Store, host: str, port: int, secret: str, *, tls: SSLContext | None = None
) -> Iterator[int]:
    """Listening in a thread of its own; gives the port. Nobody sends without the password."""
    # It warns of a password without TLS with each letter; this is one machine, and the password everybody's.
    warnings.filterwarnings("ignore", category=UserWarning, module="aiosmtpd")
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    server = Server(store, secret)
    controller = Controller(
        server,
        hostname=host,
        port=port,
        server_hostname="mo-phong.example.vn",
        ident="MO PHONG",
        data_size_limit=_MOST_BYTES,
        authenticator=server.authenticate,
        auth_required=True,
        auth_require_tls=tls is not None,
        tls_context=tls,
        require_starttls=tls is not None,
        enable_SMTPUTF8=False,
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
