"""The list as a file: with a reason, bounded, and written down."""

from typing import Final

from django.db import transaction

from motcua import journal
from motcua.journal import inspecting
from motcua.kernel.authority import Authority
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.radar import reading
from motcua.radar.reading import Seen, Wanted

#: Lines of one file (threats L17: a personal list).
MOST: Final = 1_000


def export(viewer: Authority, wanted: Wanted, *, reason: str) -> list[Seen]:
    """The lines that were searched for, the first thousand; counted before they are read.

    Raises NotAuthorised, ReasonWanted, TooManyAttempts.
    """
    reading.require(viewer)
    inspecting.reason_of(reason)
    spending.spend((Quota.LISTS_EXPORTED_BY_OFFICER, viewer.subject))
    return _taken(viewer, wanted, reason)


@transaction.atomic
def _taken(viewer: Authority, wanted: Wanted, reason: str) -> list[Seen]:
    """The rows, the reason and the journal's line, together or not at all."""
    found = reading.some(viewer, wanted, limit=MOST)
    kept = inspecting.keep_list(viewer, reason=reason, rows=len(found))
    journal.record(
        "radar.list.exported",
        subject=f"officer:{viewer.officer_id}",
        actor=viewer.subject,
        unit_code=viewer.unit_code,
        facts={"rows": len(found), "inspection": kept},
    )
    return found
