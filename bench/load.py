"""Clients that keep their connection: one thread each, raw HTTP/1.1, so that the client costs little."""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

_TICKS = 100  # USER_HZ


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: requests per second, latencies in ms, CPU of the watched processes in ms a request."""

    clients: int
    requests: int
    per_second: float
    median_ms: float
    p95_ms: float
    web_cpu_ms: float
    database_cpu_ms: float
    wrong: int

    @property
    def cpu_ms(self) -> float:
        return self.web_cpu_ms + self.database_cpu_ms


class Connection:
    """One client's connection to 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._left = b""

    def post(self, path: str, fields: dict[str, str], cookies: str) -> Answer:
        body = urlencode(fields).encode()
        return self.send("POST", path, cookies, body)

    def get(self, path: str, cookies: str) -> Answer:
        return self.send("GET", path, cookies, b"")

    def send(
        self,
        method: str,
        path: str,
        cookies: str,
        body: bytes,
        kind: str = "application/x-www-form-urlencoded",
    ) -> Answer:
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._socket.sendall(head.encode() + body)
        return self._read()

    def _read(self) -> Answer:
        data = self._left
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, rest = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        wanted = int(headers.get("content-length", "0"))
        while len(rest) < wanted:
            rest += self._more()
        self._left = rest[wanted:]
        return Answer(int(lines[0].split(" ")[1]), headers, rest[:wanted])

    def _more(self) -> bytes:
        got = self._socket.recv(65536)
        if not got:
            raise ConnectionError("the server closed the connection")
        return got


Job = Callable[[Connection, int], bool]


def run(
    port: int, job: Job, *, clients: int, requests: int, web: Sequence[int], database: Sequence[int]
) -> Measured:
    """``job(connection, nth)`` makes one request and says whether the answer was right."""
    numbers = count()
    waits: list[float] = []
    wrong = count()
    guard = threading.Lock()

    def work() -> None:
        connection = Connection(port)
        while (nth := next(numbers)) < requests:
            begun = time.perf_counter()
            right = job(connection, nth)
            waited = time.perf_counter() - begun
            with guard:
                waits.append(waited)
                if not right:
                    next(wrong)

    before = cpu_of(web), cpu_of(database)
    begun = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    after = cpu_of(web), cpu_of(database)
    waits.sort()
    done = max(1, len(waits))
    return Measured(
        clients=clients,
        requests=len(waits),
        per_second=len(waits) / took,
        median_ms=1000 * waits[done // 2],
        p95_ms=1000 * waits[min(done - 1, int(done * 0.95))],
        web_cpu_ms=1000 * (after[0] - before[0]) / done,
        database_cpu_ms=1000 * (after[1] - before[1]) / done,
        wrong=next(wrong),
    )


def cpu_of(roots: Sequence[int]) -> float:
    """Seconds of CPU that these processes and all below them have used, ended children included."""
    total = 0
    for pid in _family(roots):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(field) for field in fields[11:15])
    return total / _TICKS


def _family(roots: Sequence[int]) -> set[int]:
    found = set(roots)
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parent = int((entry / "stat").read_text().rpartition(") ")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    waiting = list(roots)
    while waiting:
        below = children.get(waiting.pop(), [])
        waiting += [pid for pid in below if pid not in found]
        found.update(below)
    return found
