"""A journal that survives between transactions, and the hand of a database superuser."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

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
