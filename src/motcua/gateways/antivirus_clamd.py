"""ClamAV's daemon, over TCP (host:port) or a Unix socket (/path): INSTREAM and its three answers."""

import re
import socket
import struct
import time
from collections.abc import Iterator

from django.conf import settings

from motcua.files.ports import AntivirusUnavailable, Finding, Verdict
from motcua.gateways.breaker import Breaker
from motcua.gateways.wire import LineBroken

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 30.0
_CHUNK = 1 << 16
_LONGEST_ANSWER = 4096
_FOUND = re.compile(r"\Astream: (.+) FOUND\Z")


class Clamd:
    """Fails closed: anything but a plain OK or FOUND is AntivirusUnavailable."""

    def __init__(self, address: str = "", *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self.address = address or settings.ANTIVIRUS_ADDRESS
        self.answer_seconds = answer_seconds
        self._breaker = Breaker(patience=ANSWER_SECONDS / 10)

    def scan(self, data: bytes) -> Verdict:
        try:
            with self._breaker.call():
                answer = self._answer(data)
        except LineBroken as failure:
            raise AntivirusUnavailable from failure
        if answer == "stream: OK":
            return Verdict(Finding.CLEAN)
        if found := _FOUND.match(answer):
            return Verdict(Finding.INFECTED, signature=found[1][:120])
        raise AntivirusUnavailable

    def _answer(self, data: bytes) -> str:
        try:
            with self._connect() as wire:
                return _ask(wire, data, time.monotonic() + self.answer_seconds)
        except (OSError, ValueError) as failure:
            raise LineBroken(type(failure).__name__) from failure

    def _connect(self) -> socket.socket:
        if not self.address.startswith("/"):
            host, _, port = self.address.rpartition(":")
            return socket.create_connection((host, int(port)), timeout=CONNECT_SECONDS)
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            wire.settimeout(CONNECT_SECONDS)
            wire.connect(self.address)
        except OSError:
            wire.close()
            raise
        return wire


def _ask(wire: socket.socket, data: bytes, deadline: float) -> str:
    for piece in _frames(data):
        wire.settimeout(_left(deadline))
        wire.sendall(piece)
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
        wire.settimeout(_left(deadline))
        piece = wire.recv(_LONGEST_ANSWER)
        if not piece:
            raise ConnectionError("clamd hung up before it answered")
        answer += piece
    return answer.rstrip(b"\0").decode("utf-8", "replace")


def _frames(data: bytes) -> Iterator[bytes]:
    yield b"zINSTREAM\0"
    for start in range(0, len(data), _CHUNK):
        chunk = data[start : start + _CHUNK]
        yield struct.pack(">I", len(chunk)) + chunk
    yield struct.pack(">I", 0)


def _left(deadline: float) -> float:
    """Seconds left; a slow trickle of bytes cannot stretch the whole."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
