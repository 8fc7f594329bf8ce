"""What arrived at the portal, by the day: asked to find out whether the two sides agree."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class Owed(StrEnum):
    """What a desk owes the portal, and how its things are named: papers and results by the key they were laid in
    with, notices by the key they were told with, moves by the paper's new id."""

    NOTICES = "NOTICES"
    PAPERS = "PAPERS"
    RESULTS = "RESULTS"
    MOVES = "MOVES"


@dataclass(frozen=True, slots=True)
class Digest:
    """So many, and SHA-256 over the sorted keys, a line each."""

    count: int
    sha256: str


def digest_of(keys: Iterable[str]) -> Digest:
    """The same on both sides for the same keys, in whatever order they come."""
    lines = sorted(set(keys))
    return Digest(len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest())


class PortalLedger(Protocol):
    """Every call may raise PortalUnavailable."""

    def digest(self, *, day: date) -> Mapping[Owed, Digest]:
        """What arrived from this desk on that day, in Vietnam."""
        ...

    def arrived(self, *, day: date) -> Mapping[Owed, Sequence[str]]:
        """The keys themselves; asked when the digests differ."""
        ...

    def missing(self, *, kind: Owed, keys: Sequence[str]) -> Sequence[str]:
        """Which of these never arrived, on whatever day."""
        ...
