"""Web and worker do not start over a database whose erased people may still be in it (DP-23)."""

from django.db import OperationalError, connection

from motcua.ops.places import CannotStart

_HELD = "SELECT EXISTS (SELECT 1 FROM ops_hold WHERE door = 'EVERYTHING')"


def refuse() -> None:
    """Raises CannotStart while a restore goes on, or stopped half-way. Needs the settings, no rooms.

    A database that cannot be reached lets nobody in; when it comes back half restored, the running system's role has
    no rights in it yet (``restore`` gives them last).
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('public.ops_hold') IS NOT NULL")
            (made,) = cursor.fetchone()
            cursor.execute(_HELD if made else "SELECT false")
            (held,) = cursor.fetchone()
    except OperationalError:
        return
    finally:
        connection.close()
    if held:
        raise CannotStart(
            "Việc khôi phục cơ sở dữ liệu chưa xong; hãy chạy lại “motcua restore” với --resume và xem báo cáo."
        )
