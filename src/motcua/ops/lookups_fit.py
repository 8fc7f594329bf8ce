"""A machine whose `lookup.key` lacks the key that counts would find nobody, so it serves nothing (ADR 0041)."""

from django.conf import settings
from django.db import DatabaseError, connection

from motcua.kernel.sealing import check_value
from motcua.ops.places import CannotStart

_COUNTS = "SELECT coalesce(max(number), 1) FROM keys_begunlookupkey"
_KNOWN = "SELECT number, check_value FROM keys_knownlookupkey WHERE number = ANY(%s)"


def miss() -> bool:
    """Whether the keys in this process's hand are not those of the rows. Needs the settings, no rooms.

    The driver's own cursor, as in ``half_restored``. Raises Django's DatabaseError.
    """
    ring = settings.KEYRING.covers.in_hand()
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.keys_begunlookupkey') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False  # not migrated yet: there is no cover
        cursor.execute(_COUNTS)
        if cursor.fetchone()[0] not in ring.live:
            return True
        cursor.execute(_KNOWN, [list(ring.live)])
        return any(bytes(value) != check_value(ring.keys[number - 1]) for number, value in cursor.fetchall())


def refuse() -> None:
    """Raises CannotStart where they miss.

    A database that cannot be reached, or gave no rights yet, lets nobody in: /readyz and the worker's rounds ask again.
    """
    try:
        missed = miss()
    except DatabaseError:
        return
    finally:
        connection.close()
    if missed:
        raise CannotStart(
            "lookup.key ở máy này không có khóa tra cứu mà dữ liệu đang dùng, nên không tìm thấy ai. Hãy chép"
            " lookup.key từ máy đang chạy, hoặc từ bản sao khóa cùng thời với dữ liệu; nếu dữ liệu chưa từng đổi khóa"
            " tra cứu, hãy chuyển lookup.key ra khỏi KEYS_DIR."
        )
