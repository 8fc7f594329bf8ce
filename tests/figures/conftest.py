"""Sealed days to count."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from motcua.figures import counting
from motcua.journal.witnessing import FileWitness
from tests.journal.conftest import seal_all

_KEY = Ed25519PrivateKey.generate()


def count_all() -> None:
    """``counting.count_due`` until nothing is left."""
    while counting.count_due():
        pass


@pytest.fixture
def seal(tmp_path: Path) -> "Sealing":
    return Sealing([FileWitness(tmp_path / "one.jsonl"), FileWitness(tmp_path / "two.jsonl")])


class Sealing:
    """Seals what was written."""

    def __init__(self, witnesses: list[FileWitness]) -> None:
        self.witnesses = witnesses

    def __call__(self) -> None:
        seal_all(datetime.now(tz=UTC), _KEY, self.witnesses)
