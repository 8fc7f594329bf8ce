"""A journal that survives between transactions, and the hand of a database superuser."""

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.db.models import Max

from motcua.journal import sealing
from motcua.journal.models import Event, Seal
from motcua.journal.witnessing import FileWitness


@pytest.fixture
def signer() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
def witnesses(tmp_path: Path) -> list[FileWitness]:
    return [FileWitness(tmp_path / "one" / "journal.jsonl"), FileWitness(tmp_path / "two" / "journal.jsonl")]


def as_superuser(statement: str, *params: object) -> None:
    """Do what the append-only triggers forbid, as somebody who owns the database can."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, params or None)
        cursor.execute("SET session_replication_role = origin")


def seal_all(now: datetime, signer: Ed25519PrivateKey, witnesses: Sequence[FileWitness]) -> int:
    """``sealing.seal_due`` until no line waits.

    PostgreSQL's horizon is one for all databases of a server: a test in another one may hold it back a while.
    """
    until = time.monotonic() + 30
    sealed = sealing.seal_due(now, signer, witnesses)
    while _some_wait() and time.monotonic() < until:
        time.sleep(0.05)
        sealed += sealing.seal_due(now, signer, witnesses)
    return sealed


def _some_wait() -> bool:
    last = Seal.objects.aggregate(last=Max("last_id"))["last"] or 0
    return Event.objects.filter(pk__gt=last).exists()
