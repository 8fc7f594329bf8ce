"""Whether a password is one that others use too: asked of a list on disk, without a network.

The list holds roots ("matkhau", "nguyenvana", "p@ssw0rd" as "password"), not finished passwords. A password
is taken apart in the ways in which people put them together; a root stands for all its decorations.
"""

import bisect
import hashlib
import mmap
import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

LIST: Final = Path(__file__).parent / "data" / "weak_passwords.bin"
ENTRY: Final = 8
_SHORTEST_ROOT: Final = 3
_LONG_ROOT: Final = 6
_DECORATION: Final = 8
_SHORT_DECORATION: Final = 3
_PREDICTABLE_DECORATION: Final = 14
_FEW_RUNS: Final = 4
_COUNTING: Final = 5
# l, 1, ! and | are one letter here, in the list as in the question.
_LEET: Final = str.maketrans("01l!|34@5$7+89", "oiiiieaassttbg")
_SHIFTED: Final = str.maketrans("!@#$%^&*()", "1234567890")
_SEPARATORS: Final = re.compile(r"[ ._@&+*#-]")
_RUNS: Final = re.compile(r"[a-z]+|[0-9]+|[^a-z0-9]+")
_WALKS: Final = (
    "01234567890",
    "147258369",
    "!@#$%^&*()",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
)
_YEAR: Final = re.compile(r"(?:19[0-9]|20[0-4])[0-9]")
_DATE: Final = re.compile(
    r"(?:0?[1-9]|[12][0-9]|3[01])(?:0?[1-9]|1[0-2])(?:(?:19|20)?[0-9]{2})?|(?:0[1-9]|1[0-2])(?:19|20)[0-9]{2}"
)


def plain(password: str) -> str:
    """Lower case, without marks, đ as d."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", password).casefold())
    return "".join(char for char in decomposed if unicodedata.category(char) != "Mn").replace("đ", "d")


def canonical(plain_text: str) -> str:
    """One form for a root and its look-alike spellings: "p@ssw0rd" is "password"."""
    return plain_text.translate(_LEET)


def entry(root: str) -> int:
    """What the list keeps of a root."""
    return int.from_bytes(hashlib.blake2b(canonical(root).encode(), digest_size=ENTRY).digest(), "big")


def is_listed(root: str) -> bool:
    """Whether the root, as it is, stands in the list."""
    if len(root) < _SHORTEST_ROOT:
        return False
    listed, wanted = _list(), entry(root)
    place = bisect.bisect_left(listed, wanted)
    return place < len(listed) and listed[place] == wanted


def is_weak(password: str) -> bool:
    """Whether the password is a listed root with decorations, a pattern, or a few such things in a row."""
    text = plain(password)
    unit = repeated_unit(text)
    spellings = {text, text.translate(_SHIFTED), text[::-1], unit}
    return len(unit) <= 5 or any(
        _is_decorated_root(spelling) or _is_chain(spelling) for spelling in spellings
    )


def repeated_unit(text: str) -> str:
    """ "abcabc" is "abc" twice; a text that repeats nothing is its own unit."""
    return text[: (text + text).find(text, 1)]


def is_predictable(text: str) -> bool:
    """Whether each run of digits or signs is one that people choose: a year, a date, 123, !!."""
    return all(_is_pattern(run) for run in _RUNS.findall(text))


def _is_decorated_root(text: str) -> bool:
    return any(
        _counts(root, decoration) and is_listed(root)
        for whole, decoration in _cuts(text)
        for root in _without_separators(whole)
    )


def _without_separators(whole: str) -> set[str]:
    """As it is, and "viet@nam" as "vietnam"; short ones are left alone, for they arise by chance."""
    bare = _SEPARATORS.sub("", whole)
    return {whole, bare} if len(bare) >= _LONG_ROOT else {whole}


def _cuts(text: str) -> Iterator[tuple[str, str]]:
    """Every way to take signs and digits off both ends."""
    letters = [place for place, char in enumerate(text) if char.isalpha()]
    first, last = (letters[0], letters[-1] + 1) if letters else (0, 0)
    for start in range(min(first, _PREDICTABLE_DECORATION) + 1):
        for end in range(max(last, len(text) - _PREDICTABLE_DECORATION, start), len(text) + 1):
            yield text[start:end], text[:start] + text[end:]


def _counts(root: str, decoration: str) -> bool:
    """A long root is weak with any decoration that programs try, a short one with those people choose."""
    if len(decoration) <= (_DECORATION if len(root) >= _LONG_ROOT else _SHORT_DECORATION):
        return True
    return is_predictable(decoration)


def _is_chain(text: str) -> bool:
    """A few runs, each a listed root or a pattern: "Nam1990Lan", "Vn123456@"."""
    runs = _RUNS.findall(text)
    counting = any(len(run) >= _COUNTING and run.isdecimal() for run in runs)
    return len(runs) <= _FEW_RUNS and all(
        _is_pattern(run) or (run.isalpha() and (is_listed(run) or (counting and len(run) <= 2)))
        for run in runs
    )


def is_counting(run: str) -> bool:
    """Whether it is one sign again and again, or a walk along the keyboard or the alphabet: 1234, aaa."""
    return len(set(run)) == 1 or any(run in walk or run in walk[::-1] for walk in _WALKS)


def _is_pattern(run: str) -> bool:
    if is_counting(run):
        return True
    if not run.isdecimal():
        return False
    return bool(_YEAR.fullmatch(run) or _DATE.fullmatch(run)) or len(repeated_unit(run)) <= 2


@cache
def _list() -> "memoryview[int]":
    """The sorted numbers of the file, shared by all processes of the machine."""
    if sys.byteorder != "little":
        raise RuntimeError("The list of weak passwords is written for little-endian machines.")
    with LIST.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)).cast("Q")
