"""What the desk tells the National Public Service Portal of a dossier (Cổng DVCQG), and what it may ask there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PaperTold:
    """One line of the checklist. ``reused`` is set when it came from the owner's vault instead of from the owner."""

    reference: str
    name: str
    component_code: str
    digitised: bool
    reused: bool
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class ChargeTold:
    """Phí or lệ phí that was paid, or is owed. ``online`` says how it was paid."""

    reference: str
    name: str
    amount_vnd: int
    is_charge: bool
    paid: bool
    online: bool


@dataclass(frozen=True, slots=True)
class SupplementTold:
    """One request to complete the dossier (form 02), and when it was answered."""

    reference: str
    asked_by: str = field(repr=False)
    words: str = field(repr=False)
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ResultTold:
    """A signed result that was handed out."""

    name: str
    type_code: str


@dataclass(frozen=True, slots=True)
class DossierTold:
    """A whole dossier, as it is told: the same dossier told again replaces what was told before.

    ``state`` is one of ``desk.states.State`` by its name; ``owner_number`` is the number the owner was checked by,
    empty when there was none (an exception); ``receipt`` is the receipt of that check, empty likewise.
    """

    code: str
    version: int
    procedure_code: str
    procedure_name: str
    field_name: str
    online: bool
    owner_name: str = field(repr=False)
    owner_subject: str
    owner_number: str = field(repr=False)
    receipt: str = field(repr=False)
    email: str = field(repr=False)
    phone: str = field(repr=False)
    summary: str = field(repr=False)
    filed_at: datetime
    received_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    handed_out_at: datetime | None
    refused_at: datetime | None
    state: str
    by_post: bool
    unit_name: str
    paid_online: bool
    papers: Sequence[PaperTold] = ()
    charges: Sequence[ChargeTold] = ()
    supplements: Sequence[SupplementTold] = ()
    results: Sequence[ResultTold] = ()


@dataclass(frozen=True, slots=True)
class StepTold:
    """One line of a dossier's history."""

    code: str
    officer_name: str = field(repr=False)
    officer_title: str
    at: datetime
    office: str
    words: str = field(repr=False)
    state: str
    begun_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class NationalProcedure:
    """A procedure of the national catalogue."""

    code: str
    name: str
    field_code: str
    field_name: str


@dataclass(frozen=True, slots=True)
class CatalogueLine:
    """A field or an agency of the national catalogue."""

    code: str
    name: str


class NationalSilent(Exception):
    """No answer that can be believed: down, slow, or not what was agreed. The same again, later."""


class NationalRefused(Exception):
    """It answered, and said no. Saying the same again is no use before somebody has put something right.

    ``words`` are its own and may name a person: they are shown to who may see the list, and never logged.
    """

    def __init__(self, code: str, words: str) -> None:
        self.code = code
        self.words = words
        super().__init__("refused")


class NationalRegister(Protocol):
    """Every call may raise NationalSilent and NationalRefused. Telling the same twice is harmless."""

    def tell_dossier(self, told: DossierTold, *, known: bool) -> None:
        """The whole dossier. ``known``: it was told before, or ``knows`` said so."""
        ...

    def tell_step(self, step: StepTold) -> None:
        """One line of its history; the dossier was told before."""
        ...

    def knows(self, code: str) -> bool:
        """Whether a dossier of this code was told: asked when an answer was lost on the way."""
        ...

    def procedure(self, code: str) -> NationalProcedure | None:
        """The procedure of this national code, or None."""
        ...

    def procedures(self) -> Sequence[NationalProcedure]:
        """All procedures that this province may offer."""
        ...

    def agencies(self) -> Sequence[CatalogueLine]:
        """The agencies of this province."""
        ...

    def fields(self) -> Sequence[CatalogueLine]:
        """The fields (lĩnh vực) of the catalogue."""
        ...
