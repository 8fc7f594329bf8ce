"""The journal's rows as lines of bytes, the same on every machine and in every time zone."""

from collections.abc import Iterator
from typing import Final

from django.db import connection, transaction

_ROWS: Final = """
COPY (
    SELECT id, xid, at AT TIME ZONE 'UTC', event, subject, actor, unit_code, facts
    FROM journal_event WHERE id > %s AND id <= %s ORDER BY id LIMIT %s
) TO STDOUT
"""


def lines(*, after: int, upto: int, limit: int | None = None) -> Iterator[bytes]:
    """Rows after one id, up to another, in order. One snapshot, however long the reader takes."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL datestyle = 'ISO, YMD'")
        with cursor.copy(_ROWS, [after, upto, limit]) as rows:
            yield from map(bytes, rows)


def id_of(line: bytes) -> int:
    return int(line.split(b"\t", 1)[0])
