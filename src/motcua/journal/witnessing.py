"""Witnesses: places outside the database that remember each seal, so that nobody rewrites the past alone."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from django.conf import settings

from motcua.journal.batches import Batch

_TAIL: Final = 1 << 20


class Witness(Protocol):
    """Remembers seals in order and gives them back. It is never asked to change or forget one."""

    def append(self, batch: Batch) -> None:
        """Keep one more seal: when this returns, it survives a crash. Raises OSError, and is asked again."""

    def last(self) -> Batch | None:
        """The newest seal it remembers."""

    def batches(self) -> Iterator[Batch]:
        """All of them, oldest first."""


class FileWitness:
    """A file of JSON lines: on another unit's mount, on write-once storage, or sent on to the province."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, batch: Batch) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            start = "" if _ends_a_line(handle) else "\n"  # half a line of a crash stays, on a line of its own
            _write_all(handle, f"{start}{batch.to_line()}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)

    def last(self) -> Batch | None:
        if not self.path.exists():
            return None
        with self.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            tail = file.read().decode(errors="replace").splitlines()
        return next(filter(None, map(Batch.from_line, reversed(tail))), None)

    def batches(self) -> Iterator[Batch]:
        with self.path.open(encoding="utf-8", errors="replace") as file:
            yield from filter(None, map(Batch.from_line, file))


def configured() -> list[FileWitness]:
    """The witnesses of this installation: two at least, kept by different hands in production."""
    var = Path(settings.VAR_DIR)
    usual = [var / "witness-1" / "journal.jsonl", var / "witness-2" / "journal.jsonl"]
    return [FileWitness(Path(path)) for path in getattr(settings, "JOURNAL_WITNESSES", None) or usual]


def _ends_a_line(handle: int) -> bool:
    size = os.fstat(handle).st_size
    return size == 0 or os.pread(handle, 1, size - 1) == b"\n"


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
