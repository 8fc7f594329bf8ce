"""A thread that the web server ends leaves no database connection behind."""

import gc
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from motcua.config.kept_threads import OnKeptThreads

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 3


def backend() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return str(cursor.fetchone()[0])


def alive(pids: set[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)", [[int(pid) for pid in pids]]
        )
        return int(cursor.fetchone()[0])


class Answering:
    """Django's handler, as far as this is about: an answer, and whether it was closed."""

    def __init__(self, made: type[HttpResponseBase] = HttpResponse) -> None:
        self.made = made
        self.closed = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> HttpResponseBase:
        if environ["PATH_INFO"] == "/broken":
            raise LookupError("broken")
        start_response("200 OK", [])
        if self.made is StreamingHttpResponse:
            answer: HttpResponseBase = StreamingHttpResponse(self._pieces())
        else:
            answer = HttpResponse(backend())
        answer.close = self._close  # type: ignore[method-assign]
        return answer

    def _pieces(self) -> Iterator[str]:
        yield backend()
        yield ""

    def _close(self) -> None:
        self.closed += 1


def asked(served: OnKeptThreads, many: int, path: str = "/") -> set[str]:
    """What ``many`` requests heard, each on a thread that ends with it, as the server's do."""
    heard: list[str] = []

    def one() -> None:
        body = served({"PATH_INFO": path}, lambda *_: None)
        heard.append(b"".join(body).decode())
        if hasattr(body, "close"):
            body.close()

    threads = [threading.Thread(target=one) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(heard) == many
    return set(heard)


def test_many_threads_of_the_server_share_a_few_connections_however_often_they_end() -> None:
    inner = Answering()
    served = OnKeptThreads(inner, threads=THREADS)

    pids = asked(served, 20) | asked(served, 20) | asked(served, 20)

    assert 1 <= len(pids) <= THREADS
    assert alive(pids) == len(pids)
    assert inner.closed == 60
    del served
    wait_until_gone(pids)


def test_an_answer_that_is_made_while_it_is_sent_leaves_nothing_behind() -> None:
    inner = Answering(StreamingHttpResponse)
    pids = asked(OnKeptThreads(inner, threads=THREADS), 10)

    assert len(pids) > THREADS, "each by whoever sends it"
    wait_until_gone(pids)
    assert inner.closed == 10


def test_what_the_application_raises_is_heard_by_the_server() -> None:
    served = OnKeptThreads(Answering(), threads=1)
    with pytest.raises(LookupError, match="broken"):
        served({"PATH_INFO": "/broken"}, lambda *_: None)
    (pid,) = asked(served, 5)
    del served
    wait_until_gone({pid})


def wait_until_gone(pids: set[str]) -> None:
    until = time.monotonic() + 20
    while alive(pids):
        gc.collect()
        assert time.monotonic() < until, "connections are left behind"
        time.sleep(0.1)
