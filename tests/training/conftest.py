"""A training world: the settings say so, the database is marked so, and the phones are in memory."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from motcua.desk import sample
from motcua.kernel.authority import Authority, Power
from motcua.ops import sign_ins
from motcua.web.training import guard
from tests.accounts.desk import authority_at
from tests.training.outside import PhonesInMemory


def mark_for_training() -> None:
    """As the migration marks a fresh database under TRAINING=on."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM training_world")
        cursor.execute("INSERT INTO training_world (id, kind) VALUES (1, 'TRAINING')")
        cursor.execute("SET session_replication_role = origin")


@pytest.fixture
def training_world(settings: Any) -> None:
    """What an installation for training is told."""
    settings.TRAINING = True
    settings.PORTAL_ISSUER = f"{settings.PORTAL_URL}/tap-huan/"
    settings.SIMULATORS_URL = None
    settings.GATE_BINDS_FROM = f"{date(2022, 7, 20)}"


@pytest.fixture
def phones(monkeypatch: pytest.MonkeyPatch) -> PhonesInMemory:
    found = PhonesInMemory()
    for name in ("phones", "motcua.web.training.trying.phones"):
        target = f"motcua.web.training.guard.{name}" if "." not in name else name
        monkeypatch.setattr(target, lambda: found)
    assert guard.phones() is found
    return found


@pytest.fixture
def trainer(db: None, training_world: None, phones: PhonesInMemory) -> Authority:
    """Somebody who may open courses, in a province with a catalogue and nobody else."""
    mark_for_training()
    sample.load(Path(sign_ins.DATA) / "procedures_education.json")
    return authority_at("so-gddt", Power.GRANT)
