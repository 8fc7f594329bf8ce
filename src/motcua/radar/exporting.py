"""The list as a file: bounded, and written down."""

from typing import Final

from motcua import journal
from motcua.kernel.authority import Authority
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.radar import reading
from motcua.radar.reading import Seen, Wanted

#: Lines of one file (threats L17: a personal list).
MOST: Final = 1_000


def export(viewer: Authority, wanted: Wanted) -> list[Seen]:
    """The lines that were searched for, the first thousand; counted first. Raises TooManyAttempts."""
    spending.spend((Quota.LISTS_EXPORTED_BY_OFFICER, viewer.subject))
    found = reading.some(viewer, wanted, limit=MOST)
    journal.record(
        "radar.list.exported",
        subject=f"officer:{viewer.officer_id}",
        actor=viewer.subject,
        unit_code=viewer.unit_code,
        facts={"rows": len(found)},
    )
    return found
