"""The database under every test: a real PostgreSQL, started once for a run and gone after it.

TEST_DATABASE_URL uses a server that is already there; TEST_POSTGRES_BIN starts another version's programs.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks a running server by the clock may be asked a second time; the run's summary names each (R).

    Never a rule, a race or a calculation: those fail once and for all.
    """
    for item in items:
        by_the_clock = item.get_closest_marker("journey") or "live_server" in getattr(
            item, "fixturenames", ()
        )
        if by_the_clock and not item.get_closest_marker("race"):
            item.add_marker(pytest.mark.flaky(reruns=1))


#: A table that grew beyond this leaves too many dead rows behind when it is emptied row by row.
_LARGE = 4_000_000


@pytest.fixture(autouse=True, scope="session")
def _tables_are_emptied_quickly_and_append_only_ones_too() -> Iterator[None]:
    """After a test with real commits its tables are emptied, which only a superuser can do to a journal.

    Django truncates every table there is, which takes ten times as long as emptying the few that hold a row.
    """
    truncated = TransactionTestCase._fixture_teardown

    def empty(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            held = _tables_with_rows(cursor)
            if max(held.values(), default=0) > _LARGE:
                truncated(case)
            elif held:
                cursor.execute("; ".join(f'DELETE FROM "{table}"' for table in held))
            cursor.execute("SET session_replication_role = origin")

    TransactionTestCase._fixture_teardown = empty
    yield
    TransactionTestCase._fixture_teardown = truncated


def _tables_with_rows(cursor: CursorWrapper) -> dict[str, int]:
    """The tables to be emptied, with their size in bytes."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT '{table}', pg_relation_size('{table}') WHERE EXISTS (SELECT 1 FROM \"{table}\")"
            for table in tables
            if table != "django_content_type"
        )
    )
    return dict(cursor.fetchall())


@pytest.fixture(autouse=True)
def _no_keys_of_another_test() -> None:
    """A process keeps for some seconds what the tables said; those of each test are others."""
    from motcua.accounts import receipt_keys
    from motcua.signin import signing_keys

    receipt_keys.forget()
    signing_keys.forget()
