"""With which key each machine seals: its worker says so, and whoever retires a key asks."""

import re
import socket
import time
from datetime import timedelta
from typing import Final

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from motcua.keys.models import Machine

#: A machine that said nothing for so long is off; whoever switches it on again starts with the keys that lie there.
FORGOTTEN_AFTER: Final = timedelta(hours=1)
#: Seconds between two words of one machine.
_SELDOM: Final = 30.0
_NO_HOST: Final = re.compile(r"[^A-Za-z0-9_.-]")
_SAY: Final = """
INSERT INTO keys_machine AS m (name, number, lookup_number, since, seen_at)
VALUES (%s, %s, %s, clock_timestamp(), clock_timestamp())
ON CONFLICT (name) DO UPDATE SET seen_at = clock_timestamp(), number = excluded.number,
    lookup_number = excluded.lookup_number,
    since = CASE WHEN (m.number, m.lookup_number) = (excluded.number, excluded.lookup_number) THEN m.since
                 ELSE clock_timestamp() END
"""
_CLEAR: Final = "DELETE FROM keys_machine WHERE seen_at < clock_timestamp() - interval '1 day'"
_said: Final = dict[str, tuple[tuple[int, int], float]]()


def say(number: int, lookup: int = 1) -> None:
    """This machine seals with the key of this number, and has keys of look-ups up to that one; for its worker."""
    machine, now = name(), time.monotonic()
    before, at = _said.get(machine, ((0, 0), -_SELDOM))
    if before == (number, lookup) and now - at < _SELDOM:
        return
    with connection.cursor() as cursor:
        cursor.execute(_SAY, [machine, number, lookup])
        cursor.execute(_CLEAR)
    _said[machine] = (number, lookup), now


def behind(number: int) -> str:
    """The name of a machine that still seals with this key or one before, empty where none does."""
    return _seen().filter(number__lte=number).values_list("name", flat=True).first() or ""


def without_lookup(number: int) -> str:
    """The name of a machine that has not got this key of look-ups, empty where each has."""
    return _seen().filter(lookup_number__lt=number).values_list("name", flat=True).first() or ""


def all_since(least: timedelta) -> bool:
    """Whether no machine began with its key less than this ago."""
    return not _seen().filter(since__gt=Now() - least).exists()


def name() -> str:
    return _NO_HOST.sub("_", socket.gethostname())[:80] or "_"


def _seen() -> QuerySet[Machine]:
    return Machine.objects.filter(seen_at__gt=Now() - FORGOTTEN_AFTER)
