"""A person's name: shown as typed, compared as people mean it."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from motcua.kernel.plain_text import NotPlainText, TextTooLong, clean
from motcua.kernel.refusal import Refusal

_LONGEST: Final = 100
# Latin letters, and the marks that Unicode has no ready letter for (Ơ̆, M̆ of the Central Highlands).
_LETTER: Final = r"[A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u01BA\u01C4-\u024F\u1E00-\u1EFF][\u0300-\u0331]?"
_WORD: Final = rf"(?:{_LETTER})+(?:['’ʼ-](?:{_LETTER})+)*"
_NAME: Final = re.compile(rf"{_WORD}(?: {_WORD})*")
_PART: Final = re.compile(rf"(?:{_LETTER})+")
_FIRST_LETTER: Final = re.compile(_LETTER)
_APOSTROPHES: Final = re.compile(r"['’ʼ`´]")
# Đ of Vietnam, and the letters that look like it and are typed in its place.
_D: Final = str.maketrans({"đ": "d", "ð": "d", "ɖ": "d"})
_ONE_D: Final = str.maketrans({"ð": "đ", "ɖ": "đ"})
_TONES: Final = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
# "Lý/Lí", "Mỹ/Mĩ", "Quý/Quí" are one name; "Huy/Hui", "Tay/Tai" are two.
_Y_FOR_I: Final = re.compile(r"(?<![aeou\u0300-\u0331])y|(?<=qu)y")


class InvalidPersonName(Refusal):
    code = "invalid_person_name"
    message = (
        "Họ và tên chỉ gồm chữ cái, dấu cách, dấu nháy đơn và dấu gạch nối, dài không quá 100 ký tự. "
        "Đề nghị ông/bà nhập lại như trên giấy tờ."
    )


class NameMatch(StrEnum):
    SAME = "SAME"
    MARKS = "MARKS"
    DIFFERENT = "DIFFERENT"


@dataclass(frozen=True, slots=True, repr=False)
class PersonName:
    """``value`` is NFC with single spaces. A name is never a key (threats T-19)."""

    value: str

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Names of every ethnic group of Vietnam: Latin letters, words, apostrophes, hyphens."""
        try:
            text = " ".join(clean(raw, max_length=_LONGEST).split())
        except (NotPlainText, TextTooLong):
            raise InvalidPersonName from None
        if not _NAME.fullmatch(text):
            raise InvalidPersonName
        return cls(text)

    @property
    def folded(self) -> str:
        """The form for searching: no case, no marks."""
        return fold(self.value)

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words."""
        return tuple(self.folded.split())

    @property
    def masked(self) -> str:
        """First and last word whole, each word between as its first letter: “Nguyễn V** A”.

        Of two words the first is masked (“N** An”), of one word all but its first letter.
        The number of stars says nothing about the length.
        """
        words = self.value.split()
        if len(words) <= 2:
            return " ".join([_starred(words[0]), *words[1:]])
        return " ".join([words[0], *(_starred(word) for word in words[1:-1]), words[-1]])

    @property
    def as_written(self) -> "PersonName":
        """Told in capitals only, as VNeID does: one capital for each part (“H'HEN NIÊ”: “H'Hen Niê”); else as typed."""
        if self.value != self.value.upper():
            return self
        written = _PART.sub(lambda part: part[0][0] + part[0][1:].lower(), self.value)
        return PersonName(unicodedata.normalize("NFC", written))

    def compare(self, other: "PersonName") -> NameMatch:
        """SAME but for case, place of the tone mark, i/y; MARKS: alike without marks; or DIFFERENT."""
        if _fold_keeping_marks(self.value) == _fold_keeping_marks(other.value):
            return NameMatch.SAME
        return NameMatch.MARKS if self.folded == other.folded else NameMatch.DIFFERENT

    def __str__(self) -> str:
        return self.masked

    __repr__ = __str__


def fold(text: str) -> str:
    """Lower case, no marks, đ as d, i for a y that may be written i, single spaces. Folding twice is once."""
    return _y_as_i(_without_marks(_lowered(text))).translate(_D)


def _fold_keeping_marks(text: str) -> str:
    """As ``fold``, but with every mark; each word's tone stands at its end: hoà and hòa are one."""
    return " ".join(_tone_last(word) for word in _lowered(text).translate(_ONE_D).split())


def _tone_last(word: str) -> str:
    return _y_as_i(_TONES.sub("", word)) + "".join(sorted(_TONES.findall(word)))


def _lowered(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())
    return " ".join(_APOSTROPHES.sub("", decomposed).replace("-", " ").split())


def _y_as_i(decomposed: str) -> str:
    return _Y_FOR_I.sub("i", decomposed)


def _without_marks(decomposed: str) -> str:
    return "".join(char for char in decomposed if unicodedata.category(char) != "Mn")


def _starred(word: str) -> str:
    first = _FIRST_LETTER.match(word)
    return f"{first[0] if first else ''}**"
