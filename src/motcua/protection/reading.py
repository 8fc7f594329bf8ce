"""The register as administrators and inspectors read it: searched, narrowed, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.person_name import fold
from motcua.protection import register
from motcua.protection.register import Line

PAGE: Final = 25
#: Who answers for the data of a unit, and who checks them.
READERS: Final = (Power.INSPECT, Power.GRANT)
#: How a period ends, as it stands in an address.
ENDED: Final = {"chore": "Việc định kỳ xóa", "rule": "Xóa ngay trong việc đó", "stays": "Ở lại, có lý do"}


@dataclass(frozen=True, slots=True)
class Search:
    words: str = ""
    room: str = ""
    ended: str = ""
    by_purpose: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Line]
    all: int
    number: int
    more: bool


def require(viewer: Authority) -> None:
    """Raises NotAuthorised for everybody who neither inspects nor administers."""
    if not any(viewer.may(power) for power in READERS):
        raise NotAuthorised(power=READERS[0].value)


def rooms() -> list[str]:
    return list(dict.fromkeys(line.room for line in register.lines()))


def search(viewer: Authority, wanted: Search, number: int) -> Page:
    """Words are found with and without diacritics, in the purpose and in the names of columns."""
    require(viewer)
    found = [line for line in register.lines() if _fits(line, wanted)]
    if wanted.by_purpose:
        found.sort(key=lambda line: fold(line.purpose))
    begins = (number - 1) * PAGE
    return Page(found[begins : begins + PAGE], len(found), number, len(found) > begins + PAGE)


def _fits(line: Line, wanted: Search) -> bool:
    if wanted.room and line.room != wanted.room:
        return False
    if wanted.ended and not getattr(line.kept, wanted.ended):
        return False
    said = fold(f"{line.purpose} {line.basis.value} {line.reader_words} {' '.join(line.columns)}")
    return all(word in said for word in fold(wanted.words).split())
