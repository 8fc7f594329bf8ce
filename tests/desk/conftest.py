from pathlib import Path

import pytest
from tests.desk import town as building
from tests.desk.town import Town


@pytest.fixture
def town(transactional_db: None, tmp_path: Path) -> Town:
    return building.town(tmp_path)
