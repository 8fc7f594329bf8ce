"""The journal's rows as lines of bytes, the same on every machine and in every time zone."""

from collections.abc import Generator
from typing import Final

from django.db import connection, transaction

_ROWS: Final = """
SELECT ROW(id, xid, at AT TIME ZONE 'UTC', event, subject, actor, unit_code, facts)::text
FROM journal_event WHERE id > %s AND id <= %s ORDER BY id LIMIT %s
"""
_AT_ONCE: Final = 2000


def lines(*, after: int, upto: int, limit: int | None = None) -> Generator[bytes, None, None]:
    """Rows after one id, up to another, in order. One snapshot, however long the reader takes."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL datestyle = 'ISO, YMD'")
        with connection.chunked_cursor() as cursor:
            cursor.execute(_ROWS, [after, upto, limit])
            while some := cursor.fetchmany(_AT_ONCE):
                for (line,) in some:
                    yield line.encode()


def id_of(line: bytes) -> int:
    """A line begins with "(id,"."""
    return int(line[1 : line.index(b",")])
