"""The machine itself: the database and its standbys, the clocks, the room for files, the last backup."""

import json
import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

#: Written by whoever makes backups: {"at": iso, "ok": true, "bytes": n}.
BACKUP_FILE: Final = "backup-status.json"
_REPLICAS: Final = """
SELECT count(*), max(extract(epoch FROM replay_lag))::float8 FROM pg_stat_replication WHERE state = 'streaming'
"""


@dataclass(frozen=True, slots=True)
class Backup:
    """``at`` None: never made, or nobody can read what was said about it."""

    at: datetime | None
    ok: bool
    bytes: int = 0

    @property
    def age_seconds(self) -> float:
        return (timezone.now() - self.at).total_seconds() if self.at else 0.0


@dataclass(frozen=True, slots=True)
class Database:
    """``lag_seconds`` None: there is no standby, or this role may not see how far it has come."""

    answer_seconds: float
    clock_off_seconds: float
    standbys: int
    lag_seconds: float | None


def database() -> Database:
    """Two statements. Raises DatabaseError when there is none."""
    begun, before = time.monotonic(), time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        (theirs,) = cursor.fetchone()
        took, after = time.monotonic() - begun, time.time()
        cursor.execute(_REPLICAS)
        standbys, lag = cursor.fetchone()
    # Read between the two: further off than the question took is a clock that is wrong.
    off = theirs - after if theirs > after else theirs - before if theirs < before else 0.0
    return Database(took, off, standbys, lag)


#: Settings of the server under which its own log names nobody (threats V-27).
QUIET_LOG: Final = {
    "log_error_verbosity": ("terse",),
    "log_statement": ("none", "ddl"),
    "log_parameter_max_length_on_error": ("0",),
}


def talkative_settings() -> list[str]:
    """What of the server's own log would quote rows or parameters, as it is set now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY name", [list(QUIET_LOG)]
        )
        return [
            f"{name} = {setting}" for name, setting in cursor.fetchall() if setting not in QUIET_LOG[name]
        ]


def disk_room() -> tuple[int, int]:
    """Bytes that are free, and all, where files are kept. Raises OSError."""
    usage = shutil.disk_usage(settings.FILES_DIR)
    return usage.free, usage.total


def backup() -> Backup:
    """What the last backup said of itself."""
    try:
        said = json.loads((Path(settings.VAR_DIR) / BACKUP_FILE).read_text(encoding="utf-8"))
        at = datetime.fromisoformat(said["at"])
        return Backup(
            at if timezone.is_aware(at) else timezone.make_aware(at),
            said["ok"] is True,
            int(said.get("bytes") or 0),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Backup(None, ok=False)
