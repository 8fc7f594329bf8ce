"""A mark beside the rows, from before the first of them until everything was proved: a schema of its own (DP-23).

No dump brings it and none takes it away, so there is no moment between the rows and the shut doors. That the schema
is there says that nobody may be let in; whoever may connect can see that much.
"""

from enum import StrEnum
from typing import Final

from django.db import connection, transaction

STANDS: Final = "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'motcua_restoring')"
BEGIN: Final = (
    "DROP SCHEMA IF EXISTS motcua_restoring CASCADE",
    "CREATE SCHEMA motcua_restoring",
    "CREATE TABLE motcua_restoring.mark (backup text PRIMARY KEY, stage text NOT NULL)",
)
MARK: Final = "INSERT INTO motcua_restoring.mark VALUES (%s, %s)"
_END: Final = "DROP SCHEMA IF EXISTS motcua_restoring CASCADE"


class Stage(StrEnum):
    """How far it came: what was not written whole is never gone on with."""

    WRITING = "WRITING"
    WRITTEN = "WRITTEN"


@transaction.atomic
def begin(backup: str) -> None:
    with connection.cursor() as cursor:
        for statement in BEGIN:
            cursor.execute(statement)
        cursor.execute(MARK, [backup, Stage.WRITING])


def all_written(backup: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE motcua_restoring.mark SET stage = %s WHERE backup = %s", [Stage.WRITTEN, backup]
        )


def stage(backup: str) -> Stage | None:
    """None: no restore of this backup is going on here."""
    with connection.cursor() as cursor:
        cursor.execute(STANDS)
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("SELECT stage FROM motcua_restoring.mark WHERE backup = %s", [backup])
        found = cursor.fetchone()
    return Stage(found[0]) if found else None


def end() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_END)
