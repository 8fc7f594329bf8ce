"""Where Django would say ``SELECT 1`` before each request's first statement, look at the socket first.

A server that has ended, or that ended us, has left something to read there; only then is it worth a round trip.
"""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """The connection of one thread."""

    health_check_done: bool

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
