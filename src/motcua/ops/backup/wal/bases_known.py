"""Which bases a place holds: read without a database, for whoever has lost theirs."""

from typing import Final

from motcua.ops.backup.wal.archive import Damaged, Place
from motcua.ops.backup.wal.stamps import NotOurs, Stamp

PREFIX: Final = "base-"


def is_base(stamp: Stamp) -> bool:
    return stamp.name.startswith(PREFIX) and stamp.facts.get("kind") == "base"


def bases(place: Place, system: str, strange: list[str] | None = None) -> list[Stamp]:
    """The newest first. Raises NotOurs, Damaged for a stamp that is not to be believed, unless ``strange`` takes it."""
    found: list[Stamp] = []
    for name in (one for one in place.names(system) if one.startswith(PREFIX)):
        try:
            stamp = place.stamp(system, name)
        except (NotOurs, Damaged) as no:
            if strange is None:
                raise
            strange.append(str(no))
        else:
            found += [stamp] if stamp and is_base(stamp) else []
    return sorted(found, key=lambda one: one.at, reverse=True)
