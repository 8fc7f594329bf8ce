"""The erasure ledger: who was forgotten, by opaque id, in files outside of the database (threats DP-23).

A backup that is older than an erasure brings the person back; ``motcua erase replay`` reads these files and forgets
again, before anybody is let in. A line is never changed and carries the mark of the one before it; who has not this
installation's keys makes none. The last line cannot be missed by one ledger alone: a replay compares them.
"""

import fcntl
import hmac
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
        """When this returns, the line survives a crash. Raises OSError, LedgerBroken.

        Half a line at the end was never acknowledged: the crash that left it kept the person, so it is cut off.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)  # two workers: the second one's line follows the first one's
            with os.fdopen(handle, "r+b", closefd=False) as file:
                content = file.read()
                whole = content[: content.rfind(b"\n") + 1]
                before = self._last_mark(whole)
                file.truncate(len(whole))
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
        content = self.path.read_bytes()
        for nth, raw in enumerate(content[: content.rfind(b"\n") + 1].splitlines(), start=1):
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
        mark = _mark(erasure, before)
        if said.get("before") != before or not hmac.compare_digest(str(said.get("mark")), mark):
            raise LedgerBroken(f"{self.path}: dòng {nth}")
        return erasure, mark

    def _last_mark(self, whole: bytes) -> str:
        lines = whole.splitlines()
        try:
            return str(json.loads(lines[-1])["mark"]) if lines else _START
        except (ValueError, KeyError, TypeError) as failure:
            raise LedgerBroken(f"{self.path}: dòng {len(lines)}") from failure


def configured() -> list[Ledger]:
    """Two at least, kept by different hands in production; beside the journal's witnesses when nothing is said."""
    var = Path(settings.VAR_DIR)
    usual = [var / "witness-1" / "erasures.jsonl", var / "witness-2" / "erasures.jsonl"]
    return [Ledger(Path(path)) for path in settings.ERASURE_LEDGERS or usual]


def agreed() -> dict[uuid.UUID, datetime]:
    """Who was forgotten, and closed when. Raises LedgerBroken when one ledger does not know whom another knows:
    it was shortened, or a crash came between the two; somebody compares them first (runbook).
    """
    said = [(each, {one.account: one.closed_at for one in each.erasures()}) for each in configured()]
    everybody = {account: closed_at for _, known in said for account, closed_at in known.items()}
    for each, known in said:
        if missing := len(everybody.keys() - known.keys()):
            raise LedgerBroken(f"{each.path}: thiếu {missing} người có trong sổ khác")
    return everybody


def write_down(account: uuid.UUID, closed_at: datetime) -> None:
    """In every ledger, before the database forgets: a line too many is harmless, one too few is not."""
    erasure = Erasure(account, closed_at, datetime.now(UTC))
    for ledger in configured():
        ledger.append(erasure)


def _line(erasure: Erasure, before: str) -> bytes:
    said = {**_said(erasure), "before": before, "mark": _mark(erasure, before)}
    return (json.dumps(said, sort_keys=True) + "\n").encode()


def _mark(erasure: Erasure, before: str) -> str:
    mark: bytes = settings.KEYRING.mac("erasure-ledger", before, json.dumps(_said(erasure), sort_keys=True))
    return mark.hex()


def _said(erasure: Erasure) -> dict[str, str]:
    return {
        "account": str(erasure.account),
        "closed_at": erasure.closed_at.astimezone(UTC).isoformat(),
        "at": erasure.at.astimezone(UTC).isoformat(),
    }
