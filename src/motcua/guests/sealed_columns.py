"""Khách qua Cổng: who came in, and the portal's tokens."""

from typing import Final

from motcua.keys.registry import Sealed

SEALED: Final = (
    Sealed("guests.GuestSession", "name_sealed", "guests.session.name"),
    Sealed("guests.GuestSession", "tokens_sealed", "guests.session.tokens"),
)
