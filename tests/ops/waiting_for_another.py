"""A WSGI application whose requests wait for a later one, served as the system's own pages are."""

import os
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

MANY = 8
_here = threading.Semaphore(0)
_released = threading.Event()


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/waits":
        _here.release()
        _released.wait(20)
    else:
        for _ in range(MANY):
            _here.acquire(timeout=20)
        _released.set()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"released" if _released.is_set() else b"nobody came"]


if __name__ == "__main__":
    os.environ["WEB_WORKERS"] = "1"
    os.environ["WEB_THREADS"] = "16"
    from motcua.ops import serving

    serving.TARGET = "tests.ops.waiting_for_another:application"
    serving.web("127.0.0.1", int(sys.argv[1]))
