"""The database under every test: a real PostgreSQL, started once for a run and gone after it.

TEST_DATABASE_URL uses a server that is already there; TEST_POSTGRES_BIN starts another version's programs.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import TransactionTestCase

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


@pytest.fixture(autouse=True, scope="session")
def _append_only_rules_rest_while_tables_are_emptied() -> Iterator[None]:
    """After a test with real commits its tables are emptied, which only a superuser can do to a journal."""
    emptied = TransactionTestCase._fixture_teardown

    def empty(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        emptied(case)
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = origin")

    TransactionTestCase._fixture_teardown = empty
    yield
    TransactionTestCase._fixture_teardown = emptied
