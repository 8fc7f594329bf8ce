"""The rounds in which kept files are copied: once, or for ever under a unit; each leaves word for whoever watches."""

import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError, connection

from motcua.health import log_archive
from motcua.ops.backup import status
from motcua.ops.backup.wal import file_copies
from motcua.ops.backup.wal.archive import Place
from motcua.ops.backup.wal.file_copies import Copied
from motcua.ops.backup.wal.stamps import StampKey
from motcua.ops.places import CannotStart

Say = Callable[[str], None]


def once(roots: list[Path], key: StampKey, var_dir: Path, *, say: Say, since: datetime | None = None) -> int:
    """0: everything is copied; 3: files are missing on the disk. Raises CannotStart."""
    done = _round(roots, key, var_dir, since)
    say(f"Đã chép {done.files} tệp.")
    if done.missing:
        say(f"{len(done.missing)} tệp không có ở FILES_DIR, ví dụ {done.missing[0]}.")
        return 3
    return 0


def go_on(roots: list[Path], key: StampKey, var_dir: Path, *, every: int, say: Say) -> None:
    """Until it is ended. The first round looks at every file, later ones at those that are new."""
    since: datetime | None = None
    parent = os.getppid()
    while os.getppid() == parent:
        try:
            done = _round(roots, key, var_dir, since)
        except (CannotStart, DatabaseError, OSError) as no:
            say(str(no) if isinstance(no, CannotStart) else f"Chưa chép được: {type(no).__name__}.")
            connection.close()
        else:
            # What is missing may come back with its disk: looked for again, all of it.
            since = None if done.missing else done.upto
            if done.missing:
                say(f"{len(done.missing)} tệp không có ở FILES_DIR, ví dụ {done.missing[0]}.")
        time.sleep(every)


def _round(roots: list[Path], key: StampKey, var_dir: Path, since: datetime | None) -> Copied:
    try:
        places = [Place.opened(root, key) for root in roots]  # each time: a disk may be taken away
        done = file_copies.copy_new(places, since=since)
    except BaseException:
        status.leave(var_dir, log_archive.FILES_FILE, {"ok": False, "missing": 0})
        raise
    status.leave(var_dir, log_archive.FILES_FILE, {"ok": not done.missing, "missing": len(done.missing)})
    return done
