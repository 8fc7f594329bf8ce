"""Values that nobody else has, typed into the running system, and whether one of them can be read somewhere."""

import base64
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

_SIX = re.compile(r"(?<![0-9A-Za-z.:\[+-])([0-9]{6})(?![0-9A-Za-z.:\]-])")


def folded(text: str) -> str:
    """As if it had been typed without marks and in small letters."""
    bare = "".join(
        letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter)
    )
    return bare.casefold().replace("đ", "d")


def spellings(value: str) -> set[str]:
    """How a program could have written it: as it is, in an address, in JSON, in hexadecimal, in base64."""
    raw, bare = value.encode(), folded(value)
    found = {value, quote(value), quote_plus(value), quote_plus(bare), json.dumps(value)[1:-1], raw.hex()}
    for before in range(3):
        whole = base64.b64encode(bytes(before) + raw + b"\0\0").decode()
        # The letters at both ends mix with the neighbours; what is between stands wherever the value stands.
        found.add(whole[(0, 2, 3)[before] : (before + len(raw)) * 8 // 6])
    return {folded(each) for each in found}


@dataclass
class Planted:
    """What was typed or texted, by its kind."""

    values: dict[str, set[str]] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)

    def add(self, **values: str) -> None:
        for kind, value in values.items():
            assert len(value) >= 8, f"{kind} is too short to be told from anything else"
            self.values.setdefault(kind, set()).add(value)

    def person(self, *, name: str, number: str, phone: str, born: str, email: str) -> None:
        """With the ways in which a program writes a phone and a day."""
        day, month, year = born.split("/")
        self.add(name=name, number=number, phone=phone, email=email, born=born)
        self.add(
            phone_abroad=f"84{phone[1:]}", born_iso=f"{year}-{month}-{day}", born_short=day + month + year
        )
        # Family names are everybody's; these two words are nobody else's.
        self.add(given_names=" ".join(name.split()[-2:]))

    def count(self) -> int:
        return len(self.codes) + sum(map(len, self.values.values()))

    def found_in(self, places: Mapping[str, str], *, besides: frozenset[str] = frozenset()) -> list[str]:
        """“kind in place” of everything that can be read."""
        return sorted(
            f"{kind} in {place}"
            for place, text in places.items()
            for kind in self._kinds_in(text)
            if kind not in besides
        )

    def _kinds_in(self, text: str) -> Iterator[str]:
        searched = folded(text)
        for kind, values in self.values.items():
            if any(spelling in searched for value in values for spelling in spellings(value)):
                yield kind
        if not self.codes.isdisjoint(_SIX.findall(text)):
            yield "code"
