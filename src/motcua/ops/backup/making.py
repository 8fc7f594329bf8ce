"""Make a backup: one moment of the database, and every file that it knows, sealed while they are read."""

import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from motcua.files import copied
from motcua.journal import taking_up
from motcua.ops.backup import file_streams, manifests, programs, shelf
from motcua.ops.backup.envelopes import Recipients, Sealed
from motcua.ops.backup.manifests import JournalHead, Manifest, Part
from motcua.ops.places import CannotStart
from motcua.protection import ledger

Say = Callable[[str], None]


@dataclass(slots=True)
class _Counted:
    """What went into the stream of files."""

    files: int = 0
    size: int = 0


def take(where: Path, recipients: Recipients, *, say: Say) -> Manifest:
    """A whole backup below ``where``, there under its name only when it is finished. Raises CannotStart."""
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    with shelf.alone(where):
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}"
        draft = where / f"{name}{shelf.UNFINISHED}"
        draft.mkdir(mode=0o700)
        try:
            manifest = _fill(draft, name, recipients, say)
            shelf.sync_folder(draft)
            draft.rename(where / name)
            shelf.sync_folder(where)
        except OSError as failure:
            shutil.rmtree(draft)
            raise CannotStart(
                f"Không ghi được bản sao lưu vào {where}: {failure.strerror or failure}."
            ) from failure
        except BaseException:
            shutil.rmtree(draft)
            raise
    return manifest


def _fill(draft: Path, name: str, recipients: Recipients, say: Say) -> Manifest:
    absent: list[str] = []
    with _snapshot() as (snapshot, moment, server):
        began = _facts(name, moment, server, recipients)
        say(f"Cơ sở dữ liệu, thời điểm {moment.astimezone():%H:%M:%S %d/%m/%Y}…")
        database = _database(draft, server, snapshot, recipients)
        say(f"Cơ sở dữ liệu: {in_megabytes(database.size)}. Đang chép tệp…")
        counted = _Counted()
        files = recipients.seal(_files(absent, counted, say), draft / manifests.FILES)
    purged, missing = copied.purged_and_missing(absent)
    whole = replace(
        began,
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        files=counted.files,
        file_bytes=counted.size,
        purged=purged,
        missing=missing,
        parts=[Part(one.name, one.size, one.sha256) for one in (database, files)],
    )
    whole.write(draft, settings.KEYRING.journal_key)
    say(f"Tệp: {counted.files}, {in_megabytes(files.size)}.")
    return whole


class _snapshot:  # noqa: N801 - used as a word: with _snapshot() as …
    """One moment of the database, held open for pg_dump and for ourselves; nothing is locked but against DROP."""

    def __enter__(self) -> tuple[str, datetime, programs.Server]:
        self._block = transaction.atomic()
        self._block.__enter__()
        try:
            return self._begin()
        except BaseException as failure:
            self._block.__exit__(type(failure), failure, failure.__traceback__)
            raise

    def _begin(self) -> tuple[str, datetime, programs.Server]:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # The running system's role has short limits; a dump of a province takes its time.
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute(
                "SELECT pg_export_snapshot(), clock_timestamp(), current_setting('server_version_num')::int"
            )
            snapshot, moment, version = cursor.fetchone()
        return snapshot, moment, programs.server_of(connection.settings_dict, version)

    def __exit__(self, *failure: Any) -> None:
        self._block.__exit__(*failure)


def _facts(name: str, moment: datetime, server: programs.Server, recipients: Recipients) -> Manifest:
    head = taking_up.head()
    return Manifest(
        id=name,
        taken_at=moment.astimezone(UTC).isoformat(timespec="microseconds"),
        finished_at="",
        systems=list(settings.SYSTEMS),
        server_major=server.major,
        migrations=applied(),
        rows=rows_of_each_table(),
        journal=JournalHead(head.seal, head.hash, head.last_sealed, head.last_line),
        erasures=erasures_known(),
        files=0,
        file_bytes=0,
        purged=[],
        missing=[],
        recipients=list(recipients.words),
    )


def erasures_known() -> int:
    """How many people the ledgers say were forgotten. Raises CannotStart for a ledger that was touched."""
    try:
        return len(ledger.agreed())
    except ledger.LedgerBroken as broken:
        raise CannotStart(f"Sổ xóa không khớp hoặc bị sửa ở {broken}; xem sổ tay vận hành.") from broken


def applied() -> dict[str, list[str]]:
    """Which migrations this database has, by room."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, array_agg(name ORDER BY name) FROM django_migrations GROUP BY app")
        return dict(cursor.fetchall())


def rows_of_each_table() -> dict[str, int]:
    """Counted one by one: what a restore is held against."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - a name of the catalogue
            (counts[table],) = cursor.fetchone()
    return counts


def _database(draft: Path, server: programs.Server, snapshot: str, recipients: Recipients) -> Sealed:
    command = [
        programs.found("pg_dump", server),
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        "--no-password",
        f"--snapshot={snapshot}",
    ]
    try:
        return recipients.seal(programs.output(command, server), draft / manifests.DATABASE)
    except programs.DidNotWork as no:
        raise CannotStart(f"pg_dump không làm được:\n{no}") from no


def _files(absent: list[str], counted: _Counted, say: Say) -> Iterator[bytes]:
    root, told = Path(settings.FILES_DIR), time.monotonic()
    for piece in file_streams.packed(root, _counting(counted), absent.append):
        yield piece
        counted.size += len(piece)
        if time.monotonic() - told > 5:
            told = time.monotonic()
            say(f"… {counted.files} tệp, {in_megabytes(counted.size)}")
    counted.files -= len(absent)


def _counting(counted: _Counted) -> Iterator[str]:
    for place in copied.places():
        counted.files += 1
        yield place


def in_megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
