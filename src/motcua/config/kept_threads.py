"""Requests are answered by threads that stay, each with its database connection.

Problem: the web server starts a thread when requests come at once and ends it after half a minute of rest, without
letting go of what belongs to it: each lull left a connection behind, until PostgreSQL took no more. Choice: as many
threads of our own as the server has, which live as long as the process. Price: a request is handed over once, some
hundredths of a millisecond. Looked at: Django's pool (a connection is configured anew for each request, and knows
nothing of passwords that change), a longer rest (ten minutes at most, and a night is longer).
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections

_Environ = dict[str, Any]
_Start = Callable[..., Any]
_Application = Callable[[_Environ, _Start], Any]


class OnKeptThreads:
    """A WSGI application that runs another one on ``threads`` threads of its own.

    An answer that is made while it is sent (``streaming``) is made by whoever sends it, and what that has opened is
    closed afterwards.
    """

    def __init__(self, application: _Application, *, threads: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    def __call__(self, environ: _Environ, start_response: _Start) -> Iterable[bytes]:
        return self._threads.submit(self._answer, environ, start_response).result()

    def _answer(self, environ: _Environ, start_response: _Start) -> Iterable[bytes]:
        response = self._application(environ, start_response)
        if getattr(response, "streaming", True):
            return _Sent(response)
        try:
            return [b"".join(response)]
        finally:
            response.close()


class _Sent:
    """A stream, and the end of everything its sender's thread had open."""

    def __init__(self, response: Any) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._response)

    def close(self) -> None:
        try:
            self._response.close()
        finally:
            connections.close_all()
