"""How much lies open, as a value: whoever reports holds it without the tables."""

from dataclasses import dataclass
from enum import StrEnum


class Figure(StrEnum):
    """A number of the report behind which dossiers stand (``figure_lists``); the value stands in the address."""

    RECEIVED = "tiep-nhan"
    PROVISIONAL = "no-xac-thuc"
    OVERDUE = "qua-han"


@dataclass(frozen=True, slots=True)
class Load:
    """Open dossiers, those past their day, and receptions that wait for the owner's account."""

    open: int = 0
    overdue: int = 0
    provisional: int = 0

    def __add__(self, other: "Load") -> "Load":
        return Load(
            self.open + other.open, self.overdue + other.overdue, self.provisional + other.provisional
        )


@dataclass(frozen=True, slots=True)
class Left:
    """What a unit would leave when it ended: each dossier is counted in one of these.

    ``exceptions`` and ``classes`` are no dossiers yet, and cannot be gone on with elsewhere: they are begun anew there.
    """

    open: int = 0
    away: int = 0
    provisional: int = 0
    online: int = 0
    to_hand_out: int = 0
    opinions: int = 0
    exceptions: int = 0
    classes: int = 0

    @property
    def any(self) -> int:
        """Everything that somebody has to go on with."""
        return self.open + self.away + self.provisional + self.online + self.to_hand_out + self.opinions
