"""Which tables of the room are here: those that point to accounts are not, where no accounts are (ADR 0042).

A desk's database does not become a portal's: what was left out of its migrations would never be made. `motcua migrate`
says so both ways (``ops.arrangement_fits``); Django by itself refuses only this one, because with accounts these
migrations depend on some of theirs that never ran.
"""

from collections.abc import Sequence
from typing import Final, TypeVar

from django.conf import settings
from django.db.migrations.operations.base import Operation

_T = TypeVar("_T")
#: Sign-ins of people, what they agreed to share, and what connected desks tell of their dossiers.
OF_PEOPLE: Final = frozenset({"signin", "refreshtoken", "sharing", "deskdossier"})


def at_home(operations: Sequence[Operation]) -> list[Operation]:
    """Of a migration, what touches tables that are here."""
    return [one for one in operations if settings.HOSTS_PORTAL or _table_of(one) not in OF_PEOPLE]


def where_accounts_are(*some: _T) -> list[_T]:
    """Rules and dependencies that speak of accounts; none at a desk apart."""
    return list(some) if settings.HOSTS_PORTAL else []


def _table_of(operation: Operation) -> str:
    named = getattr(operation, "model_name", "") or getattr(operation, "name", "")
    return str(named).lower()
