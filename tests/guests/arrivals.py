"""People who come in through the portal, for the tests of this room."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from motcua.guests.sessions import Arrival, Tokens

_serial = count(1)


def arrival(**more: Any) -> Arrival:
    """Somebody with a subject like ``000…1``, whose tokens are good for ten minutes."""
    told: dict[str, Any] = {
        "subject": f"{next(_serial):032x}",
        "portal_session": f"phien-{next(_serial)}",
        "full_name": "Trần Thị Hoa Mẫu",
        "organisation": False,
        "strong": False,
        "signed_in_at": timezone.now(),
        "tokens": tokens(),
    }
    return Arrival(**{**told, **more})


def tokens(name: str = "the", minutes: int = 10) -> Tokens:
    return Tokens(
        access=f"{name}-access",
        refresh=f"{name}-refresh",
        identity=f"{name}-identity",
        until=timezone.now() + timedelta(minutes=minutes),
    )
