"""Which bases a place holds: read without a database, for whoever has lost theirs."""

from typing import Final

from motcua.ops.backup.wal.archive import Place
from motcua.ops.backup.wal.stamps import Stamp

PREFIX: Final = "base-"


def is_base(stamp: Stamp) -> bool:
    return stamp.name.startswith(PREFIX) and stamp.facts.get("kind") == "base"


def bases(place: Place, system: str) -> list[Stamp]:
    """The newest first. Raises NotOurs for one that somebody else made."""
    found = [place.stamp(system, name) for name in place.names(system) if name.startswith(PREFIX)]
    return sorted((one for one in found if one and is_base(one)), key=lambda one: one.at, reverse=True)
