"""Every antivirus keeps the same promises; the daemon's silence or babble is never "clean"."""

import hashlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.files.clamd_double import clamd_double
from tests.files.making import scans
from tests.files.making.sample import EICAR

from motcua.files import keeping
from motcua.files.ports import Antivirus, AntivirusUnavailable, Finding, Verdict
from motcua.files.reasons import AntivirusDown, Infected
from motcua.gateways.antivirus_clamd import Clamd
from motcua.gateways.antivirus_none import NotConfigured

PDF = scans.by_hand("1.4")


@contextmanager
def _double() -> Iterator[Antivirus]:
    with clamd_double() as server:
        yield Clamd(server.address)


@contextmanager
def _none() -> Iterator[Antivirus]:
    yield NotConfigured()


@contextmanager
def _real() -> Iterator[Antivirus]:
    """Debian's clamd with one signature of our own; the folder is short because a socket's path must be."""
    place = Path(tempfile.mkdtemp(prefix="cl-"))
    (place / "db").mkdir()
    (place / "db" / "local.hdb").write_text(f"{hashlib.md5(EICAR).hexdigest()}:{len(EICAR)}:Eicar-Test\n")  # noqa: S324
    wire = place / "s"
    (place / "conf").write_text(
        f"Foreground yes\nDatabaseDirectory {place}/db\nLocalSocket {wire}\nUser root\n"
    )
    daemon = subprocess.Popen(
        [str(shutil.which("clamd")), "-c", str(place / "conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            if wire.exists():
                break
            time.sleep(0.1)
        yield Clamd(str(wire))
    finally:
        daemon.terminate()
        daemon.wait(10)
        shutil.rmtree(place)


DAEMONS = [_double, *([_real] if shutil.which("clamd") else [])]


@pytest.mark.parametrize("antivirus", [*DAEMONS, _none])
def test_every_antivirus_answers_with_a_verdict_and_the_same_one_again(antivirus) -> None:
    with antivirus() as scanner:
        first = scanner.scan(PDF)

        assert isinstance(first, Verdict)
        assert first.finding in {Finding.CLEAN, Finding.NOT_CONFIGURED}
        assert scanner.scan(PDF) == first


@pytest.mark.parametrize("daemon", DAEMONS)
def test_a_daemon_tells_clean_from_infected_and_names_what_it_found(daemon) -> None:
    with daemon() as scanner:
        assert scanner.scan(bytes(5 * 1024 * 1024)).finding is Finding.CLEAN
        found = scanner.scan(EICAR)

    assert found.finding is Finding.INFECTED
    assert "Eicar" in found.signature


def test_not_configured_never_says_clean() -> None:
    assert NotConfigured().scan(EICAR) == Verdict(Finding.NOT_CONFIGURED)


def test_the_daemon_receives_every_byte_in_order() -> None:
    data = bytes(range(256)) * 3000
    with clamd_double() as server:
        Clamd(server.address).scan(data)

        assert server.received == [data]


@pytest.mark.parametrize(
    "answer",
    [
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: OK but wait\0",
        b"stream: lstat() failed ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"stream: OK",
        b"\0",
        b"\xff\xfe\0",
        b"x" * 9000,
        b"evil\nstream: OK\0",
    ],
)
def test_an_answer_that_is_not_known_is_no_verdict(answer: bytes) -> None:
    with clamd_double(answer) as server, pytest.raises(AntivirusUnavailable):
        Clamd(server.address).scan(PDF)


def test_a_daemon_that_does_not_answer_in_time_is_no_verdict() -> None:
    with clamd_double(delay=30) as server:
        started = time.monotonic()
        with pytest.raises(AntivirusUnavailable):
            Clamd(server.address, answer_seconds=0.3).scan(PDF)

        assert time.monotonic() - started < 15


def _closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(_closed_port(), id="closed-port"),
        "/nowhere/clamd.sock",
        "127.0.0.1:none",
        "127.0.0.1:99999",
    ],
)
def test_a_daemon_that_is_not_there_is_no_verdict(address: str) -> None:
    with pytest.raises(AntivirusUnavailable):
        Clamd(address).scan(PDF)


def test_a_file_is_not_taken_while_the_antivirus_is_down() -> None:
    with pytest.raises(AntivirusDown) as no:
        keeping.check(PDF, name="a.pdf", antivirus=Clamd(_closed_port()))

    assert no.value.status == 503
    assert "thử lại sau" in no.value.text


def test_a_virus_in_an_otherwise_sound_file_is_refused() -> None:
    with clamd_double(b"stream: Win.Test FOUND\0") as server, pytest.raises(Infected):
        keeping.check(PDF, name="a.pdf", antivirus=Clamd(server.address))


def test_the_settings_say_where_the_daemon_is(settings) -> None:
    settings.ANTIVIRUS_ADDRESS = "10.1.2.3:3310"

    assert Clamd().address == "10.1.2.3:3310"
