"""An operator and a text gateway beside the bench: well, or sick in one of the ways of threats.md (V-17, V-19)."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

#: In the order in which they follow each other. None of them ever says that a phone is somebody's.
SICK: Final = ("stalls", "fails or stalls", "drips", "talks nonsense", "answers about somebody else")
WELL: Final = "well"
DEAD: Final = "dead"
_STALL: Final = 30.0
_A_BYTE: Final = 0.2
_NONSENSE: Final = b"\x00\xff" * 200


class Neighbour:
    """Listens on a port of its own; ``mode`` may be changed at any time and holds for the questions that come after."""

    def __init__(self) -> None:
        self.mode = WELL
        self.asked = 0
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _listen(self) -> None:
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    def _talk(self, peer: socket.socket) -> None:
        # Whoever asked has hung up by then, as it should.
        with peer, suppress(OSError, ValueError):
            question = _question(peer)
            self.asked += 1
            self._answer(peer, question, self.mode)

    def _answer(self, peer: socket.socket, question: dict[str, Any], mode: str) -> None:
        match mode:
            case "well":
                peer.sendall(_http("200 OK", _fitting(question)))
            case "dead":
                peer.sendall(_http("503 Service Unavailable", {"error": "down"}))
            case "fails or stalls" if self.asked % 2:
                peer.sendall(_http("500 Internal Server Error", {"error": "broken"}))
            case "stalls" | "fails or stalls":
                time.sleep(_STALL)
            case "drips":
                for byte in _http("200 OK", _fitting(question)):
                    peer.sendall(bytes([byte]))
                    time.sleep(_A_BYTE)
            case "talks nonsense":
                peer.sendall(_NONSENSE)
            case _:
                other = {**question, "phone": "+84900000002", "reference": "somebody else's"}
                peer.sendall(_http("200 OK", _fitting(other)))


@contextmanager
def beside() -> Iterator[Neighbour]:
    """One neighbour, gone afterwards."""
    made = Neighbour()
    try:
        yield made
    finally:
        made.close()


def _question(peer: socket.socket) -> dict[str, Any]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(peer)
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    size = next(int(line.partition(":")[2]) for line in lines if line.startswith("content-length:"))
    while len(body) < size:
        body += _more(peer)
    found: dict[str, Any] = json.loads(body)
    return found


def _more(peer: socket.socket) -> bytes:
    got = peer.recv(65536)
    if not got:
        raise ValueError("hung up before the question was whole")
    return got


def _fitting(question: dict[str, Any]) -> dict[str, Any]:
    """What an operator says of a phone's owner, and a text gateway of a text, in one."""
    return {
        "verdict": "MATCH",
        "operator": "Viettel",
        "phone": question.get("phone"),
        "reference": question.get("reference"),
        "receipt": f"da-nhan-{question.get('reference')}",
    }


def _http(status: str, said: dict[str, Any]) -> bytes:
    body = json.dumps(said).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode() + body
