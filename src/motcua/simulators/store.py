"""What the simulated outside remembers, in one SQLite file that survives restarts."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY, phone TEXT NOT NULL, sender TEXT NOT NULL, text TEXT NOT NULL,
    at TEXT NOT NULL, reference TEXT UNIQUE, shown INTEGER NOT NULL DEFAULT 1);
CREATE INDEX IF NOT EXISTS message_phone ON message (phone, id);
CREATE TABLE IF NOT EXISTS letter (
    id INTEGER PRIMARY KEY, address TEXT NOT NULL, sender TEXT NOT NULL, subject TEXT NOT NULL,
    text TEXT NOT NULL, at TEXT NOT NULL, message_id TEXT NOT NULL, shown INTEGER NOT NULL DEFAULT 1,
    UNIQUE (address, message_id));
CREATE TABLE IF NOT EXISTS subscriber (
    phone TEXT PRIMARY KEY, operator TEXT NOT NULL, name TEXT NOT NULL, id_number TEXT NOT NULL,
    old_id_number TEXT NOT NULL DEFAULT '', born_on TEXT NOT NULL,
    sim_changed_at TEXT NOT NULL DEFAULT '', owner_changed_at TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS payment (
    reference TEXT PRIMARY KEY, amount INTEGER NOT NULL, words TEXT NOT NULL, return_to TEXT NOT NULL,
    notify_to TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'PENDING', paid_as TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS knob (
    provider TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (provider, name));
CREATE TABLE IF NOT EXISTS national_session (
    id TEXT PRIMARY KEY, until REAL NOT NULL, used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS national_account (
    number TEXT PRIMARY KEY, tech_id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
    status TEXT NOT NULL, level TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS national_paper (
    id INTEGER PRIMARY KEY, owner TEXT NOT NULL, result_code TEXT NOT NULL, name TEXT NOT NULL,
    path TEXT NOT NULL UNIQUE, file TEXT NOT NULL, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS national_dossier (
    code TEXT PRIMARY KEY, said TEXT NOT NULL, times INTEGER NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS national_step (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL, said TEXT NOT NULL, times INTEGER NOT NULL DEFAULT 1,
    UNIQUE (code, said));
CREATE TABLE IF NOT EXISTS vneid_person (
    number TEXT PRIMARY KEY, name TEXT NOT NULL, born_on TEXT NOT NULL, tech_id TEXT NOT NULL UNIQUE,
    level TEXT NOT NULL, kind TEXT NOT NULL DEFAULT '1');
CREATE TABLE IF NOT EXISTS vneid_code (code TEXT PRIMARY KEY, said TEXT NOT NULL, until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS vneid_token (token TEXT PRIMARY KEY, number TEXT NOT NULL, until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS vneid_key (id INTEGER PRIMARY KEY, kid TEXT NOT NULL, private TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS vneid_client (id INTEGER PRIMARY KEY CHECK (id = 1), key TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fault (line TEXT PRIMARY KEY, state TEXT NOT NULL);
"""


class Store:
    """A connection per act: threads never share one."""

    def __init__(self, file: Path) -> None:
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        with self.open() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(_TABLES)
            _grow(db)

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """Committed at the end, rolled back when something is raised."""
        db = sqlite3.connect(self._file, timeout=10)
        db.row_factory = sqlite3.Row
        try:
            with db:
                yield db
        finally:
            db.close()


def _grow(db: sqlite3.Connection) -> None:
    """What a memory of an earlier version lacks."""
    there = {row["name"] for row in db.execute("PRAGMA table_info(subscriber)")}
    for column in ("sim_changed_at", "owner_changed_at"):
        if column not in there:
            db.execute(f"ALTER TABLE subscriber ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")


def default_file() -> Path:
    return Path(os.environ.get("VAR_DIR") or "var") / "simulators" / "outside.sqlite3"
