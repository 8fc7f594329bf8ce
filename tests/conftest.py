"""The database under every test: a real PostgreSQL, started once for a run and gone after it.

TEST_DATABASE_URL uses a server that is already there; TEST_POSTGRES_BIN starts another version's programs.
"""

import os
from pathlib import Path

import pytest

from motcua.ops import embedded

_server = pytest.StashKey[embedded.Embedded]()


def pytest_configure(config: pytest.Config) -> None:
    """In the process that started the run; pytest-xdist's workers inherit the address."""
    if hasattr(config, "workerinput") or "TEST_DATABASE_URL" in os.environ:
        return
    if config.option.collectonly:
        return
    binaries = os.environ.get("TEST_POSTGRES_BIN")
    config.stash[_server] = embedded.start(
        Path(os.environ["MOTCUA_TEST_DIR"]) / "postgres",
        durable=False,
        binaries=Path(binaries) if binaries else None,
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(_server, None):
        server.stop()
