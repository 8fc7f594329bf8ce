"""How much lies open, as a value: whoever reports holds it without the tables."""

from dataclasses import dataclass


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
