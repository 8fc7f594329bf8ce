"""What a desk has to know of merges: under which opaque id an owner whom it knows is asked for now (threats C7, C8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from motcua.accounts import identity
from motcua.accounts.models import Merge

PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Followed:
    """From ``at`` on the owner known as ``was`` is ``now``; parted again, ``now`` is empty."""

    was: str
    now: str
    at: datetime


def since(audience: str, moment: datetime | None) -> Sequence[Followed]:
    """In the order in which they happened, from that moment on; only of owners whom this audience knows. A page."""
    rows = Merge.objects.filter(state=Merge.State.DONE, absorbed__subjects__audience=audience).select_related(
        "survivor", "absorbed"
    )
    if moment is not None:
        rows = rows.filter(settled_at__gte=moment)
    return [_told(row, audience) for row in rows.order_by("settled_at", "pk")[:PAGE]]


def _told(row: Merge, audience: str) -> Followed:
    was = identity.name_to(row.absorbed, audience).subject
    parted = row.kind == Merge.Kind.UNDO
    now = "" if parted else identity.name_to(row.survivor, audience).subject
    return Followed(was, now, row.settled_at or row.asked_at)
