"""What the desk asks of the portal about owners who had two accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Followed:
    """From ``at`` on the owner known here as ``was`` is known as ``now``; ``now`` is empty when they were parted."""

    was: str
    now: str
    at: datetime


class MergedOwners(Protocol):
    """Two accounts of one person that the portal joined, or parted again."""

    def since(self, moment: datetime | None) -> Sequence[Followed]:
        """What happened from that moment on, oldest first, at most a page; of owners this desk knows.

        Raises PortalUnavailable.
        """
        ...
