"""After a restore nothing leaves the house until somebody says so, and while it goes on nobody comes in (DP-23)."""

from collections.abc import Callable
from functools import wraps

from django.db import connection

from motcua.ops.models import Hold

_STANDS = "SELECT 1 FROM ops_hold WHERE door = %s"


def hold(door: Hold.Door, backup: str) -> None:
    Hold.objects.update_or_create(door=door, defaults={"backup": backup})


def release(door: Hold.Door) -> bool:
    """Whether it was held. Only the database's owner may: the running system reads this table and no more."""
    count, _ = Hold.objects.filter(door=door).delete()
    return bool(count)


def stands(door: Hold.Door) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, [door.value])
        return cursor.fetchone() is not None


def outside_is_shut() -> bool:
    """For the web, which knows this room by a setting only."""
    return stands(Hold.Door.OUTSIDE)


def unless_held(work: Callable[[], int]) -> Callable[[], int]:
    """Work that tells somebody outside: left for later while that door is shut. Asked anew at each round."""

    @wraps(work)
    def careful() -> int:
        return 0 if stands(Hold.Door.OUTSIDE) else work()

    careful.asks_first = True  # type: ignore[attr-defined]
    return careful
