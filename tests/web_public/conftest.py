"""The public and the citizen's pages over HTTP, on PostgreSQL, with the operators faked at their port."""

from collections.abc import Iterator
from typing import Any

import pytest

from motcua.limits import spending
from motcua.web import outside
from tests.web_public import outside as town
from tests.web_public.visiting import Browser


@pytest.fixture(autouse=True)
def _operators(settings: Any) -> Iterator[None]:
    settings.SUBSCRIBER_REGISTRY = "tests.web_public.outside.registry"
    outside.subscriber_registry.cache_clear()
    town.forget()
    yield
    outside.subscriber_registry.cache_clear()


@pytest.fixture
def browser() -> Browser:
    """A stranger's browser."""
    return Browser()


@pytest.fixture
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """For measurements that ask a thousand times: budgets have tests of their own."""
    monkeypatch.setattr(spending, "spend", lambda *wants: None)
