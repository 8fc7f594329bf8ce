"""What a desk apart tells the portal of itself: where dossiers of its people stand, and what it receives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DossierStanding:
    """One dossier. ``line`` grows with everything that happens to it; the portal keeps the newest."""

    reference: UUID
    subject: str
    code: str
    procedure_code: str
    procedure_name: str
    state: str
    arrived_on: date
    open: bool
    line: int


@dataclass(frozen=True, slots=True)
class ProcedureStanding:
    code: str
    name: str
    for_organisations: bool


class StandingRefused(Exception):
    """The portal cannot take these rows as they are; ``why`` is its own word."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class PortalStanding(Protocol):
    """Telling twice is harmless. Both raise StandingRefused for what cannot be read, PortalUnavailable otherwise."""

    def tell_dossiers(self, rows: Sequence[DossierStanding]) -> None:
        """At most a hundred at once."""
        ...

    def tell_procedures(self, rows: Sequence[ProcedureStanding]) -> None:
        """All of them: what is not among them is received no more."""
        ...
