"""A daemon that speaks clamd's INSTREAM over TCP and knows one signature; it can also misbehave."""

import io
import socketserver
import struct
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from tests.files.making.sample import EICAR


class _Conversation(socketserver.BaseRequestHandler):
    server: "ClamdDouble"

    def handle(self) -> None:
        wire = self.request.makefile("rb")
        if wire.read(len(b"zINSTREAM\0")) != b"zINSTREAM\0":
            self.request.sendall(b"UNKNOWN COMMAND\0")
            return
        data = b""
        while length := struct.unpack(">I", wire.read(4))[0]:
            data += wire.read(length)
        self.server.received.append(data)
        time.sleep(self.server.delay)
        self.request.sendall(self.server.answer or _verdict(data))


class ClamdDouble(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, answer: bytes, delay: float) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.answer, self.delay = answer, delay
        self.received: list[bytes] = []

    @property
    def address(self) -> str:
        return "{}:{}".format(*self.server_address)


def _verdict(data: bytes) -> bytes:
    return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in _unpacked(data) else b"stream: OK\0"


def _unpacked(data: bytes) -> bytes:
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return data + b"".join(archive.read(name) for name in archive.namelist())


@contextmanager
def clamd_double(answer: bytes = b"", delay: float = 0) -> Iterator[ClamdDouble]:
    server = ClamdDouble(answer, delay)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
