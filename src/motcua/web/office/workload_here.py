"""What lies open at units, where dossiers are: a portal apart has none and says nothing of them."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from motcua.desk.open_work import Load


def open_at(unit_id: int) -> int:
    """Dossiers that somebody at the unit still works on."""
    if not settings.HOSTS_DESK:
        return 0
    from motcua.desk import workload  # dossiers are not everywhere

    return workload.open_at(unit_id)


def of_units(unit_ids: Sequence[int], *, now: datetime) -> dict[int, Load]:
    """Of each unit that has any."""
    if not settings.HOSTS_DESK:
        return {}
    from motcua.desk import workload

    return workload.of_units(unit_ids, now=now)
