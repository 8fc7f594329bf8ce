"""A kept connection to one neighbour: any request, answered whole within a total deadline or not at all.

As ``wire.Wire``, which signs one kind of question; here the neighbour knows us by a token.
"""

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from motcua.gateways.wire import LineBroken, Reply, event_loop, trusted

_TIMEOUTS: Final = httpx.Timeout(connect=1.0, read=10.0, write=10.0, pool=1.0)
_LIMITS: Final = httpx.Limits(max_connections=32, max_keepalive_connections=16)


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. Either ``json`` or ``form`` (with ``file`` as name and bytes, multipart) or neither."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Mapping[str, object] | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    file: tuple[str, bytes] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer(Reply):
    """A reply with the headers that name things; never redirected."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Line:
    """Safe for threads and after a fork. ``trust``: a file of authorities, the machine's own when none is named."""

    def __init__(self, base_url: str, *, trust: str | None = None) -> None:
        self._base_url = base_url
        self._trust = trust
        self._lock = threading.Lock()
        self._process = 0
        self._client: httpx.AsyncClient | None = None

    def send(self, request: Request, *, deadline: float = 3.0, most: int = 256 * 1024) -> Answer:
        """LineBroken when there is no whole answer of at most ``most`` bytes within ``deadline`` seconds."""
        try:
            return event_loop().run(self._send(request, most), within=deadline)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError) as broken:
            raise LineBroken(type(broken).__name__) from None

    async def _send(self, request: Request, most: int) -> Answer:
        body: dict[str, Any] = {}
        if request.json is not None:
            body["json"] = dict(request.json)
        if request.form is not None:
            body["data"] = dict(request.form)
        if request.file is not None:
            body["files"] = {"file": request.file}
        url, headers = self._base_url + request.path, dict(request.headers)
        async with self._connection().stream(request.method, url, headers=headers, **body) as answer:
            received = bytearray()
            async for chunk in answer.aiter_bytes():
                received += chunk
                if len(received) > most:
                    raise LineBroken("too long")
            return Answer(
                answer.status_code,
                answer.headers.get("Content-Type", ""),
                bytes(received),
                {name.lower(): value for name, value in answer.headers.items()},
            )

    def _connection(self) -> httpx.AsyncClient:
        with self._lock:
            if self._client is None or self._process != os.getpid():
                self._process = os.getpid()
                self._client = httpx.AsyncClient(
                    timeout=_TIMEOUTS,
                    limits=_LIMITS,
                    follow_redirects=False,
                    trust_env=False,
                    verify=trusted(self._trust),
                )
            return self._client
