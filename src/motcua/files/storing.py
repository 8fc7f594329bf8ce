"""Where sealed bytes lie: a random name two folders deep, on disk before anybody is told."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings

_PLACE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{32}")


def write(sealed: bytes) -> str:
    """A new place holding the bytes, durable when this returns: file, name and folders are synced."""
    name = secrets.token_hex(16)
    place = f"{name[:2]}/{name[2:4]}/{name}"
    path = _path(place)
    _make_folders(path.parent)
    unfinished = path.with_suffix(".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(sealed)
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return place


def read(place: str) -> bytes:
    return _path(place).read_bytes()


def delete(place: str) -> None:
    """Gone, and gone after a power cut too. Not there is as good."""
    path = _path(place)
    with suppress(FileNotFoundError):
        path.unlink()
        _sync_folder(path.parent)


def places_older_than(moment: float) -> Iterator[str]:
    """Places (and unfinished writes) last touched before ``moment``, seconds since 1970."""
    root = Path(settings.FILES_DIR)
    for path in root.glob("??/??/*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < moment:
                yield path.relative_to(root).as_posix()


def delete_unfinished(place: str) -> bool:
    """Remove what an interrupted write left; whether that is what it was."""
    if not place.endswith(".part") or not _PLACE.fullmatch(place.removesuffix(".part")):
        return False
    (Path(settings.FILES_DIR) / place).unlink(missing_ok=True)
    return True


def _path(place: str) -> Path:
    if not _PLACE.fullmatch(place):
        raise ValueError("Not a place of ours.")
    return Path(settings.FILES_DIR) / place


def _make_folders(folder: Path) -> None:
    """The folders down to ``folder``; each new name is synced in the folder above it."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for one in missing:
        _sync_folder(one.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_back(place: str, sealed: bytes) -> None:
    """Bytes of a backup at the place they had. Not synced one by one: whoever restores syncs once at the end."""
    path = _path(place)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(sealed)


def is_empty() -> bool:
    """Whether nothing of ours lies here."""
    return next(Path(settings.FILES_DIR).glob("??/??/*"), None) is None


def sync_all() -> None:
    """Everything that was put back is on disk when this returns."""
    os.sync()
