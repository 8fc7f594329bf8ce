"""What lies open at units, where dossiers are: a portal apart has none and says nothing of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings

from motcua.desk.open_work import Left, Load


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


def left_at(groups: Mapping[int, Sequence[int]]) -> dict[int, Left]:
    """What each unit would leave to its successor, with what it took over itself."""
    if not settings.HOSTS_DESK:
        return {}
    from motcua.desk import workload

    return workload.left_at(groups)


def requests_at(groups: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Requests for accounts that are being worked on at each unit, or came to it; where no accounts are, none."""
    if not settings.HOSTS_PORTAL:
        return {}
    from motcua.accounts import assisted_reading

    found = assisted_reading.in_hand_at([unit for units in groups.values() for unit in units])
    return {root: sum(found.get(unit, 0) for unit in units) for root, units in groups.items()}
