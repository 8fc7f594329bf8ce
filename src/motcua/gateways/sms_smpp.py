"""Texts over SMPP 3.4: one connection bound both ways and kept, answers waited for, receipts heard.

Problem: sending waits for an answer while receipts come by the same connection. Choice: a thread per connection
reads everything; who sends waits for its own sequence number. Price: one thread and one socket per process that
sends. A text whose answer did not come may have been taken: it is never sent here again.
"""

import itertools
import logging
import select
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Self
from urllib.parse import urlsplit

from django.db import close_old_connections
from smpplib import consts, exceptions, smpp
from smpplib.client import Client

from motcua.gateways import smpp_pieces
from motcua.kernel.phone import Phone
from motcua.kernel.sms_provider import SmsProvider
from motcua.outbox import delivery_news
from motcua.outbox.ports import Heard, MaybeTaken, NumberRejected, OperatorBusy, Throttled

log = logging.getLogger(__name__)

_CONNECT: Final = 2.0
_ANSWER: Final = 3.0
_ENQUIRE_AFTER: Final = 30.0
_DEAD_AFTER: Final = 45.0
_LOOK: Final = 0.5
_SLOWER: Final = {0x58, 0x14}  # ESME_RTHROTTLED, ESME_RMSGQFUL
_NO_SUCH_NUMBER: Final = {0x0B}  # ESME_RINVDSTADR
_NOT_NOTED: Final = 0x64  # ESME_RX_T_APPN: the centre tells again

Listener = Callable[[Heard], object]


class SmppSms:
    """Implements ``outbox.ports.SmsGateway``."""

    repeatable = False

    def __init__(self, provider: SmsProvider, *, listener: Listener | None = None) -> None:
        parts = urlsplit(provider.url)
        self._address = (parts.hostname or "", parts.port or 2775)
        self._tls = parts.scheme == "smpps"
        self._account = (str(provider.options.get("system_id", "")), provider.secret)
        self._sender = str(provider.options.get("sender", ""))
        self._listener = listener or (lambda heard: delivery_news.note(provider.code, heard))
        self._lock = threading.Lock()
        self._session: _Session | None = None

    @classmethod
    def of(cls, provider: SmsProvider) -> Self:
        return cls(provider)

    def send(self, *, to: Phone, text: str, reference: str) -> str:
        """The centre's id of the last part; its receipt comes with that one."""
        session = self._bound()
        ready = smpp_pieces.encoded(text)
        until, receipt = time.monotonic() + _ANSWER, ""
        for nth, part in enumerate(ready.parts, start=1):
            last = nth == len(ready.parts)
            try:
                receipt = session.submit(
                    until,
                    source_addr=self._sender,
                    source_addr_ton=consts.SMPP_TON_ALNUM,
                    source_addr_npi=consts.SMPP_NPI_UNK,
                    destination_addr=to.value.removeprefix("+"),
                    dest_addr_ton=consts.SMPP_TON_INTL,
                    dest_addr_npi=consts.SMPP_NPI_ISDN,
                    short_message=part,
                    data_coding=ready.data_coding,
                    esm_class=ready.esm_class,
                    registered_delivery=last,
                )
            except (OperatorBusy, NumberRejected) as no:
                if nth > 1:  # a part of it is on its way already
                    raise MaybeTaken from no
                raise
        return receipt

    def close(self) -> None:
        with self._lock:
            if self._session is not None:
                self._session.end()
            self._session = None

    def _bound(self) -> "_Session":
        """The connection of this process, made anew when it broke. Raises OperatorBusy: nothing was sent."""
        with self._lock:
            if self._session is None or not self._session.alive:
                try:
                    self._session = _Session.begin(self._address, self._account, self._tls, self._listener)
                except (exceptions.ConnectionError, exceptions.PDUError, OSError) as broken:
                    self._session = None
                    raise OperatorBusy from broken
            return self._session


