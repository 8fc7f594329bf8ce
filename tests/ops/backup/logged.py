"""A PostgreSQL that keeps its log as the runbook says, with a table of acknowledged lines: no Django, seconds."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from motcua.ops import embedded
from motcua.ops.backup import envelopes, programs
from motcua.ops.backup.wal import archive, bases, embedded_log, point_in_time
from motcua.ops.backup.wal.archive import Place
from motcua.ops.backup.wal.bases_known import PREFIX
from motcua.ops.backup.wal.stamps import Stamp, StampKey

SEGMENT = 16 << 20


def wait_for(what: Callable[[], Any], seconds: float = 30) -> Any:
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.05)
    return found


@dataclass
class Logged:
    """The server, its two places, and what opens them."""

    place: Path
    server: embedded.Embedded
    key: StampKey
    recipient: str
    roots: list[Path] = field(default_factory=list)

    @property
    def places(self) -> list[Place]:
        return [Place.opened(root, self.key) for root in self.roots]

    @property
    def identity(self) -> envelopes.Identity:
        return envelopes.Identity(self.place / "identity.txt")

    @property
    def system(self) -> str:
        return str(self.ask("SELECT system_identifier::text FROM pg_control_system()"))

    @property
    def wire(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(self.server.url, autocommit=True)

    def ask(self, statement: str) -> Any:
        with self.wire as database:
            row = database.execute(statement.encode()).fetchone()
        return row[0] if row else None

    def write(self, nth: int) -> datetime:
        """One line, acknowledged; the moment behind it."""
        with self.wire as database:
            database.execute("INSERT INTO line VALUES (%s)", [nth])
            row = database.execute("SELECT clock_timestamp()").fetchone()
        assert row
        moment: datetime = row[0]
        return moment

    def switch(self) -> str:
        """The segment that ends here, once it is kept in every place."""
        name = self.end_segment()
        wait_for(lambda: all(one.stamp(self.system, name) for one in self.places))
        return name

    def end_segment(self) -> str:
        return str(self.ask("SELECT pg_walfile_name(pg_switch_wal())"))

    def base(self) -> Stamp:
        """As ``bases.take`` does it, for a database without our tables."""
        self.write(0)
        self.switch()
        start = self.ask("SELECT pg_walfile_name(pg_current_wal_insert_lsn())")
        major = int(self.ask("SELECT current_setting('server_version_num')")) // 10_000
        server = programs.Server(str(self.server.socket_dir), "", "postgres", "", "motcua", major)
        facts = {
            "kind": "base",
            "start": start,
            "segment_bytes": SEGMENT,
            "server_major": major,
            "database": "motcua",
            "erasures": 0,
            "systems": [],
        }
        name = f"{PREFIX}{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z"
        return archive.put(
            self.places,
            self.system,
            name,
            lambda: bases._files(server),
            envelopes.Recipients([self.recipient]),
            facts=lambda: {**facts, "end": bases.newest_kept(self.places[0], self.system)},
        )

    def crash(self) -> None:
        """Everything of it at once, as a power cut would: nothing is flushed, nothing is archived any more."""
        os.kill(self.server.process.pid, signal.SIGSTOP)
        for line in (Path("/proc") / str(self.server.process.pid) / "task").glob("*/children"):
            for child in line.read_text().split():
                os.kill(int(child), signal.SIGKILL)
        self.server.process.kill()
        self.server.process.wait()

    def path(self, name: str, nth: int = 0) -> Path:
        """Of the sealed bytes."""
        (found,) = (self.roots[nth] / self.system).glob(f"{name}.????????????{archive.SEALED}")
        return found


def begin(place: Path, **more: str) -> Logged:
    key = StampKey.of(Ed25519PrivateKey.generate())
    recipient = envelopes.new_identity(place / "identity.txt")
    roots = [place / "lưu 1", place / "lưu 2"]
    data = place / "pg" / "data"
    settings = embedded_log.of(roots, [recipient], key, place / "pg" / "wal-key", data)
    server = embedded.start(data, durable=False, settings={**settings, "archive_timeout": "0", **more})
    logged = Logged(place, server, key, recipient, roots)
    with logged.wire as database:
        database.execute("CREATE TABLE line (nth int)")
    return logged


def lines_of(recovered: point_in_time.Recovered) -> list[int]:
    with psycopg.connect(recovered.url) as database:
        return [
            row[0] for row in database.execute("SELECT nth FROM line WHERE nth > 0 ORDER BY nth").fetchall()
        ]
