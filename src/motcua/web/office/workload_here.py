"""What lies open at units, where dossiers are: a portal apart has none and says nothing of them."""

from collections.abc import Sequence
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


def left_at(unit_ids: Sequence[int]) -> dict[int, Left]:
    """What each unit would leave to its successor."""
    if not settings.HOSTS_DESK:
        return {}
    from motcua.desk import workload

    return workload.left_at(unit_ids)


def requests_at(unit_ids: Sequence[int]) -> dict[int, int]:
    """Requests for accounts that are being worked on at each unit; where no accounts are, none."""
    if not settings.HOSTS_PORTAL:
        return {}
    from motcua.accounts import assisted_reading

    return assisted_reading.in_hand_at(unit_ids)
