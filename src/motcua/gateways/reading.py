"""A neighbour's JSON, read as what it says it is; ValueError for anything else."""

from dataclasses import dataclass, field
from typing import Self

from motcua.gateways.wire import Reply


@dataclass(frozen=True, slots=True)
class Body:
    """One object. Nothing of it is ever in a repr."""

    _found: dict[str, object] = field(repr=False)

    @classmethod
    def of(cls, reply: Reply) -> Self:
        """Raises LineBroken when the reply holds no object."""
        return cls(reply.json())

    def text(self, name: str) -> str:
        found = self._found.get(name)
        if not isinstance(found, str):
            raise ValueError(name)
        return found

    def optional(self, name: str) -> str:
        """The text, or "" for null and for a name that is not there."""
        return "" if self._found.get(name) is None else self.text(name)

    def flag(self, name: str) -> bool:
        found = self._found.get(name)
        if not isinstance(found, bool):
            raise ValueError(name)
        return found

    def has_flag(self, name: str) -> bool:
        """A flag that whoever answers may not know of yet."""
        return name in self._found and self.flag(name)

    def number(self, name: str) -> int:
        found = self._found.get(name)
        if isinstance(found, bool) or not isinstance(found, int):
            raise ValueError(name)
        return found

    def strings(self, name: str) -> list[str]:
        found = self._found.get(name)
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise ValueError(name)
        return found

    def rows(self, name: str) -> list["Body"]:
        found = self._found.get(name)
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise ValueError(name)
        return [Body(each) for each in found]

    def pairs(self, name: str) -> dict[str, str]:
        found = self._found.get(name)
        if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
            raise ValueError(name)
        return found
