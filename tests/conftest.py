"""The database under every test: a real PostgreSQL, started once for a run and gone after it.

TEST_DATABASE_URL uses a server that is already there; TEST_POSTGRES_BIN starts another version's programs.
"""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase
from whitenoise.middleware import WhiteNoiseMiddleware

from motcua.ops import embedded

_server = pytest.StashKey[embedded.Embedded]()
#: Tables that nobody analyses look large to the planner, and compiling a plan takes longer than running it.
_FOR_SHORT_STATEMENTS = {"jit": "off"}


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
        settings=_FOR_SHORT_STATEMENTS,
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(_server, None):
        server.stop()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Whole files to a worker, as asked for, but the longest first and the journeys together."""
    from tests.sharing import LongestFirst

    return LongestFirst(config, log) if config.getvalue("dist") == "loadfile" else None


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
    """The tables to be emptied, with their size in bytes. Those without a page were never written to."""
    cursor.execute(
        "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND pg_relation_size(oid) > 0"
        " AND relnamespace = current_schema()::regnamespace"
    )
    sizes = {table: size for table, size in cursor.fetchall() if table in _tables_of_models()}
    if not sizes:
        return {}
    cursor.execute(
        " UNION ALL ".join(f"(SELECT '{table}' FROM \"{table}\" LIMIT 1)" for table in sorted(sizes))
    )
    return {table: sizes[table] for (table,) in cursor.fetchall()}


@cache
def _tables_of_models() -> frozenset[str]:
    named = connection.introspection.django_table_names(include_views=False)
    return frozenset(named) - {"django_content_type"}


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_listed_once() -> Iterator[None]:
    """Every test client loads the middlewares anew, and WhiteNoise reads the state of a hundred files each time."""
    listing = WhiteNoiseMiddleware.add_files_from_finders
    listed: dict[str, dict[str, Any]] = {}

    def add(middleware: WhiteNoiseMiddleware) -> None:
        collected, middleware.files = middleware.files, {}
        if middleware.static_prefix not in listed:
            listing(middleware)
            listed[middleware.static_prefix] = middleware.files
        middleware.files = {**collected, **listed[middleware.static_prefix]}

    WhiteNoiseMiddleware.add_files_from_finders = add
    yield
    WhiteNoiseMiddleware.add_files_from_finders = listing


@pytest.fixture(autouse=True)
def _passwords_are_cheap_and_answers_at_once(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hashing costs 18 ms and an answer waits for its stroke, thousands of times in a run.

    What is about either says ``at_full_pace``; that and every race have both as production has them. A running
    system (journeys) is a process of its own and always has.
    """
    from motcua.accounts.hashing import CitizenArgon2
    from motcua.web.public import even_pace

    with pytest.MonkeyPatch.context() as patch:
        if "races" not in request.path.parts and not request.node.get_closest_marker("at_full_pace"):
            patch.setattr(CitizenArgon2, "time_cost", 1)
            patch.setattr(CitizenArgon2, "memory_cost", 8)
            patch.setattr(even_pace, "_STROKE", 0.001)
        yield


@pytest.fixture(autouse=True)
def _no_keys_of_another_test() -> None:
    """A process keeps for some seconds what the tables said; those of each test are others."""
    from motcua.accounts import receipt_keys
    from motcua.signin import signing_keys

    receipt_keys.forget()
    signing_keys.forget()