class _Client(Client):  # type: ignore[misc]
    """smpplib's, for two threads: what is written is written whole, and no number is given twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._writing = threading.RLock()
        self._numbers = itertools.cycle(range(1, 0x7FFFFFFF))

    def next_sequence(self) -> int:
        with self._writing:
            return next(self._numbers)

    def send_pdu(self, p: Any) -> Any:
        with self._writing:
            return super().send_pdu(p)

    def waits_readable(self, seconds: float) -> bool:
        sock = self._socket
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        return bool(select.select([sock], [], [], seconds)[0])


@dataclass(slots=True)
class _Answer:
    came: threading.Event = field(default_factory=threading.Event)
    status: int = -1
    receipt: str = ""


class _Session:
    """One bound connection and the thread that reads it."""

    def __init__(self, client: _Client, listener: Listener) -> None:
        self._client, self._listener = client, listener
        self._waiting: dict[int, _Answer] = {}
        self._guard = threading.Lock()
        self._heard_at = self._asked_at = time.monotonic()
        self.alive = True

    @classmethod
    def begin(
        cls, address: tuple[str, int], account: tuple[str, str], tls: bool, listener: Listener
    ) -> "_Session":
        context = ssl.create_default_context() if tls else None
        client = _Client(*address, timeout=_CONNECT, allow_unknown_opt_params=True, ssl_context=context)
        client.logger = logging.getLogger("motcua.smpp.wire")
        client.logger.setLevel(logging.CRITICAL)  # its lines show whole texts
        try:
            client.connect()
            client.bind_transceiver(system_id=account[0], password=account[1])
        except BaseException:
            _drop(client)
            raise
        session = cls(client, listener)
        client.set_message_sent_handler(lambda pdu: session._answered(pdu))
        client.set_error_pdu_handler(lambda pdu: session._answered(pdu))
        client.set_message_received_handler(lambda pdu: session._received(pdu))
        threading.Thread(target=session._read, name="smpp", daemon=True).start()
        return session

    def submit(self, until: float, **fields: Any) -> str:
        """The centre's id of the text. Raises OperatorBusy, Throttled, MaybeTaken or NumberRejected."""
        answer = _Answer()
        with self._guard:
            if not self.alive:
                raise OperatorBusy
            pdu = _made(self._client, fields)
            self._waiting[pdu.sequence] = answer
        try:
            self._client.send_pdu(pdu)
            came = answer.came.wait(max(0.0, until - time.monotonic()))
        except (exceptions.ConnectionError, exceptions.PDUError, OSError) as broken:
            self.end()
            raise MaybeTaken from broken
        finally:
            with self._guard:
                self._waiting.pop(pdu.sequence, None)
        if not came or answer.status < 0:
            raise MaybeTaken
        return _judged(answer)

    def end(self) -> None:
        """Whoever waits hears that no answer will come."""
        with self._guard:
            self.alive = False
            waiting = list(self._waiting.values())
        _drop(self._client)
        for answer in waiting:
            answer.came.set()

    def _answered(self, pdu: Any) -> None:
        with self._guard:
            answer = self._waiting.get(pdu.sequence)
        if answer is not None and not answer.came.is_set():
            answer.status = int(pdu.status)
            answer.receipt = (getattr(pdu, "message_id", None) or b"").decode("latin-1").strip("\0")
            answer.came.set()

    def _received(self, pdu: Any) -> int:
        """What we could not write down is told again later."""
        heard = smpp_pieces.heard(pdu)
        if heard is None:
            return int(consts.SMPP_ESME_ROK)
        try:
            self._listener(heard)
        except Exception as broken:
            log.error("outbox.news_not_noted", extra={"kind": type(broken).__name__})
            return _NOT_NOTED
        finally:
            close_old_connections()
        return int(consts.SMPP_ESME_ROK)

    def _read(self) -> None:
        try:
            while self.alive:
                if self._client.waits_readable(_LOOK):
                    self._client.read_once(auto_send_enquire_link=False)
                    self._heard_at = time.monotonic()
                else:
                    self._keep_alive()
        except Exception as broken:
            if self.alive:
                log.warning("outbox.smpp_ended", extra={"kind": type(broken).__name__})
        finally:
            self.end()

    def _keep_alive(self) -> None:
        now = time.monotonic()
        if now - self._heard_at > _DEAD_AFTER:
            raise exceptions.ConnectionError
        if now - max(self._heard_at, self._asked_at) > _ENQUIRE_AFTER:
            self._asked_at = now
            self._client.send_pdu(_made(self._client, {}, "enquire_link"))


def _made(client: _Client, fields: dict[str, Any], command: str = "submit_sm") -> Any:
    return smpp.make_pdu(command, client=client, **fields)


def _judged(answer: _Answer) -> str:
    if answer.status in _SLOWER:
        raise Throttled
    if answer.status in _NO_SUCH_NUMBER:
        raise NumberRejected
    if answer.status != consts.SMPP_ESME_ROK:
        raise OperatorBusy
    if not answer.receipt:
        raise MaybeTaken
    return answer.receipt


def _drop(client: _Client) -> None:
    try:
        client.disconnect()
    except OSError as broken:
        log.warning("outbox.smpp_ended", extra={"kind": type(broken).__name__})
