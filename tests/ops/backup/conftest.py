from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.ops.backup import world as building
from tests.ops.backup.world import CleanPlace, World

from motcua.ops import embedded


@pytest.fixture
def world(transactional_db: None, settings: Any, tmp_path: Path) -> World:
    building.configure(settings, tmp_path)
    return building.build(tmp_path)


@pytest.fixture
def clean(tmp_path: Path) -> Iterator[CleanPlace]:
    place = tmp_path / "máy khác"
    server = embedded.start(place / "postgres", durable=False)
    yield CleanPlace(place, server)
    server.stop()
