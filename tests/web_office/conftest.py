"""The administration over HTTP, on PostgreSQL, with the operators faked at their port."""

from collections.abc import Iterator
from typing import Any

import pytest

from motcua.kernel.authority import Power
from motcua.web import outside
from tests.web_office import operators
from tests.web_office.desk import Desk


@pytest.fixture(autouse=True)
def _operators(settings: Any) -> Iterator[None]:
    settings.SUBSCRIBER_REGISTRY = "tests.web_office.operators.registry"
    outside.subscriber_registry.cache_clear()
    operators.operator.down = False
    yield
    outside.subscriber_registry.cache_clear()


@pytest.fixture
def desk() -> Desk:
    """A creator of accounts at a desk, signed in."""
    return Desk(Power.OPEN_ACCOUNT)
