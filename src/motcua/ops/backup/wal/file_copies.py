"""Kept files, copied one by one as they come: the log brings their rows, these bring what the rows speak of.

They are sealed already, each with a key of its own that lies, wrapped, in its row: a copy needs no second seal and is
worth nothing without the row. Whoever is forgotten is so in every copy, once no base with the older row is kept. A file
never changes, so the name says whether it is there.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from motcua.files import copied, storing
from motcua.ops.backup.wal.archive import FILES, Place
from motcua.ops.backup.wal.archive import sync_folder as sync
from motcua.ops.places import CannotStart

#: A row is there up to so long after the moment it says of itself: transactions take their time.
_OVERLAP = timedelta(hours=1)


@dataclass(slots=True)
class Copied:
    """What one round did. ``missing``: public ids of files that are not on the disk and should be."""

    files: int = 0
    missing: list[str] = field(default_factory=list)
    upto: datetime | None = None


def copy_new(places: list[Place], *, since: datetime | None) -> Copied:
    """Every file whose row came after ``since`` (None: every one), durable in every place. Raises CannotStart."""
    done, absent = Copied(upto=_now()), list[str]()
    root = Path(settings.FILES_DIR)
    for place in copied.places_since(since - _OVERLAP if since else None):
        wanting = [one for one in places if not (one.root / FILES / place).exists()]
        if not wanting:
            continue
        try:
            content = (root / place).read_bytes()
        except FileNotFoundError:
            absent.append(place)
            continue
        for one in wanting:
            _write(one.root / FILES, place, content)
        done.files += 1
    _, done.missing = copied.purged_and_missing(absent)
    return done


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    moment: datetime = now
    return moment


def _write(root: Path, place: str, content: bytes) -> None:
    path = root / place
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        _make_folders(path.parent)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(path)
        sync(path.parent)
    except OSError as failure:
        draft.unlink(missing_ok=True)
        raise CannotStart(f"Không chép được tệp vào {root}: {failure.strerror or failure}.") from failure


def _make_folders(folder: Path) -> None:
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(mode=0o770, parents=True, exist_ok=True)
    for one in missing:
        sync(one.parent)


def forget(place: Place, *, before: datetime) -> int:
    """Copies of files whose day had come at the moment of the oldest base: no restore asks for them any more."""
    gone = 0
    for where in copied.places_purged_before(before):
        path = place.root / FILES / where
        if path.exists():
            path.unlink()
            gone += 1
    return gone


def bring_back(places: list[Place], say: Callable[[str], None]) -> int:
    """Each file that the recovered rows speak of, from the first place that has it whole; how many.

    What none has, or only changed, is named by the proof that follows.
    """
    count = 0
    for done in copied.put_back(lambda where: _found(places, where)):
        count += done
        if done and count % 10_000 == 0:
            say(f"… {count} tệp")
    storing.sync_all()
    return count


def _found(places: list[Place], where: str) -> Iterator[bytes]:
    for place in places:
        with suppress(OSError):
            yield (place.root / FILES / where).read_bytes()
