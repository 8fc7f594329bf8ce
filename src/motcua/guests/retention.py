"""What the room forgets: sessions thirty days after they began (threats DP-11)."""

from datetime import timedelta
from typing import Final

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from motcua import journal
from motcua.guests.models import GuestSession

KEPT: Final = timedelta(days=30)
_AT_ONCE: Final = 2000


def purge_due() -> int:
    """Rows erased now, some thousands a round; by the database clock."""
    chosen = list(_lapsed().order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    erased = GuestSession.objects.filter(pk__in=chosen).delete()[0]
    if erased:
        journal.record("guests.data.erased", subject="room:guests", facts={"sessions": erased})
    return erased


def overdue(at_most: int) -> int:
    """How many rows are past their day and still here; counted no further than ``at_most``."""
    return _lapsed().order_by()[:at_most].count()


def _lapsed() -> "QuerySet[GuestSession]":
    return GuestSession.objects.filter(created_at__lte=RawSQL("clock_timestamp() - %s", (KEPT,)))
