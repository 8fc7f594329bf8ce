"""How the system holds its line to a database that may be another machine a moment later."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from motcua.config import env
from motcua.ops import starting
from motcua.ops.places import Place


def options(url: str, **more: Any) -> dict[str, Any]:
    told = env.database(url, **more)["OPTIONS"]
    assert isinstance(told, dict)
    return told


def test_nobody_settles_down_on_a_standby_or_waits_for_a_machine_that_is_gone() -> None:
    told = options("postgresql://a:b@db/motcua")

    assert told["target_session_attrs"] == "read-write"
    assert told["connect_timeout"] == "5"
    assert int(told["tcp_user_timeout"]) <= 20_000


def test_the_address_has_the_last_word() -> None:
    told = options("postgresql://a:b@db/motcua?connect_timeout=9&target_session_attrs=any")

    assert (told["connect_timeout"], told["target_session_attrs"]) == ("9", "any")


@pytest.mark.django_db
def test_a_page_does_not_outlast_its_visitor_and_the_worker_takes_its_time() -> None:
    """Asked of the server itself."""
    of_pages = options("postgresql:///motcua", statement_seconds=50)["options"]
    ours = settings.DATABASES["default"]
    with psycopg.connect(host=ours["HOST"], user=ours["USER"], dbname="postgres", options=of_pages) as line:
        shown = line.execute("SHOW statement_timeout").fetchone()

    assert shown == ("50s",)
    assert "options" not in options("postgresql:///motcua")


class _Node(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.headers["Host"])
        self.send_response(200 if self.headers["Host"] == "mot-cua.example.vn" else 400)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def node() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Node)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_a_node_on_an_inner_address_is_asked_by_its_public_name(
    node: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By any other name it says 400 to its own supervisor, which then asks ten times a second for ever."""
    monkeypatch.setenv("ALLOWED_HOSTS", "mot-cua.example.vn,cong.example.vn")
    place = Place(tmp_path, "127.0.0.1", node, 1, 1)

    assert starting.answers(place)
    assert _Node.asked == ["mot-cua.example.vn"]
