"""Web and worker do not start, or go on, over a database whose erased people may still be in it (DP-23)."""

from django.db import OperationalError, connection

from motcua.ops import restore_mark
from motcua.ops.places import CannotStart

_HELD = "SELECT EXISTS (SELECT 1 FROM ops_hold WHERE door = 'EVERYTHING')"


def stands() -> bool:
    """Whether a restore goes on here, or stopped half-way. Needs the settings, no rooms.

    The driver's own cursor: Django's warns of questions that are asked before the rooms are loaded. Raises Django's
    DatabaseError all the same: whoever hears one takes another connection.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(restore_mark.STANDS)
        if cursor.fetchone()[0]:
            return True
        cursor.execute("SELECT to_regclass('public.ops_hold') IS NOT NULL")
        (made,) = cursor.fetchone()
        if made:
            cursor.execute(_HELD)
            (made,) = cursor.fetchone()
        return bool(made)


def refuse() -> None:
    """Raises CannotStart while it stands.

    A database that cannot be reached lets nobody in; when it comes back half restored, the running system's role has
    no rights in it yet (``restore`` gives them last), /readyz says no and the worker's rounds wait.
    """
    try:
        held = stands()
    except OperationalError:
        return
    finally:
        connection.close()
    if held:
        raise CannotStart(
            "Việc khôi phục cơ sở dữ liệu chưa xong; hãy chạy lại “motcua restore” với --resume và xem báo cáo."
        )
