"""Taking a rule of the database away for the length of a control, so that the race behind it is seen."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection


@contextmanager
def without_index(name: str) -> Iterator[None]:
    """The unique index ``name`` is gone inside; what was written meanwhile is gone afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
        (definition,) = cursor.fetchone()
        cursor.execute(f'DROP INDEX "{name}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            tables = ", ".join(
                f'"{model._meta.db_table}"' for model in apps.get_app_config("accounts").get_models()
            )
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"TRUNCATE {tables} CASCADE")
            cursor.execute("SET session_replication_role = origin")
            cursor.execute(definition)
