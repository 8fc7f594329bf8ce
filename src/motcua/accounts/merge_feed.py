"""What a desk has to know of merges: under which opaque id an owner whom it knows is asked for now (threats C7, C8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from motcua.accounts import identity
from motcua.accounts.models import Merge, PairwiseSubject

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
    page = list(rows.order_by("settled_at", "pk")[:PAGE])
    accounts = {pk for row in page for pk in (row.survivor_id, row.absorbed_id)}
    named = PairwiseSubject.objects.filter(audience=audience, account__in=accounts)
    known = dict(named.values_list("account", "subject"))
    return [_told(row, known, audience) for row in page]


def _told(row: Merge, known: dict[int, str], audience: str) -> Followed:
    now = ""
    if row.kind == Merge.Kind.MERGE:
        # The account that stays may be nobody the audience has met: it is named now, once.
        now = known.get(row.survivor_id) or identity.name_to(row.survivor, audience).subject
        known[row.survivor_id] = now
    return Followed(known[row.absorbed_id], now, row.settled_at or row.asked_at)
