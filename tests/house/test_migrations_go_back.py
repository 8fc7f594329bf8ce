"""A migration that cannot be taken back is a release that cannot be taken back."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence

import psycopg
import pytest
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from tests.house import sources

_BACK_AND_FORTH = """
import django; django.setup()
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
call_command("migrate", verbosity=0)
loader = MigrationLoader(None)
rooms = [app.label for app in apps.get_app_configs() if app.label in loader.migrated_apps]
for room in reversed(rooms):
    call_command("migrate", room, "zero", verbosity=0)
with connection.cursor() as cursor:
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname !~ '^django_migrations'"
        " UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    )
    print(sorted(name for (name,) in cursor.fetchall()))
call_command("migrate", verbosity=0)
"""


def one_way(operations: Sequence[Operation]) -> list[str]:
    """Operations written by hand that say nothing, or nothing real, about the way back."""
    return [type(operation).__name__ for operation in _all(operations) if not _comes_back(operation)]


def _all(operations: Sequence[Operation]) -> Iterator[Operation]:
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from _all(operation.database_operations)
        else:
            yield operation


def _comes_back(operation: Operation) -> bool:
    if isinstance(operation, migrations.RunSQL):
        return operation.reverse_sql not in (None, migrations.RunSQL.noop)
    if isinstance(operation, migrations.RunPython):
        return operation.reverse_code is not None
    return operation.reversible


@pytest.mark.parametrize(
    "migration",
    [
        migration
        for (room, _), migration in sorted(MigrationLoader(None).disk_migrations.items())
        if room in sources.rooms()
    ],
    ids=str,
)
def test_every_step_says_how_it_is_taken_back(migration: migrations.Migration) -> None:
    assert one_way(migration.operations) == []


def test_a_step_without_a_way_back_is_seen() -> None:
    inside = migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL("SELECT 1")])
    assert one_way([inside]) == ["RunSQL"]
    assert one_way([migrations.RunSQL("SELECT 1", migrations.RunSQL.noop)]) == ["RunSQL"]


@pytest.mark.django_db(transaction=True)
def test_all_tables_triggers_and_functions_really_go_and_come_again() -> None:
    """In a database of its own: down to nothing, and up again."""
    _copy_of_this("house_back_and_forth")
    try:
        done = subprocess.run(
            [sys.executable, "-c", _BACK_AND_FORTH],
            env={
                **os.environ,
                "TEST_DATABASE_URL": _address("house_back_and_forth"),
                "PYTHONPATH": str(sources.ROOT / "src"),
                "DJANGO_SETTINGS_MODULE": "motcua.config.settings_test",
            },
            cwd=sources.ROOT,
            capture_output=True,
            text=True,
            timeout=400,
        )
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE house_back_and_forth WITH (FORCE)")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def _copy_of_this(database: str) -> None:
    """What this worker's own migrations made; empty, to be migrated first, where others are looking at it."""
    here = connection.settings_dict["NAME"]
    connection.close()
    with psycopg.connect(_address("postgres"), autocommit=True) as elsewhere:
        try:
            elsewhere.execute(f'CREATE DATABASE "{database}" TEMPLATE "{here}"'.encode())
        except psycopg.errors.ObjectInUse:
            elsewhere.execute(f'CREATE DATABASE "{database}"'.encode())


def _address(database: str) -> str:
    there = connection.settings_dict
    who = f"{there['USER']}:{there['PASSWORD']}".rstrip(":")
    return f"postgresql://{who}@/{database}?host={there['HOST']}&port={there['PORT']}".replace(
        "&port=None", ""
    )
