"""Ảnh màn hình của hướng dẫn: taken by a journey from the running system, with the words that were on the screen.

A picture that no longer shows what a guide says is found by a house test; ADR 0024 says how they get here.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "static" / "motcua" / "guides"
_LIST: Final = FOLDER / "pictures.json"


@dataclass(frozen=True, slots=True)
class Picture:
    """A screen: where its file is, how large it is, and which words were to be read on it."""

    name: str
    width: int
    height: int
    words: frozenset[str]

    @property
    def path(self) -> str:
        """As the ``static`` tag wants it."""
        return f"motcua/guides/{self.name}.webp"


@cache
def pictures() -> dict[str, Picture]:
    """All that were taken, by name."""
    listed = json.loads(_LIST.read_text(encoding="utf-8"))
    return {
        name: Picture(name, seen["width"], seen["height"], frozenset(seen["words"]))
        for name, seen in listed.items()
    }
