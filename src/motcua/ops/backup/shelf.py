"""Where backups lie: which are there, whether they are whole, and which may go."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from motcua.ops.backup import envelopes, file_streams, manifests, programs
from motcua.ops.backup.manifests import Manifest, NotABackup
from motcua.ops.places import CannotStart

UNFINISHED: Final = ".part"
_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Opened:
    """What a look inside found."""

    tables: int
    files: int


@contextmanager
def alone(where: Path) -> Iterator[None]:
    """One backup at a time into a folder; the kernel lets go when the process ends."""
    lock = os.open(where / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise CannotStart(f"Một lần sao lưu khác đang ghi vào {where}.") from None
    finally:
        os.close(lock)


def folders(where: Path) -> list[Path]:
    """Finished backups, the newest first; a link is none: it may lead to another shelf, or to an old one."""
    found = (
        [
            path
            for path in where.iterdir()
            if path.is_dir() and not path.is_symlink() and manifests.is_id(path.name)
        ]
        if where.is_dir()
        else []
    )
    return sorted(found, key=lambda path: path.name, reverse=True)


def newest(where: Path) -> Path:
    """The backup itself, or the newest of a folder of backups. Raises CannotStart."""
    if (where / manifests.NAME).exists():
        return where
    if not (known := folders(where)):
        raise NotABackup(f"Không có bản sao lưu nào ở {where}.")
    return known[0]


def verify(folder: Path, believed: Ed25519PublicKey) -> Manifest:
    """Signature, sizes and hashes of every part; opens nothing. Raises NotABackup with what is wrong."""
    manifest = Manifest.read(folder, believed)
    for part in manifest.parts:
        path = folder / part.name
        if path.is_symlink() or not path.is_file():
            raise NotABackup(f"Bản sao lưu {folder.name} thiếu {part.name}.")
        if envelopes.digest_of(path) != (part.size, part.sha256):
            raise NotABackup(f"Bản sao lưu {folder.name}: {part.name} bị sửa hoặc bị cắt.")
    return manifest


def look_inside(folder: Path, manifest: Manifest, identity: envelopes.Identity) -> Opened:
    """Opens every part to its end, and keeps nothing of it."""
    anywhere = programs.Server("", "", "", "", "", manifest.server_major)
    with identity.opened(folder / manifests.DATABASE) as stream:
        try:
            listed = programs.feed([programs.found("pg_restore", anywhere), "--list"], None, stream)
        except programs.DidNotWork as no:
            raise NotABackup(f"Không đọc được phần cơ sở dữ liệu của {folder.name}:\n{no}") from no
    tables = sum(" TABLE DATA " in line for line in listed.splitlines())
    with identity.opened(folder / manifests.FILES) as stream:
        files = sum(1 for _ in file_streams.places_in(stream))
    if (tables, files) != (len(manifest.rows), manifest.files):
        raise NotABackup(
            f"Bản sao lưu {folder.name} không chứa đủ bảng và tệp đã ghi trong {manifests.NAME}."
        )
    return Opened(tables, files)


def keep_newest(where: Path, count: int, believed: Ed25519PublicKey) -> list[str]:
    """Names of the backups that went: all but the newest ``count`` that are whole and ours, and day-old half ones.

    What nobody of us signed, or lacks files, counts for nothing and stays where it is: somebody shall look at it.
    """
    ours = [path for path in folders(where) if _is_ours(path, believed)]
    going = ours[count:] + [path for path in where.glob(f"*{UNFINISHED}") if _is_left_behind(path)]
    for path in going:
        shutil.rmtree(path)
    return [path.name for path in going]


def _is_left_behind(path: Path) -> bool:
    named = manifests.is_id(path.name.removesuffix(UNFINISHED)) and not path.is_symlink()
    return named and path.stat().st_mtime < time.time() - _DAY


def _is_ours(folder: Path, believed: Ed25519PublicKey) -> bool:
    try:
        return not Manifest.read(folder, believed).missing
    except NotABackup:
        return False


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
