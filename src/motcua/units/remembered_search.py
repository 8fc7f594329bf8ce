"""What an officer searched for, kept sealed here so that an address holds an id and nothing about a person."""

import json
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from motcua import journal
from motcua.kernel.authority import Authority
from motcua.units.models import SearchMemory

LIFE: Final = timedelta(hours=12)
_COLUMN: Final = "units_searchmemory.sealed"
#: An officer's searches share this many places; a new one takes the oldest place.
_PLACES: Final = 10
_AT_ONCE: Final = 2000


@transaction.atomic
def remember(viewer: Authority, typed: Mapping[str, str]) -> uuid.UUID:
    """Keep the filters for 12 hours; the id is good for this officer only."""
    public_id = uuid.uuid4()
    said = json.dumps(dict(typed), ensure_ascii=False)
    kept = {
        "public_id": public_id,
        "sealed": settings.KEYRING.seal(_COLUMN, str(public_id), said),
        "at": RawSQL("clock_timestamp()", ()),
    }
    mine = SearchMemory.objects.filter(officer_subject=viewer.subject)
    mine.filter(pk__in=_lapsed().values("pk")).update(sealed=b"")
    places = list(mine.select_for_update().order_by("at", "id").values_list("id", flat=True))
    if len(places) < _PLACES:
        SearchMemory.objects.create(officer_subject=viewer.subject, **kept)
    else:
        SearchMemory.objects.filter(pk=places[0]).update(**kept)
    return public_id


def recall(viewer: Authority, public_id: str) -> dict[str, str]:
    """The filters behind an id in an address; empty when it is not this officer's or has lapsed."""
    try:
        wanted = uuid.UUID(public_id)
    except ValueError:
        return {}
    mine = SearchMemory.objects.filter(officer_subject=viewer.subject, public_id=wanted)
    found = mine.exclude(pk__in=_lapsed().values("pk")).first()
    if found is None or not found.sealed:
        return {}
    typed = json.loads(settings.KEYRING.open(_COLUMN, str(found.public_id), bytes(found.sealed)))
    return {str(key): str(value) for key, value in typed.items()}


def purge_due() -> int:
    """Rows erased now, some thousands a round; by the database clock."""
    chosen = list(_lapsed().order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    erased = SearchMemory.objects.filter(pk__in=chosen).delete()[0]
    if erased:
        journal.record("units.searches.erased", subject="room:units", facts={"searches": erased})
    return erased


def overdue(at_most: int) -> int:
    """How many rows are past their day and still here; counted no further than ``at_most``."""
    return _lapsed().order_by()[:at_most].count()


def _lapsed() -> "QuerySet[SearchMemory]":
    return SearchMemory.objects.filter(at__lte=RawSQL("clock_timestamp() - %s", (LIFE,)))
