"""Guides are compared with the pages they speak of: a desk with real rooms behind it, the operators faked."""

from collections.abc import Iterator
from typing import Any

import pytest

from motcua.web import outside as asked
from tests.simulated import outside, outside_url
from tests.web_counter.conftest import desk
from tests.web_public import outside as town

__all__ = ["desk", "outside", "outside_url"]


@pytest.fixture(autouse=True)
def _operators(settings: Any) -> Iterator[None]:
    settings.SUBSCRIBER_REGISTRY = "tests.web_public.outside.registry"
    asked.subscriber_registry.cache_clear()
    town.forget()
    yield
    asked.subscriber_registry.cache_clear()
