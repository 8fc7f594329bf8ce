"""Phạm vi ở đây: what a system can be let do at this installation; what it is about has to be at home (ADR 0042)."""

from collections.abc import Iterable
from typing import Final

from django.conf import settings

from motcua.signin.models import Registration

Scope = Registration.Scope

#: Of a desk's data: nothing of anybody.
_OF_DESK: Final = frozenset({Scope.DOSSIER_EVENTS, Scope.CATALOGUE_READ, Scope.CATALOGUE_WRITE})


def offered() -> list[Scope]:
    """What may be asked for, in the order of the list; at a portal everything, as its registrations name it already."""
    return [scope for scope in Scope if settings.HOSTS_PORTAL or scope in _OF_DESK]


def elsewhere(scopes: Iterable[str]) -> set[str]:
    """Those of the list that are asked for at the portal only; what is in no list the database refuses."""
    return set(scopes) & set(Scope.values) - set(offered())


def answered(scope: str) -> bool:
    """Whether this installation has operations of the scope; those without any ask for none."""
    return settings.HOSTS_DESK if scope in _OF_DESK else settings.HOSTS_PORTAL
