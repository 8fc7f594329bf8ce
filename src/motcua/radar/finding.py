"""What a rule found of one officer on one day, with the lines of the journal that show it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from motcua.journal.reading import Line

#: A finding names no more lines; ``count`` tells how many times it happened.
MOST_LINES: Final = 100
Who = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    kind: str
    officer: str
    unit_code: str
    lines: tuple[Line, ...]
    count: int
    facts: dict[str, int] = field(default_factory=dict)


def by_officer(lines: Iterable[Line]) -> dict[Who, list[Line]]:
    """Lines of officers at units, in their order; what citizens or the system did is left out."""
    found: dict[Who, list[Line]] = defaultdict(list)
    for line in lines:
        if line.actor and line.unit_code:
            found[line.actor, line.unit_code].append(line)
    return dict(found)
