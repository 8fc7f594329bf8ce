"""Each test of this folder runs on every implementation of its port."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.gateways.contracts import ports_in_use as ports
from tests.gateways.contracts.ports_in_use import Ground


def _ground(request: pytest.FixtureRequest, place: Path, patch: pytest.MonkeyPatch) -> Iterator[Ground]:
    made: Any = request.param(place, lambda: patch.setattr(ports.portal_line, "line_is_up", ports.line_down))
    yield made
    if hasattr(made, "outside"):
        with suppress(OSError):
            made.outside.close()


@pytest.fixture(params=ports.REGISTRIES, ids=lambda kind: kind.__name__)
def ground(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None
) -> Iterator[Ground]:
    """An implementation of AccountRegistry."""
    yield from _ground(request, tmp_path, monkeypatch)


@pytest.fixture(params=ports.VAULTS, ids=lambda kind: kind.__name__)
def vaults(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None
) -> Iterator[Ground]:
    """An implementation of OwnersVault."""
    yield from _ground(request, tmp_path, monkeypatch)
