"""How long ago the database's own log was last kept elsewhere: what a disk that dies now would take with it (V-37)."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

#: Written by ``motcua backup files`` and ``backup check``: {"at": iso, "ok": true, …}.
FILES_FILE: Final = "backup-files-status.json"
CHECK_FILE: Final = "backup-check-status.json"
#: The most that may be lost (V-37: RPO of five minutes).
MOST_SECONDS: Final = 300.0
#: A look through the archive is due each night; this is one that did not come.
CHECK_SECONDS: Final = 26 * 3600.0
# What is not yet kept: finished segments, or the one that is being written. The second is switched by the server itself
# after archive_timeout, so that its age is no more than that as long as the segment before it is kept.
_SQL: Final = """
SELECT current_setting('archive_mode') <> 'off',
       pg_is_in_recovery(),
       CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_walfile_name(pg_current_wal_insert_lsn()) END,
       last_archived_wal,
       extract(epoch FROM clock_timestamp() - coalesce(last_archived_time, stats_reset))::float8,
       coalesce(last_failed_time > last_archived_time, last_failed_time IS NOT NULL),
       (SELECT setting::float8 FROM pg_settings WHERE name = 'archive_timeout'),
       (SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size')
FROM pg_stat_archiver
"""
_FOUR_GIB: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class Standing:
    """``age_seconds``: at most so old is what is kept nowhere else. None: the log is not archived from here.

    ``kept``: the last part of which PostgreSQL was told that it is kept.
    """

    age_seconds: float | None
    failing: bool = False
    standby: bool = False
    kept: str | None = None

    @property
    def is_late(self) -> bool:
        return self.age_seconds is not None and self.age_seconds > MOST_SECONDS


@dataclass(frozen=True, slots=True)
class Told:
    """What a command left behind for whoever watches. ``at`` None: it never ran here."""

    at: datetime | None
    ok: bool = False
    count: int = 0

    @property
    def age_seconds(self) -> float:
        return (timezone.now() - self.at).total_seconds() if self.at else 0.0


def standing() -> Standing:
    """One statement, which every role may ask. Raises DatabaseError."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL)
        on, standby, current, kept, since, failing, timeout, segment_bytes = cursor.fetchone()
    if not on or standby:
        return Standing(None, standby=standby)
    only_open = (
        kept is not None
        and not failing
        and _number(current, segment_bytes) <= _number(kept, segment_bytes) + 1
    )
    if only_open and timeout:
        return Standing(min(since, timeout), kept=kept)
    return Standing(since or 0.0, failing=failing, kept=kept)


def _number(name: str, segment_bytes: int) -> int:
    """The how-many-th segment of the log; lines of descent and notes count as the segment they begin with."""
    if name.endswith(".history"):
        return -1
    return int(name[8:16], 16) * (_FOUR_GIB // segment_bytes) + int(name[16:24], 16)


def files() -> Told:
    """Of the round that copies kept files."""
    return _told(FILES_FILE, "missing")


def check() -> Told:
    """Of the last look through the archive; ``count``: how much was wrong."""
    return _told(CHECK_FILE, "wrong")


def _told(name: str, counted: str) -> Told:
    try:
        said = json.loads((Path(settings.VAR_DIR) / name).read_text(encoding="utf-8"))
        return Told(datetime.fromisoformat(said["at"]), said["ok"] is True, int(said.get(counted) or 0))
    except (OSError, ValueError, KeyError, TypeError):
        return Told(None)
