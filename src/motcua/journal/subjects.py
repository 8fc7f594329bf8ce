"""What a line is about, taken apart again: ``paper:7`` is the row 7 of a table, ``dossier:…`` a public id."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

_T = TypeVar("_T")
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_PUBLIC_ID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
#: So many values travel with one statement.
_AT_ONCE: Final = 10_000


def by_word(subjects: Iterable[str]) -> dict[str, list[str]]:
    """Word → what follows it; a word that does not occur has nothing."""
    found: dict[str, list[str]] = defaultdict(list)
    for subject in subjects:
        word, _, row = subject.partition(":")
        found[word].append(row)
    return found


def numbers(rows: Iterable[str]) -> Iterator[list[int]]:
    """Those that are the number of a row, some at a time; a line of another shape leads to nothing."""
    yield from pieces([int(row) for row in rows if _NUMBER.fullmatch(row)])


def public_ids(rows: Iterable[str]) -> Iterator[list[str]]:
    """Those that are public ids, some at a time."""
    yield from pieces([row for row in rows if _PUBLIC_ID.fullmatch(row)])


def pieces(values: list[_T]) -> Iterator[list[_T]]:
    """Some at a time."""
    for begin in range(0, len(values), _AT_ONCE):
        yield values[begin : begin + _AT_ONCE]
