"""The erasure ledger: who was forgotten, by opaque id, in files outside of the database (threats DP-23).

A backup that is older than an erasure brings the person back; ``motcua erase replay`` reads these files and forgets
again, before anybody is let in. A line is never changed and carries the hash of the one before it.
"""

import fcntl
import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings

_START: Final = "0" * 64


class LedgerBroken(Exception):
    """A line is missing, was changed, or does not follow the one before it."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One forgotten account. ``closed_at``: the day from which thirty were counted."""

    account: uuid.UUID
    closed_at: datetime
    at: datetime


class Ledger:
    """One file of JSON lines; kept where a restore of the database does not reach."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, erasure: Erasure) -> None:
        """When this returns, the line survives a crash. Raises OSError, LedgerBroken."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)  # two workers: the second one's line follows the first one's
            with os.fdopen(handle, "r+b", closefd=False) as file:
                before = self._last_hash(file.read())
                file.write(_line(erasure, before))
                file.flush()
                os.fsync(handle)
        finally:
            os.close(handle)

    def erasures(self) -> Iterator[Erasure]:
        """All of them, oldest first. Raises LedgerBroken at the first line that does not follow."""
        if not self.path.exists():
            return
        before = _START
        for nth, raw in enumerate(self.path.read_bytes().splitlines(), start=1):
            erasure, before = self._read(raw, before, nth)
            yield erasure

    def _read(self, raw: bytes, before: str, nth: int) -> tuple[Erasure, str]:
        try:
            said = json.loads(raw)
            erasure = Erasure(
                uuid.UUID(said["account"]),
                datetime.fromisoformat(said["closed_at"]),
                datetime.fromisoformat(said["at"]),
            )
        except (ValueError, KeyError, TypeError) as failure:
            raise LedgerBroken(f"{self.path}: dòng {nth}") from failure
        if said.get("before") != before or said.get("hash") != _hash(erasure, before):
            raise LedgerBroken(f"{self.path}: dòng {nth}")
        return erasure, str(said["hash"])

    def _last_hash(self, content: bytes) -> str:
        lines = content.splitlines()
        if not lines:
            return _START
        if not content.endswith(b"\n"):
            raise LedgerBroken(f"{self.path}: dòng {len(lines)}")
        return str(json.loads(lines[-1])["hash"])


def configured() -> list[Ledger]:
    """Two at least, kept by different hands in production; beside the journal's witnesses when nothing is said."""
    var = Path(settings.VAR_DIR)
    usual = [var / "witness-1" / "erasures.jsonl", var / "witness-2" / "erasures.jsonl"]
    return [Ledger(Path(path)) for path in settings.ERASURE_LEDGERS or usual]


def write_down(account: uuid.UUID, closed_at: datetime) -> None:
    """In every ledger, before the database forgets: a line too many is harmless, one too few is not."""
    erasure = Erasure(account, closed_at, datetime.now(UTC))
    for ledger in configured():
        ledger.append(erasure)


def _line(erasure: Erasure, before: str) -> bytes:
    said = {**_said(erasure), "before": before, "hash": _hash(erasure, before)}
    return (json.dumps(said, sort_keys=True) + "\n").encode()


def _hash(erasure: Erasure, before: str) -> str:
    return hashlib.sha256(json.dumps([before, _said(erasure)], sort_keys=True).encode()).hexdigest()


def _said(erasure: Erasure) -> dict[str, str]:
    return {
        "account": str(erasure.account),
        "closed_at": erasure.closed_at.astimezone(UTC).isoformat(),
        "at": erasure.at.astimezone(UTC).isoformat(),
    }
