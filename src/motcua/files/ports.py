"""What the house asks of an antivirus, whichever one it is."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Finding(Enum):
    """The three answers; there is no fourth that means "probably fine"."""

    CLEAN = "CLEAN"
    INFECTED = "INFECTED"
    NOT_CONFIGURED = "NOT_CONFIGURED"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``signature`` is the name the antivirus gave to what it found."""

    finding: Finding
    signature: str = ""


class AntivirusUnavailable(Exception):
    """No verdict: down, too slow, or an answer we do not know. Never to be read as clean."""


class Antivirus(Protocol):
    """Judges bytes. Nothing of the file's name or owner is handed over."""

    def scan(self, data: bytes) -> Verdict:
        """The verdict on all of ``data``.

        Raises AntivirusUnavailable when there is none (try later). The same bytes may be scanned again.
        Answers within 30 seconds, with no transaction of ours open.
        """
