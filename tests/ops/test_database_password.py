"""V-36: the password of the running system's database role is changed while everybody works (DP-14)."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker
from tests.evidence import figure

from motcua.config import env
from motcua.ops import embedded

ROLE = "motcua_app"
OLD, NEW = "mật khẩu cũ của năm ngoái", "mat-khau-moi"


@pytest.fixture(autouse=True)
def _lines_of_our_own(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """To a server that this file starts, not to the one of the run."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Embedded]:
    running = embedded.start(tmp_path_factory.mktemp("own") / "postgres", password="chu", durable=False)
    yield running
    running.stop()


@pytest.fixture
def owner(server: embedded.Embedded) -> Iterator[psycopg.Connection]:  # type: ignore[type-arg]
    with psycopg.connect(server.url, autocommit=True) as connected:
        connected.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(ROLE)))
        connected.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(ROLE)))
        change_to(connected, OLD)
        yield connected


def change_to(owner: psycopg.Connection, password: str) -> None:  # type: ignore[type-arg]
    owner.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(ROLE), sql.Literal(password)))


def line_of(server: embedded.Embedded, passwords: Path) -> BaseDatabaseWrapper:
    """A connection as the running system makes it."""
    told = env.database(server.url_for(ROLE, None)) | {"PASSWORDS_FILE": str(passwords)}
    return ConnectionHandler({"default": told})["default"]


def asked(line: BaseDatabaseWrapper) -> str:
    try:
        with line.cursor() as cursor:
            cursor.execute("SELECT session_user")
            return str(cursor.fetchone()[0])
    finally:
        line.close()


class Readers:
    """Four threads that connect anew for each question, and what they were told."""

    def __init__(self, server: embedded.Embedded, passwords: Path) -> None:
        self.answered, self.refused = 0, 0
        self._server, self._passwords, self._over = server, passwords, threading.Event()
        self._more = threading.Condition()
        self._threads = [threading.Thread(target=self._work) for _ in range(4)]

    def __enter__(self) -> "Readers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def wait_for_more(self, answers: int) -> None:
        """So many further answers, from whichever state things are in now."""
        until = self.answered + self.refused + answers
        with self._more:
            assert self._more.wait_for(lambda: self.answered + self.refused >= until, timeout=60)

    def _work(self) -> None:
        line = line_of(self._server, self._passwords)
        while not self._over.is_set():
            try:
                right = asked(line) == ROLE
            except OperationalError:
                right = False
            with self._more:
                self.answered += right
                self.refused += not right
                self._more.notify_all()


@pytest.mark.race
def test_v36_the_password_is_changed_under_readers_who_connect_anew(
    server: embedded.Embedded,
    owner: psycopg.Connection,  # type: ignore[type-arg]
    tmp_path: Path,
) -> None:
    passwords = tmp_path / "passwords"
    replace(passwords, OLD)
    with Readers(server, passwords) as readers:
        readers.wait_for_more(20)
        replace(passwords, f"{NEW}\n{OLD}\n")
        readers.wait_for_more(20)
        change_to(owner, NEW)
        readers.wait_for_more(20)
        replace(passwords, NEW)
        readers.wait_for_more(20)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url_for(ROLE, OLD))
    figure(
        "V-36",
        "kết nối bị từ chối khi đổi mật khẩu cơ sở dữ liệu",
        n=readers.answered,
        measured=readers.refused,
        limit=0,
        passed=readers.refused == 0,
    )


def replace(file: Path, content: str) -> None:
    """Whole or not at all, as the runbook says (mv)."""
    beside = file.with_suffix(".new")
    beside.write_text(content, encoding="utf-8")
    beside.replace(file)


@pytest.mark.race
def test_control_a_file_that_says_the_new_one_alone_too_early_shuts_everybody_out(
    server: embedded.Embedded,
    owner: psycopg.Connection,  # type: ignore[type-arg]
    tmp_path: Path,
) -> None:
    passwords = tmp_path / "passwords"
    replace(passwords, NEW)
    with Readers(server, passwords) as readers:
        readers.wait_for_more(8)
    assert readers.refused and not readers.answered


@pytest.mark.parametrize("content", ["", "\n", "sai\nsai-nua\n"], ids=["empty", "blank", "wrong"])
def test_no_password_that_is_right_is_an_error(
    server: embedded.Embedded,
    owner: psycopg.Connection,  # type: ignore[type-arg]
    tmp_path: Path,
    content: str,
) -> None:
    passwords = tmp_path / "passwords"
    replace(passwords, content)
    with pytest.raises(OperationalError) as refused:
        asked(line_of(server, passwords))
    assert "sai" not in str(refused.value)


def test_a_server_that_is_gone_is_asked_once(
    server: embedded.Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = tmp_path / "passwords"
    replace(passwords, f"{NEW}\n{OLD}\n")
    told = env.database(f"postgresql://{ROLE}@/motcua?host={tmp_path}") | {"PASSWORDS_FILE": str(passwords)}
    line = ConnectionHandler({"default": told})["default"]
    heard: list[str] = []
    asked_before = line.Database.connect  # type: ignore[attr-defined]

    def listening(**params: str) -> object:
        heard.append(params["password"])
        return asked_before(**params)

    monkeypatch.setattr(line.Database, "connect", listening)  # type: ignore[attr-defined]
    with pytest.raises(OperationalError):
        asked(line)
    assert heard == [NEW]


def test_an_address_with_a_password_of_its_own_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD_FILE", "/khong-co")
    assert env.database("postgresql://chu:chu@/motcua")["PASSWORDS_FILE"] is None
    assert env.database("postgresql://motcua_app@/motcua")["PASSWORDS_FILE"] == "/khong-co"


def test_the_rights_are_given_with_the_newest_of_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = tmp_path / "passwords"
    replace(passwords, f"{NEW}\n{OLD}\n")
    monkeypatch.delenv("MOTCUA_APP_PASSWORD", raising=False)
    monkeypatch.setenv("MOTCUA_APP_PASSWORD_FILE", str(passwords))
    assert env.first_line("MOTCUA_APP_PASSWORD") == NEW
