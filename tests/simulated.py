"""The simulated outside on a real socket, with a memory of its own for each test."""

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from motcua.simulators import serving


@pytest.fixture
def outside_url(tmp_path: Path) -> Iterator[str]:
    server = serving.server("127.0.0.1", 0, tmp_path / "outside.sqlite3")
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def outside(outside_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=outside_url, timeout=15) as client:
        yield client
