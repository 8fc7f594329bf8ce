"""`make run` from outside: what it starts, keeps and leaves behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest
from tests.running_town import SOURCE, Town, town_in

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    running = town_in(tmp_path_factory.mktemp("nhà có dấu cách, ạ"), "dữ liệu")
    running.start()
    yield running
    if running.process is not None and running.process.poll() is None:
        running.stop()


def _named(town: Town, role: str) -> list[psutil.Process]:
    assert town.process is not None
    return [each for each in psutil.Process(town.process.pid).children() if _has_role(each, role)]


def _has_role(process: psutil.Process, role: str) -> bool:
    try:
        return role in process.cmdline()
    except psutil.Error:  # just gone
        return False


def _wait_for(what: str, holds: object, seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < until, what
        time.sleep(0.1)


def test_it_prints_addresses_and_a_sign_in_for_each_role(town: Town) -> None:
    _wait_for("the list of sign-ins", lambda: "Thanh tra" in town.said())
    said = town.said()
    assert f"{town.url}/mot-cua/" in said
    assert town.sim_url in said
    for role in ("Công dân", "Cán bộ một cửa", "Cán bộ được cấp quyền tạo tài khoản", "Quản trị đơn vị"):
        assert role in said


def test_the_running_system_cannot_rewrite_the_journal_or_its_own_rules(town: Town) -> None:
    with psycopg.connect(town.app_database_url(), autocommit=True) as app:
        for forbidden in (
            "UPDATE journal_event SET event = 'x'",
            "DELETE FROM journal_event",
            "TRUNCATE journal_seal",
            "ALTER TABLE journal_event DISABLE TRIGGER ALL",
            "DROP TABLE desk_dossier",
            "CREATE TABLE mine (a int)",
            "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden.encode())
        assert app.execute("SELECT count(*) FROM journal_event").fetchone() is not None


def test_a_worker_or_web_server_that_is_killed_comes_back(town: Town) -> None:
    for role in ("web", "worker", "simulators"):
        (before,) = _named(town, role)
        before.kill()
        _wait_for(
            f"a new {role}",
            lambda role=role, old=before.pid: any(each.pid != old for each in _named(town, role)),
        )
    _wait_for("the pages", town._is_ready)


def test_a_database_that_crashed_is_started_again(town: Town) -> None:
    kept = town.sql("SELECT count(*) FROM units_unit")
    postmaster = next(
        each for each in town.family() if each.name() == "postgres" and each.ppid() == town.process.pid
    )  # type: ignore[union-attr]
    postmaster.kill()
    postmaster.wait(10)
    _wait_for("the pages", town._is_ready)
    assert town.sql("SELECT count(*) FROM units_unit") == kept


def test_a_second_system_on_the_same_port_refuses_and_says_why(town: Town, tmp_path: Path) -> None:
    second = town_in(tmp_path)
    second.port = town.port
    with pytest.raises(AssertionError, match=f"Cổng {town.port} đang được chương trình khác dùng"):
        second.start(patience=20)


def test_a_second_system_on_the_same_data_refuses_and_says_why(town: Town) -> None:
    second = town_in(town.var_dir.parent, town.var_dir.name)
    with pytest.raises(AssertionError, match="đang được một lần chạy khác dùng"):
        second.start(patience=30)
    assert town._is_ready()


def test_ctrl_c_ends_everything_within_ten_seconds_and_the_next_start_keeps_the_data(town: Town) -> None:
    units = town.sql("SELECT count(*) FROM units_unit")
    town.sql("INSERT INTO ops_milestone (name) VALUES ('of-this-test')")

    said = len(town.said())
    open_still = [socket.create_connection(("127.0.0.1", town.port)) for _ in range(3)]
    open_still[0].sendall(b"POST /dang-ky/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\nabc")
    assert town.stop(signal.SIGINT) < 10
    for one in open_still:
        one.close()
    assert "worker" not in town.said()[said:]
    log = town.var_dir / "postgres.log"
    shut_down = log.read_text(encoding="utf-8").splitlines()
    assert "database system is shut down" in shut_down[-1]
    assert not (town.var_dir / "postgres" / "postmaster.pid").exists()

    town.start()
    assert town.sql("SELECT count(*) FROM ops_milestone WHERE name = 'of-this-test'") == [(1,)]
    assert town.sql("SELECT count(*) FROM units_unit") == units


def test_even_kill_9_leaves_no_process_and_no_broken_database(town: Town) -> None:
    family = town.family()
    assert len(family) > 4
    assert town.process is not None
    town.process.kill()
    town.process.wait()
    _, left = psutil.wait_procs(family, timeout=15)
    assert left == []

    town.start()
    assert town.sql("SELECT count(*) FROM ops_milestone WHERE name = 'of-this-test'") == [(1,)]


def test_a_stop_during_the_start_leaves_nothing_and_the_next_start_works(tmp_path: Path) -> None:
    hasty = town_in(tmp_path)
    with pytest.raises(AssertionError, match="did not start"):
        hasty.start(patience=1.5)  # stops it by SIGINT and asserts that nothing is left
    hasty.start()
    hasty.stop(signal.SIGTERM)


def test_another_database_server_is_used_when_it_is_named(town: Town, tmp_path: Path) -> None:
    town.sql("DROP DATABASE IF EXISTS elsewhere")
    town.sql("CREATE DATABASE elsewhere")
    password = (town.var_dir / "secrets" / "database-owner").read_text(encoding="ascii")
    url = town._database("postgres", password).replace("/motcua?", "/elsewhere?")
    guest = town_in(tmp_path, DATABASE_URL=url)
    guest.start()
    try:
        assert not (guest.var_dir / "postgres").exists()
        assert httpx.get(guest.url + "/readyz").json()["status"] == "ready"
    finally:
        guest.stop()


def test_journal_verify_speaks_for_itself(town: Town) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "motcua.ops.cli", "journal", "verify"],
        cwd=SOURCE,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(SOURCE / "src"),
            "VAR_DIR": str(town.var_dir),
            "DATABASE_URL": town.app_database_url(),
            "DJANGO_SETTINGS_MODULE": "motcua.config.settings_dev",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert checked.returncode in {0, 2}, checked.stdout + checked.stderr
    assert "nguyên vẹn" in checked.stdout or "Chưa có lời chứng" in checked.stdout
