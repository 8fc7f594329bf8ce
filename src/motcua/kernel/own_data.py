"""Whether a password is made of what is known about its owner."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from motcua.kernel.weak_passwords import canonical, is_counting, plain

_DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_ISO_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_NUMBER: Final = re.compile(r"\+?[0-9][0-9 .-]*")
_WORD: Final = re.compile(r"[^\W0-9_]+")
_LETTER_RUNS: Final = re.compile(r"[a-z]+")
_DIGIT_RUNS: Final = re.compile(r"[0-9]+")
_BETWEEN_DIGITS: Final = re.compile(r"(?<=[0-9])[ ./_-](?=[0-9])")
_LONG_WORD: Final = 4
_SHORT_WORD: Final = 3
_MOST_BESIDE: Final = 8
_TELLING_DIGITS: Final = 4


def is_about(password: str, about: Sequence[str]) -> bool:
    """Whether it holds a name, a number, a birth date or an address of ``about``, in a usual spelling."""
    text = plain(password)
    words, digits = _words(about), set(_digits(about))
    return _holds_word(text, words) or _holds_digits(text, digits)


def _words(about: Sequence[str]) -> list[list[str]]:
    """The words of each fact, without marks; numbers and dates have none; those of an address stand alone."""
    found: list[list[str]] = []
    for fact in about:
        words = [plain(word) for word in _WORD.findall(_composed(fact))]
        found += [[word] for word in words] if "@" in fact else [words]
    return found


def _holds_word(text: str, facts: list[list[str]]) -> bool:
    spellings = {text, text[::-1], canonical(text), re.sub("[^a-z]", "", text)}
    for words in facts:
        long_ones = {word for word in words if len(word) >= _LONG_WORD}
        joined = {first + second for first, second in pairwise(words) if len(first + second) > _LONG_WORD}
        if any(word in text or canonical(word) in text for word in long_ones | joined for text in spellings):
            return True
        if any(_is_short_own(run, words, text) for run in _LETTER_RUNS.findall(text)):
            return True
    return False


def _is_made_of(run: str, words: list[str]) -> bool:
    """Whether a run of letters is words of one's own, one after another: "lan", "vanan"."""
    reached = {0}
    for place in range(len(run)):
        if place in reached:
            reached |= {place + len(word) for word in words if word and run.startswith(word, place)}
    return len(run) in reached


def _is_short_own(run: str, words: list[str], text: str) -> bool:
    """Whether short words or initials of one's own are a good part of the password; else it is chance."""
    if len(run) < _SHORT_WORD or len(text) - len(run) > _MOST_BESIDE:
        return False
    initials = "".join(word[0] for word in words if word)
    return _is_made_of(run, [*words, initials, initials[:-1]])


def _holds_digits(text: str, digits: set[str]) -> bool:
    runs = {*_DIGIT_RUNS.findall(text), *_DIGIT_RUNS.findall(_BETWEEN_DIGITS.sub("", text))}
    return any(piece in run for run in runs if len(run) >= _TELLING_DIGITS for piece in digits)


def _digits(about: Sequence[str]) -> Iterator[str]:
    for fact in (_composed(raw).strip() for raw in about):
        if day := _day(fact):
            yield from _spellings(day)
        elif _NUMBER.fullmatch(fact):
            number = re.sub(r"\A84", "0", re.sub("[^0-9]", "", fact)) if fact[0] == "+" else fact
            number = re.sub("[^0-9]", "", number)
            for start in range(max(len(number) - _TELLING_DIGITS, 0) + 1):
                piece = number[start : start + _TELLING_DIGITS] or number
                # 1234 is in many numbers and tells of nobody; the list of common passwords judges it.
                if not is_counting(piece):
                    yield piece
        else:
            yield from (run for run in _DIGIT_RUNS.findall(fact) if len(run) >= _TELLING_DIGITS)


def _day(fact: str) -> date | None:
    try:
        if found := _DAY.fullmatch(fact):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _ISO_DAY.fullmatch(fact):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return None


def _spellings(day: date) -> set[str]:
    year, short = f"{day.year:04}", f"{day.year % 100:02}"
    two, one = (f"{day.day:02}", f"{day.month:02}"), (str(day.day), str(day.month))
    found = {year, two[0] + two[1], two[1] + two[0], two[1] + short, short + two[1], two[0] + two[1] + short}
    found |= {one[0] + one[1] + short, one[0] + one[1] + year, short + two[1] + two[0]}
    return {spelling for spelling in found if len(spelling) >= _TELLING_DIGITS}


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
