"""One signed question over HTTP, answered within a total deadline or not at all.

Problem: a stranger may take a second per byte, and a client's timeouts are per read: such an answer holds a
worker for ever. Choice: calls run on an event loop of their own, where one deadline covers name, connection,
headers and body, and cutting off closes the connection. Price: one more thread in each process.
"""

import asyncio
import concurrent.futures
import hashlib
import hmac
import json
import os
import ssl
import threading
import time
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

_T = TypeVar("_T")
_MOST_BYTES = 64 * 1024
_TIMEOUTS = httpx.Timeout(connect=1.0, read=3.0, write=3.0, pool=1.0)


class LineBroken(Exception):
    """No usable answer: down, slow, cut off or too long. Never says what was asked."""


class NotReached(LineBroken):
    """Nobody was there to hear the question: whatever was asked did not happen."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    content_type: str
    body: bytes = field(repr=False)

    def json(self) -> dict[str, object]:
        """The one JSON object of the body; LineBroken for anything else, duplicate keys included."""
        if self.content_type.partition(";")[0].strip().lower() != "application/json":
            raise LineBroken("content type")
        try:
            found = json.loads(self.body.decode("utf-8"), object_pairs_hook=_without_duplicates)
        except (ValueError, RecursionError):
            raise LineBroken("not JSON") from None
        if not isinstance(found, dict):
            raise LineBroken("not an object")
        return found


class Wire:
    """A long-lived connection to one address. Safe for threads and after a fork."""

    def __init__(
        self, url: str, secret: str, *, deadline: float = 3.0, most_bytes: int = _MOST_BYTES
    ) -> None:
        """Without a secret nothing is signed: the other side knows us by something of its own."""
        self._url = url
        self._most_bytes = most_bytes
        self._secret = secret.encode()
        self._deadline = deadline
        self._lock = threading.Lock()
        self._process = 0
        self._client: httpx.AsyncClient | None = None

    def ask(self, question: Mapping[str, object], *, headers: Mapping[str, str] | None = None) -> Reply:
        """POST the question, signed with its time; LineBroken when there is no whole answer in time."""
        body = json.dumps(question, ensure_ascii=False, separators=(",", ":")).encode()
        return self.post(body, content_type="application/json", headers=headers)

    def post(self, body: bytes, *, content_type: str, headers: Mapping[str, str] | None = None) -> Reply:
        """As ``ask``, of what speaks another language than JSON."""
        said = {**(headers or {}), "Content-Type": content_type}
        try:
            return event_loop().run(self._post(body, said), within=self._deadline)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.InvalidURL) as broken:
            raise NotReached(type(broken).__name__) from None
        except (TimeoutError, httpx.HTTPError, OSError) as broken:
            raise LineBroken(type(broken).__name__) from None

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        proof = signature(self._secret, body) if self._secret else {}
        signed = {**headers, **proof}
        async with self._connection().stream("POST", self._url, content=body, headers=signed) as answer:
            received = bytearray()
            async for chunk in answer.aiter_bytes():
                received += chunk
                if len(received) > self._most_bytes:
                    raise LineBroken("too long")
            return Reply(answer.status_code, answer.headers.get("Content-Type", ""), bytes(received))

    def _connection(self) -> httpx.AsyncClient:
        with self._lock:
            if self._client is None or self._process != os.getpid():
                self._process = os.getpid()
                self._client = httpx.AsyncClient(timeout=_TIMEOUTS, follow_redirects=False, trust_env=False)
            return self._client


class Line:
    """Calls to any address of one neighbour, unsigned: who we are is proved in what we send."""

    def __init__(self, *, deadline: float = 3.0, trust: str | None = None) -> None:
        """``trust``: a file of authorities; the machine's own when none is named."""
        self._deadline = deadline
        self._trust = trust
        self._lock = threading.Lock()
        self._process = 0
        self._client: httpx.AsyncClient | None = None

    def send(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        named: str | None = None,
    ) -> Reply:
        """One call; LineBroken when there is no whole answer in time. No redirection is followed.

        ``named``: ``url`` holds a number, and this is the host whose certificate must be shown.
        """
        try:
            return event_loop().run(
                self._send(method, url, form, dict(headers or {}), named), within=self._deadline
            )
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError) as broken:
            raise LineBroken(type(broken).__name__) from None

    async def _send(
        self,
        method: str,
        url: str,
        form: Mapping[str, str] | None,
        headers: dict[str, str],
        named: str | None,
    ) -> Reply:
        extensions = {"sni_hostname": named} if named else {}
        call = self._connection().stream(method, url, data=form, headers=headers, extensions=extensions)
        async with call as answer:
            received = bytearray()
            async for chunk in answer.aiter_bytes():
                received += chunk
                if len(received) > _MOST_BYTES:
                    raise LineBroken("too long")
            return Reply(answer.status_code, answer.headers.get("Content-Type", ""), bytes(received))

    def _connection(self) -> httpx.AsyncClient:
        with self._lock:
            if self._client is None or self._process != os.getpid():
                self._process = os.getpid()
                self._client = httpx.AsyncClient(
                    timeout=_TIMEOUTS,
                    follow_redirects=False,
                    trust_env=False,
                    verify=trusted(self._trust),
                )
            return self._client


def trusted(file: str | None) -> ssl.SSLContext:
    """TLS as the machine trusts it, or only the authorities in this file."""
    return ssl.create_default_context(cafile=file)


def signature(secret: bytes, body: bytes) -> dict[str, str]:
    """HMAC-SHA256 over time and body: neither can be changed, and an old question is worth nothing."""
    at = str(int(time.time()))
    mac = hmac.new(secret, at.encode() + b"\n" + body, hashlib.sha256).hexdigest()
    return {"X-Motcua-Time": at, "X-Motcua-Signature": mac}


class _Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="wire", daemon=True).start()

    def run(self, call: Coroutine[Any, Any, _T], *, within: float) -> _T:
        running = asyncio.run_coroutine_threadsafe(asyncio.wait_for(call, within), self._loop)
        try:
            return running.result(within + 1)
        except concurrent.futures.TimeoutError:
            running.cancel()
            raise TimeoutError from None


_loops: list[_Loop] = []
_loops_lock = threading.Lock()


def event_loop() -> _Loop:
    """The one of this process."""
    with _loops_lock:
        if not _loops or _loops[-1].process != os.getpid():
            _loops[:] = [_Loop()]
        return _loops[-1]


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found
