"""What an officer searched for, kept sealed here so that an address holds an id and nothing about a person."""

import json
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.db import transaction

from motcua.accounts.models import SearchMemory
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import seal, unseal
from motcua.kernel.authority import Authority

_COLUMN: Final = "accounts_searchmemory.sealed"
_LIFE: Final = timedelta(hours=12)
#: An officer's searches share this many places; a new one takes the oldest place.
_PLACES: Final = 10


@transaction.atomic
def remember(viewer: Authority, typed: Mapping[str, str]) -> uuid.UUID:
    """Keep the filters for 12 hours; the id is good for this officer only."""
    public_id = uuid.uuid4()
    kept = {
        "public_id": public_id,
        "sealed": seal(_COLUMN, str(public_id), json.dumps(dict(typed), ensure_ascii=False)),
        "at": ClockTimestamp(),
    }
    mine = SearchMemory.objects.filter(officer_subject=viewer.subject)
    mine.filter(at__lt=ClockTimestamp() - _LIFE).update(sealed=b"")
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
    found = SearchMemory.objects.filter(
        officer_subject=viewer.subject, public_id=wanted, at__gt=ClockTimestamp() - _LIFE
    ).first()
    if found is None or not found.sealed:
        return {}
    typed = json.loads(unseal(_COLUMN, str(found.public_id), found.sealed))
    return {str(key): str(value) for key, value in typed.items()}
