"""PostgreSQL's own programs for taking a database out and putting it back: where they are, and what runs them."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, cast

from motcua.ops import embedded
from motcua.ops.places import CannotStart

_BLOCK: Final = 1 << 16
_WIRE: Final = ("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "channel_binding", "gssencmode")
_DEBIAN: Final = Path("/usr/lib/postgresql")


class DidNotWork(Exception):
    """A program of PostgreSQL said no; its last lines say why."""


@dataclass(frozen=True, slots=True, repr=False)
class Server:
    """Where the database is. The password travels in the surroundings of the child, which only its user reads."""

    host: str
    port: str
    user: str
    password: str
    name: str
    major: int
    #: How the wire is protected: libpq's own words, as DATABASE_URL says them (sslmode, sslrootcert …).
    wire: tuple[tuple[str, str], ...] = ()

    def surroundings(self) -> dict[str, str]:
        said = {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGDATABASE": self.name,
        }
        said |= {f"PG{name.upper()}": value for name, value in self.wire}
        return {**os.environ, **{name: value for name, value in said.items() if value}}

    def __repr__(self) -> str:
        return f"Server({self.name}, {self.major})"


def server_of(settings: Mapping[str, Any], version: int) -> Server:
    """From Django's words for it; ``version`` as the server tells it (180004)."""
    return Server(
        host=str(settings["HOST"]),
        port=str(settings["PORT"]),
        user=str(settings["USER"]),
        password=str(settings["PASSWORD"]),
        name=str(settings["NAME"]),
        major=version // 10_000,
        wire=tuple(
            (name, str(value)) for name, value in settings.get("OPTIONS", {}).items() if name in _WIRE
        ),
    )


def found(name: str, server: Server) -> str:
    """The program in a version that understands the server: the server's own, or the next newer one."""
    known = {version: path for path in _candidates(name) if (version := _major(path)) >= server.major}
    if not known:
        raise CannotStart(
            f"Thiếu chương trình {name} của PostgreSQL {server.major} hoặc mới hơn. Cài gói"
            f" postgresql-client-{server.major}, hoặc ghi thư mục chứa nó vào POSTGRES_BIN."
        )
    return known[min(known)]


def folder_of_major(major: int) -> Path:
    """Where a whole PostgreSQL of just this version lies: files of a server open with no other. Raises CannotStart."""
    for path in (Path(one) for one in _candidates("postgres")):
        if _major(str(path)) == major:
            return path.parent
    raise CannotStart(
        f"Cần PostgreSQL {major} trên máy này, đúng phiên bản của bản nền. Cài gói postgresql-{major}, hoặc ghi thư mục"
        " chứa chương trình postgres vào POSTGRES_BIN."
    )


def _candidates(name: str) -> Iterator[str]:
    """Those that come later are preferred when they are of one version."""
    folders = [*sorted(_DEBIAN.glob("*/bin")), *_packaged()]
    if on_path := shutil.which(name):
        yield on_path
    folders += [Path(given)] if (given := os.environ.get("POSTGRES_BIN")) else []
    yield from (str(folder / name) for folder in folders if os.access(folder / name, os.X_OK))


def _packaged() -> list[Path]:
    try:
        return [embedded.packaged_programs()]
    except embedded.DatabaseDidNotStart:
        return []


def _major(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True)
    version = re.search(r"\) ([0-9]+)", said.stdout)
    return int(version[1]) if version and said.returncode == 0 else 0


def output(command: list[str], server: Server) -> Iterator[bytes]:
    """What the program writes, piece by piece. Raises DidNotWork at the end when it failed."""
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(
            command,
            env=server.surroundings(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
        )
        out = cast(IO[bytes], child.stdout)
        try:
            while piece := out.read(_BLOCK):
                yield piece
            child.wait()
        finally:
            out.close()
            if child.poll() is None:
                child.kill()
                child.wait()
        _must_have_worked(child.returncode, said)


def feed(command: list[str], server: Server | None, stream: BinaryIO) -> str:
    """Everything of the stream into the program; what it wrote. Raises DidNotWork when it failed."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as wrote:
        child = subprocess.Popen(
            command,
            env=server.surroundings() if server else None,
            stdin=subprocess.PIPE,
            stdout=wrote,
            stderr=said,
        )
        into = cast(IO[bytes], child.stdin)
        try:
            with suppress(BrokenPipeError):  # it gave up; it says why itself
                shutil.copyfileobj(stream, into, _BLOCK)
        except BaseException:
            child.kill()  # half a stream must not look like a whole one
            raise
        finally:
            with suppress(BrokenPipeError):
                into.close()
            child.wait()
        _must_have_worked(child.returncode, said)
        wrote.seek(0)
        return wrote.read().decode(errors="replace")


def _must_have_worked(code: int, said: IO[bytes]) -> None:
    if code:
        said.seek(0)
        lines = said.read().decode(errors="replace").splitlines()
        # A refused row is quoted below its error: the first line names the rule and no person.
        errors = [line for line in lines if "error" in line.lower()][:3]
        raise DidNotWork("\n".join(errors) or f"code {code}")
