"""A copy of PostgreSQL's files from which the log leads to any later moment; and what may go when it is old."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection

from motcua.ops.backup import making, programs
from motcua.ops.backup.envelopes import Recipients
from motcua.ops.backup.wal import archive, file_copies
from motcua.ops.backup.wal.archive import Place
from motcua.ops.backup.wal.bases_known import PREFIX, bases
from motcua.ops.backup.wal.segments import Segment, is_segment
from motcua.ops.backup.wal.stamps import Stamp, StampKey
from motcua.ops.places import CannotStart

_WAIT_SECONDS: Final = 120.0
_DAY: Final = 86_400
_SERVER: Final = """
SELECT current_setting('server_version_num')::int, (SELECT system_identifier::text FROM pg_control_system()),
       pg_is_in_recovery(), current_setting('archive_mode'),
       (SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size'),
       (SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user)
           AND has_function_privilege('pg_switch_wal()', 'EXECUTE'),
       (SELECT count(*) FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global'))
"""
_SWITCH: Final = "SELECT pg_walfile_name(pg_switch_wal())"
_ARCHIVED: Final = "SELECT last_archived_wal, last_failed_wal FROM pg_stat_archiver"


@dataclass(frozen=True, slots=True)
class Cluster:
    """The server as far as a copy of its files must know it."""

    system: str
    server: programs.Server
    segment_bytes: int


def stamp_key() -> StampKey:
    return StampKey.of(settings.KEYRING.journal_key)


def cluster() -> Cluster:
    """Raises CannotStart when this server is none of which a base can be taken."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_SERVER)
            version, system, standby, mode, segment_bytes, may, spaces = cursor.fetchone()
    except DatabaseError as no:
        raise CannotStart(f"Không hỏi được cơ sở dữ liệu: {type(no).__name__}.") from no
    if standby:
        raise CannotStart("Máy này đang là máy dự phòng; hãy chạy trên máy chính.")
    if mode not in ("on", "always"):
        raise CannotStart(
            "PostgreSQL chưa lưu WAL (archive_mode = off). Đặt archive_mode, archive_command theo sổ tay vận hành,"
            " khởi động lại PostgreSQL rồi chạy lại."
        )
    if not may:
        raise CannotStart(
            "DATABASE_URL phải là của chủ cụm PostgreSQL, hoặc tài khoản có quyền REPLICATION và gọi được"
            " pg_switch_wal()."
        )
    if spaces:
        raise CannotStart(
            "Cụm này có tablespace riêng; lệnh này chưa chép được, hãy dùng pgBackRest hoặc Barman."
        )
    return Cluster(system, programs.server_of(connection.settings_dict, version), segment_bytes)


def take(places: list[Place], recipients: Recipients, *, say: making.Say) -> Stamp:
    """A base in every place, after the log was seen to arrive there. Raises CannotStart."""
    known = cluster()
    start = _log_arrives(known, places, say)
    began = time.monotonic()
    name = f"{PREFIX}{datetime.now(UTC):%Y%m%dT%H%M%S}Z-{secrets.token_hex(4)}"
    facts = {
        "kind": "base",
        "start": start,
        "began": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "segment_bytes": known.segment_bytes,
        "server_major": known.server.major,
        "database": known.server.name,
        "systems": sorted(settings.SYSTEMS),
        "migrations": making.applied(),
        "erasures": making.erasures_known(),
    }
    connection.close()  # a copy takes as long as it takes; nobody waits for us meanwhile
    say("WAL đến được nơi lưu. Đang chép tệp của PostgreSQL…")
    stamp = archive.put(
        places,
        known.system,
        name,
        lambda: _files(known.server),
        recipients,
        facts=lambda: {**facts, "end": newest_kept(places[0], known.system)},
    )
    say(f"{name}: {making.in_megabytes(stamp.sealed_size)}, {time.monotonic() - began:.0f} giây.")
    return stamp


def newest_kept(place: Place, system: str) -> str:
    """The last segment that arrived. pg_basebackup ends when the log that its copy needs is kept: here, or before."""
    return max(name for name in place.names(system) if is_segment(name))


def _files(server: programs.Server) -> Iterator[bytes]:
    command = [
        programs.found("pg_basebackup", server),
        "--pgdata=-",
        "--format=tar",
        "--wal-method=none",
        "--checkpoint=fast",
        "--no-password",
        "--label=motcua",
    ]
    try:
        yield from programs.output(command, server)
    except programs.DidNotWork as no:
        raise CannotStart(f"pg_basebackup không làm được:\n{no}") from no


def _log_arrives(known: Cluster, places: list[Place], say: making.Say) -> str:
    """Waits for one segment to be seen in every place; its name. A base whose log does not arrive is worth nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_walfile_name(pg_current_wal_insert_lsn())")
        (start,) = cursor.fetchone()
        # An idle server has nothing to switch: one record makes something.
        cursor.execute("SELECT pg_logical_emit_message(false, 'motcua', 'base')")
        cursor.execute(_SWITCH)
        (wanted,) = cursor.fetchone()
    until = time.monotonic() + _WAIT_SECONDS
    while True:
        missing = [place for place in places if place.stamp(known.system, wanted) is None]
        if not missing:
            return str(start)
        if time.monotonic() > until:
            with connection.cursor() as cursor:
                cursor.execute(_ARCHIVED)
                _, failed = cursor.fetchone()
            raise CannotStart(
                f"WAL không đến nơi lưu {missing[0].root} ({failed or wanted} chưa lưu được). Xem nhật ký của"
                " PostgreSQL có dòng “motcua:”, sửa rồi chạy lại; chưa chép gì."
            )
        time.sleep(0.2)


def keep_newest(places: list[Place], system: str, count: int) -> list[str]:
    """Names of what went: older bases than the newest ``count``, the log before them, files whose day came by then.

    Lines of descent (``.history``) stay: they are small and tell where a log turned.
    """
    gone: list[str] = []
    for place in places:
        known = bases(place, system)
        if len(known) < count:
            continue
        oldest = known[count - 1]
        gone += [one.name for one in known[count:]]
        for one in known[count:]:
            place.remove(system, one.name)
        gone += _log_before(place, system, oldest)
        file_copies.forget(place, before=oldest.moment)
        for path in list(_left_behind(place, system)):
            path.unlink(missing_ok=True)
        archive.sync_folder(place.folder(system))
    return sorted(set(gone))


def _log_before(place: Place, system: str, oldest: Stamp) -> list[str]:
    segment_bytes = int(oldest.facts["segment_bytes"])
    first = Segment.of(str(oldest.facts["start"]), segment_bytes).number
    going = [
        name
        for name in place.names(system)
        if is_segment(name[:24])
        and not name.endswith(".history")
        and Segment.of(name[:24], segment_bytes).number < first
    ]
    for name in going:
        place.remove(system, name)
    return going


def _left_behind(place: Place, system: str) -> Iterator[Path]:
    """What an interrupted write left, older than a day: drafts, and sealed bytes of which no stamp speaks."""
    for path in place.folder(system).iterdir():
        if path.suffix not in (archive.SEALED, ".part") or path.stat().st_mtime > time.time() - _DAY:
            continue
        stamp = place.stamp(system, path.name.removesuffix(archive.SEALED).rpartition(".")[0])
        if path.suffix == ".part" or stamp is None or place.sealed(system, stamp) != path:
            yield path
