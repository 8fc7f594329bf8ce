"""The same visitors before two installations: a portal and a desk that know each other over HTTP only."""

from collections.abc import Iterator

import pytest

from tests.running_town import Town, town_apart_in


@pytest.fixture(scope="package")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """As `make run-split` starts it: two of everything, one after the other."""
    running = town_apart_in(tmp_path_factory.mktemp("apart"), PROOF_OF_WORK_COST="2000")
    running.start(patience=600.0)
    yield running
    running.stop()
