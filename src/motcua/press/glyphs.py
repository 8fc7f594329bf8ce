"""Which characters the forms' typeface can print, and a visible mark for those it cannot."""

import struct
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

FONTS: Final = Path(__file__).parent / "fonts"
MARK: Final = "\N{REPLACEMENT CHARACTER}"

# White space that a form may hold; the typeface has no picture of it and needs none.
_SPACES: Final = frozenset("\t\n\r\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}")


def printable(text: str) -> tuple[str, int]:
    """The text as it can be printed, in composed form, and how many characters were replaced by the mark."""
    shown: list[str] = []
    replaced = 0
    for character in unicodedata.normalize("NFC", text):
        if character in _SPACES:
            shown.append(" ")
        elif ord(character) in _covered() and unicodedata.category(character)[0] != "C":
            shown.append(character)
        else:
            shown.append(MARK)
            replaced += 1
    return "".join(shown), replaced


@cache
def _covered() -> frozenset[int]:
    """Characters that every style of the typeface has."""
    return frozenset.intersection(*map(_characters, sorted(FONTS.glob("*.ttf"))))


def _characters(path: Path) -> frozenset[int]:
    """Read the font's character map (OpenType, table cmap, format 4: the basic plane, enough for any name)."""
    font = path.read_bytes()
    cmap = _table(font, b"cmap")
    for place in range(_u16(font, cmap + 2)):
        start = cmap + struct.unpack_from(">I", font, cmap + 8 + 8 * place)[0]
        if _u16(font, start) == 4:
            return frozenset(_format_4(font, start))
    raise ValueError(f"{path.name}: no character map of format 4")


def _format_4(font: bytes, start: int) -> set[int]:
    segments = _u16(font, start + 6) // 2
    ends, starts = start + 14, start + 16 + 2 * segments
    deltas, offsets = starts + 2 * segments, starts + 4 * segments
    found = set()
    for place in range(segments):
        first, last = _u16(font, starts + 2 * place), _u16(font, ends + 2 * place)
        delta, offset = _u16(font, deltas + 2 * place), _u16(font, offsets + 2 * place)
        for character in range(first, min(last, 0xFFFE) + 1):
            if offset:
                glyph = _u16(font, offsets + 2 * place + offset + 2 * (character - first))
            else:
                glyph = (character + delta) % 0x10000
            if glyph:
                found.add(character)
    return found


def _table(font: bytes, tag: bytes) -> int:
    for place in range(_u16(font, 4)):
        record = 12 + 16 * place
        if font[record : record + 4] == tag:
            return int(struct.unpack_from(">I", font, record + 8)[0])
    raise ValueError(f"no table {tag!r}")


def _u16(font: bytes, place: int) -> int:
    return int(struct.unpack_from(">H", font, place)[0])
