"""A training world: the settings say so, the database is marked so, and the phones are in memory."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from motcua.ops import sample
from motcua.web.training import guard
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
    """Without people: for rules and stamps."""
    settings.TRAINING = True
    settings.PORTAL_ISSUER = f"{settings.PORTAL_URL}/tap-huan/"
    settings.ACCOUNT_REGISTRY = "motcua.gateways.training_portal.TrainingPortal"


@pytest.fixture
def phones(monkeypatch: pytest.MonkeyPatch) -> Iterator[PhonesInMemory]:
    found = PhonesInMemory()
    guard.phones.cache_clear()
    monkeypatch.setattr(guard, "phones", lambda: found)
    yield found


@pytest.fixture
def school(transactional_db: None, training_world: None, phones: PhonesInMemory) -> None:
    """The sample world, marked for training."""
    mark_for_training()
    sample.load()
