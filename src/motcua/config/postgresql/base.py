"""Two habits of Django's engine, changed, one question asked at each new connection, and passwords that change.

Where Django would say ``SELECT 1`` before each request's first statement, look at the socket first: a server that has
ended, or that ended us, has left something to read there; only then is it worth a round trip.

A list is planned for the values it is asked with. A plan kept for any values would walk the newest rows of a unit to
find the twenty of an officer who has none, where the right index answers at once. Everything else keeps its plan.

A database says whether it is real or for training (``training_world``). Whoever connects from the other kind of
installation is refused here, before the first statement: web, worker and every command alike (ADR 0025).

The password is changed while everybody works (DP-14): ``PASSWORDS_FILE`` holds one a line, and each new connection
tries them in their order, so that the file may say the next one before the server takes it, on every machine in turn.
"""

import re
import select
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base

_LIST = re.compile(r"\bLIMIT (?!1\b)[0-9]")


@lru_cache(maxsize=2_048)
def _is_a_list(query: str) -> bool:
    """The same few hundred texts come again and again; the long ones take their time to be read."""
    return _LIST.search(query) is not None


class _Cursor(base.ServerBindingCursor):
    def execute(self, query: Any, params: Any = None, *, prepare: bool | None = None, **more: Any) -> Any:
        if isinstance(query, str) and _is_a_list(query):
            prepare = False
        return super().execute(query, params, prepare=prepare, **more)  # type: ignore[misc]


_TABLES = "SELECT to_regclass('public.training_world'), to_regclass('public.django_migrations')"
_MARK = "SELECT kind = 'TRAINING' FROM public.training_world"


class DatabaseWrapper(base.DatabaseWrapper):
    """The connection of one thread."""

    health_check_done: bool

    def init_connection_state(self) -> None:
        super().init_connection_state()
        if _is_of_the_other_world(self.connection):
            self.close()
            raise ImproperlyConfigured(
                "Cơ sở dữ liệu này là của hệ thống thật, không dùng để tập huấn được."
                if settings.TRAINING
                else "Cơ sở dữ liệu này để tập huấn (TẬP HUẤN), hệ thống thật không dùng được."
            )

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        made = self._let_in(conn_params)
        if made.cursor_factory is base.ServerBindingCursor:
            made.cursor_factory = _Cursor
        return made

    def _let_in(self, conn_params: dict[str, Any]) -> Any:
        """By the first password that the server takes; what else is wrong with the line is nothing to try again.

        All of them twice: the server may begin to take the first line while it is asked about the second.
        """
        tried = [password for _ in range(2) for password in self._passwords()]
        if not tried:
            return super().get_new_connection(conn_params)
        *before, last = tried
        for password in before:
            try:
                return super().get_new_connection(conn_params | {"password": password})
            except psycopg.OperationalError as refused:
                if not (refused.pgconn and refused.pgconn.used_password):
                    raise
        return super().get_new_connection(conn_params | {"password": last})

    def _passwords(self) -> list[str]:
        """Read at each new connection; an empty file stands for none, and the server says what it thinks of that."""
        place = self.settings_dict.get("PASSWORDS_FILE")
        lines = Path(place).read_text(encoding="utf-8").splitlines() if place else []
        return [line.strip() for line in lines if line.strip()]

    def close_if_health_check_failed(self) -> None:
        if self.connection is not None and not self.health_check_done and self._nothing_was_said():
            self.health_check_done = True
        super().close_if_health_check_failed()

    def _nothing_was_said(self) -> bool:
        if self.connection.closed:
            return False
        watched = select.poll()
        watched.register(self.connection.fileno(), select.POLLIN | select.POLLERR | select.POLLHUP)
        return not watched.poll(0)


def _is_of_the_other_world(connection: Any) -> bool:
    """An empty database is nobody's yet: whoever makes its tables marks it. One with tables and no mark is real."""
    with connection.cursor() as cursor:
        has_mark, has_tables = cursor.execute(_TABLES).fetchone()
        mark = cursor.execute(_MARK).fetchone() if has_mark else None
    if mark is None:
        return bool(settings.TRAINING and has_tables)
    return bool(mark[0] != settings.TRAINING)
