"""Phạm vi: the procedures in which somebody who is signed in may act, and see what was filed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self


@dataclass(frozen=True, slots=True)
class Scope:
    """As a mandate has it: codes of procedures, none for every one. Who acts for themselves has ``EVERYTHING``."""

    codes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, codes: Iterable[str] | None) -> Self:
        """From a list as it is kept, where an empty one means everything."""
        return cls(frozenset(codes or ()))

    @property
    def is_whole(self) -> bool:
        return not self.codes

    def covers(self, procedure_code: str) -> bool:
        return self.is_whole or procedure_code in self.codes


EVERYTHING: Final = Scope()
