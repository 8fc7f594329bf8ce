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
        #: Of the visitor, as the proxy in front says it.
        self.address = "127.0.0.1"

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
        # As the proxy in front of a production server passes it on.
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\n"
            "X-Forwarded-Proto: https\r\nX-Forwarded-For: {self.address}\r\nOrigin: https://127.0.0.1\r\n"
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
        pairs = (line.split(": ", 1) for line in lines[1:] if ": " in line)
        headers = {name.lower(): value for name, value in pairs}
        status = int(lines[0].split(" ")[1])
        if headers.get("transfer-encoding") == "chunked":
            return Answer(status, headers, self._chunks(rest))
        self._left = rest
        return Answer(status, headers, self._exactly(int(headers.get("content-length", "0"))))

    def _chunks(self, begun: bytes) -> bytes:
        self._left = begun
        body = b""
        while size := int(self._line(), 16):
            body += self._exactly(size)
            self._line()
        self._line()
        return body

    def _line(self) -> bytes:
        while b"\r\n" not in self._left:
            self._left += self._more()
        line, _, self._left = self._left.partition(b"\r\n")
        return line

    def _exactly(self, size: int) -> bytes:
        while len(self._left) < size:
            self._left += self._more()
        got, self._left = self._left[:size], self._left[size:]
        return got

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
    wrong: list[int] = []
    failures: list[Exception] = []
    guard = threading.Lock()

    def work() -> None:
        try:
            steps()
        except (OSError, ValueError, KeyError) as broken:
            failures.append(broken)

    def steps() -> None:
        connection = Connection(port)
        while (nth := next(numbers)) < requests:
            begun = time.perf_counter()
            right = job(connection, nth)
            waited = time.perf_counter() - begun
            with guard:
                waits.append(waited)
                if not right:
                    wrong.append(nth)

    before = cpu_of(web), cpu_of(database)
    begun = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    after = cpu_of(web), cpu_of(database)
    if failures:
        raise RuntimeError("a client broke off") from failures[0]
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
        wrong=len(wrong),
    )


def together(runs: Sequence[Measured]) -> Measured:
    """Several runs of the same thing as one; the medians are averaged."""
    done = sum(one.requests for one in runs)
    seconds = sum(one.requests / one.per_second for one in runs)

    def mean(values: Sequence[float]) -> float:
        return sum(value * one.requests for value, one in zip(values, runs, strict=True)) / done

    return Measured(
        clients=runs[0].clients,
        requests=done,
        per_second=done / seconds,
        median_ms=mean([one.median_ms for one in runs]),
        p95_ms=mean([one.p95_ms for one in runs]),
        web_cpu_ms=mean([one.web_cpu_ms for one in runs]),
        database_cpu_ms=mean([one.database_cpu_ms for one in runs]),
        wrong=sum(one.wrong for one in runs),
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
