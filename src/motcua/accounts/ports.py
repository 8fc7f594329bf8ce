"""What the accounts room asks of the outside."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone


class Verdict(StrEnum):
    """Three-valued on purpose: an outage is neither yes nor no (threats mistake 20)."""

    MATCH = "MATCH"
    MISMATCH = "MISMATCH"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class SubscriberAnswer:
    """``operator`` is the one that answered: numbers are portable, the prefix says nothing certain."""

    verdict: Verdict
    operator: str = ""
    #: When the card in the phone, or the phone's owner, last changed; None where the operator does not tell.
    sim_changed_at: datetime | None = None
    owner_changed_at: datetime | None = None


class SubscriberRegistry(Protocol):
    """The operators' register of who owns a phone."""

    def ask(
        self,
        *,
        phone: Phone,
        citizen_id: CitizenId,
        full_name: PersonName,
        born_on: BirthDate,
        reference: str,
    ) -> SubscriberAnswer:
        """Whether the phone is registered to this person. Never raises for an outage: UNKNOWN."""


class ProcedureCatalogue(Protocol):
    """Which procedures there are: a desk's affair, looked at by whoever writes down what a mandate is for."""

    def for_organisations(self) -> Mapping[str, str] | None:
        """Code → name of what organisations may ask for today; None where no desk's catalogue is at hand."""

    def names_of(self, codes: Iterable[str]) -> Mapping[str, str]:
        """Code → newest name, also of what is over; a code that nobody knows is left out."""
