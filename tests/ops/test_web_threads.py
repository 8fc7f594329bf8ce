"""Threads of the web: one neighbour that stalls does not shut a process (threats V-19)."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from django.core.exceptions import ImproperlyConfigured
from tests.ops import waiting_for_another
from tests.running_town import SOURCE, free_port

from motcua.config import web_threads
from motcua.gateways.breaker import Breaker
from motcua.gateways.wire import LineBroken


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WEB_THREADS", raising=False)
    monkeypatch.delenv("WEB_WORKERS", raising=False)


def test_what_is_said_counts_and_what_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert web_threads.processes() >= 1
    assert (web_threads.threads(), web_threads.may_wait()) == (1, 1)
    monkeypatch.setenv("WEB_THREADS", "5")
    assert (web_threads.threads(), web_threads.may_wait()) == (5, 2)
    monkeypatch.setenv("WEB_THREADS", "nhiều")
    with pytest.raises(ImproperlyConfigured, match="WEB_THREADS"):
        web_threads.threads()


def test_half_of_the_threads_never_wait_for_one_neighbour(settings: object) -> None:
    settings.WAITING_AT_ONCE = 2  # type: ignore[attr-defined]
    breaker = Breaker(at_once=8, patience=0)
    with breaker.call(), breaker.call(), pytest.raises(LineBroken, match="crowded"), breaker.call():
        pass


def test_all_lines_to_one_neighbour_share_its_places_and_a_refused_call_keeps_none(settings: object) -> None:
    settings.WAITING_AT_ONCE = 2  # type: ignore[attr-defined]
    checks, vault = (Breaker(at_once=2, patience=0, neighbour="test_web_threads") for _ in range(2))
    other = Breaker(at_once=2, patience=0)
    for _ in range(3):
        with checks.call(), vault.call():
            with pytest.raises(LineBroken, match="crowded"), vault.call():
                pass
            with other.call():
                pass


def test_while_a_neighbour_is_well_a_place_is_waited_for(settings: object) -> None:
    settings.WAITING_AT_ONCE = 1  # type: ignore[attr-defined]
    breaker, inside = Breaker(patience=20), threading.Event()

    def hold() -> None:
        with breaker.call():
            inside.set()
            time.sleep(0.2)

    with ThreadPoolExecutor(1) as other:
        holding = other.submit(hold)
        assert inside.wait(20)
        with breaker.call():
            assert holding.result(20) is None


@pytest.mark.timeout(90)
def test_requests_that_wait_leave_room_for_the_one_that_does_not() -> None:
    port = free_port()
    surroundings = os.environ | {"PYTHONPATH": os.pathsep.join([str(SOURCE / "src"), str(SOURCE)])}
    command = [sys.executable, "-m", "tests.ops.waiting_for_another", str(port)]
    served = subprocess.Popen(command, env=surroundings, cwd=SOURCE)
    try:
        with ThreadPoolExecutor(waiting_for_another.MANY) as callers:
            waiting = [callers.submit(_asked, port, "/waits") for _ in range(waiting_for_another.MANY)]
            assert _asked(port, "/goes-on") == "released"
            assert {one.result() for one in waiting} == {"released"}
    finally:
        served.terminate()
        served.wait(20)


def _asked(port: int, path: str) -> str:
    """Until somebody listens there."""
    until = time.monotonic() + 30
    while True:
        try:
            return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=60).text
        except httpx.ConnectError:
            assert time.monotonic() < until
            time.sleep(0.1)
