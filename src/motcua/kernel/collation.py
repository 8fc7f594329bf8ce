"""Vietnamese alphabetical order: a ă â b c d đ e ê …; tones decide only between words that are else alike."""

import unicodedata
from typing import Final

_LETTERS: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACES: Final = {letter: place for place, letter in enumerate(_LETTERS, start=1000)}
_TONES: Final = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def collation_key(text: str) -> tuple[list[int], list[int]]:
    """For ``sorted``: letters first, then tones (ngang, huyền, hỏi, ngã, sắc, nặng); case does not matter."""
    letters: list[int] = []
    tones: list[int] = []
    for char in unicodedata.normalize("NFC", text).casefold():
        apart = unicodedata.normalize("NFD", char)
        bare = unicodedata.normalize("NFC", "".join(part for part in apart if part not in _TONES))
        letters.append(_PLACES.get(bare, min(ord(bare[0]), 999)))
        tones.append(max((_TONES.get(part, 0) for part in apart), default=0))
    return letters, tones
