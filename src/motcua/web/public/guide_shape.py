"""Cách viết hướng dẫn: what a guide is made of, how its numbers are filled in, how it is searched.

In a text «…» is a word of the screen (a button, a box, a menu): tests walk to the step's place and look for it there.
A number never stands in a text; it is a name in braces that ``guide_facts`` knows.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from motcua.kernel.person_name import fold

_LABEL: Final = re.compile(r"«([^»]+)»")
Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a sentence: plain words, or a word of the screen."""

    text: str
    is_label: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. ``place``: where its words of the screen are seen; ``picture`` shows that place."""

    text: str
    place: str = ""
    picture: str = ""
    alt: str = ""

    @property
    def labels(self) -> list[str]:
        """The words of the screen that the step names."""
        return _LABEL.findall(self.text)


@dataclass(frozen=True, slots=True)
class Guide:
    """One appendix, or what an administrator needs, for one kind of reader."""

    slug: str
    reader: str
    title: str
    lead: str
    steps: Sequence[Step]
    outcome: str
    notes: Sequence[Step]
    anchor: str = ""
    """Where the guide stood on the one page of before."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A step or a note in which the words were found."""

    guide: Guide
    mark: str
    pieces: list[Piece]


def pieces(text: str, facts: Facts) -> list[Piece]:
    """The sentence with its numbers, cut where words of the screen begin and end."""
    parts = _LABEL.split(text)
    return [Piece(part.format_map(facts), is_label=bool(nth % 2)) for nth, part in enumerate(parts) if part]


def plain(text: str, facts: Facts, *, quotes: str = "“”") -> str:
    """The sentence for paper: words of the screen between quotation marks."""
    opening, closing = quotes[0], quotes[1]
    return "".join(
        f"{opening}{piece.text}{closing}" if piece.is_label else piece.text for piece in pieces(text, facts)
    )


def marked(guide: Guide) -> Iterator[tuple[str, Step]]:
    """Every step and note with the mark that stands in its address."""
    yield from ((f"buoc-{nth}", step) for nth, step in enumerate(guide.steps, 1))
    yield from ((f"luu-y-{nth}", note) for nth, note in enumerate(guide.notes, 1))


def found(guides: Sequence[Guide], words: str, facts: Facts) -> list[Hit]:
    """Where all of these words stand, with or without marks, in whichever order."""
    wanted = fold(words).split()
    if not wanted:
        return []
    hits = []
    for guide in guides:
        for mark, step in marked(guide):
            said = fold(f"{guide.reader} {plain(step.text, facts, quotes='  ')} {step.alt}")
            if all(word in said for word in wanted):
                hits.append(Hit(guide, mark, pieces(step.text, facts)))
    return hits
