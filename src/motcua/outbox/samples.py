"""One of each text that leaves: the words a provider registers, numbered where they change, with an example."""

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from motcua.outbox import texts
from motcua.outbox.events import EVENTS, PARAMETERS

_AT: Final = datetime(2026, 12, 31, 5, 6, 7, tzinfo=UTC)
_DAY: Final = date(2026, 12, 31)
#: What each parameter is given, and how it then reads.
_GIVEN: Final[Mapping[str, tuple[Any, str]]] = {
    "code": ("012345", "012345"),
    "number": ("TN-000.00.19.H08-261123-0001", "TN-000.00.19.H08-261123-0001"),
    "dossier": ("000.00.19.H08-261123-0001", "000.00.19.H08-261123-0001"),
    "host": ("dvc.example.vn", "dvc.example.vn"),
    "link": ("https://dvc.example.vn/kptt/ABCDEFGHJK", "https://dvc.example.vn/kptt/ABCDEFGHJK"),
    "password": ("Abcdefgh-23456789", "Abcdefgh-23456789"),
    "word": ("tam khoa", "tam khoa"),
    "last3": ("678", "678"),
    "until": (_DAY, "31/12/2026"),
    "day": (_DAY, "31/12/2026"),
    "first_on": (_DAY, "31/12/2026"),
    "count": (4321, "4321"),
    "at": (_AT, "12:06 31/12/2026"),
    "unit": ("so-gddt", "so-gddt"),
}
_EVENT_HOLE: Final = re.compile(r"\{([a-z_]+)\}")
_HOLE: Final = re.compile(r"\{([0-9]+)\}")
#: Longer than any value of ours; a hole takes no more.
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Registered:
    """``words`` with ``{1}``, ``{2}`` … in the order in which they stand; ``example`` is such a text."""

    kind: str
    words: str
    example: str

    def values_in(self, text: str) -> list[str] | None:
        """What stands in the holes of this text; None where it says something else."""
        found = _pattern(self.words).fullmatch(text)
        return list(found.groups()) if found else None

    def filled(self, values: list[str]) -> str:
        return _HOLE.sub(lambda hole: values[int(hole[1]) - 1], self.words)


@lru_cache(maxsize=256)
def _pattern(words: str) -> re.Pattern[str]:
    pieces = _HOLE.split(words)
    return re.compile(
        "".join(rf"([\s\S]{{0,{_LONGEST}}}?)" if nth % 2 else re.escape(p) for nth, p in enumerate(pieces))
    )


@lru_cache(maxsize=1)
def registered() -> tuple[Registered, ...]:
    """Every kind of text there is, the wordings of notices as they are delivered."""
    return (*_codes(), *_plain(), *_events())


def _codes() -> Iterator[Registered]:
    """A code with and without the line that binds it to the site."""
    for purpose in texts.CodeFor:
        for suffix, host in (("", ""), ("_bound", "dvc.gov.vn")):
            text = texts.passcode(purpose, "012345", 10, _AT, host=host)
            if host and host not in text:
                continue
            read = ["012345", "lan 10", "12:06:07", *([host, "012345"] if host else [])]
            yield _numbered(f"otp_{purpose.value.lower()}{suffix}", text, read)


def _plain() -> Iterator[Registered]:
    for name, text_of in vars(texts).items():
        if name == "passcode" or name.startswith("_") or not _is_a_text(text_of):
            continue
        wanted = list(inspect.signature(text_of).parameters)
        yield _numbered(
            name, text_of(**{one: _GIVEN[one][0] for one in wanted}), [_GIVEN[one][1] for one in wanted]
        )
        if "link" in wanted and inspect.signature(text_of).parameters["link"].default == "":
            yield _numbered(f"{name}_plain", text_of(), [])


def _events() -> Iterator[Registered]:
    for event in EVENTS.values():
        pieces = _EVENT_HOLE.split(event.sms)
        words = "".join(f"{{{nth // 2 + 1}}}" if nth % 2 else piece for nth, piece in enumerate(pieces))
        example = _EVENT_HOLE.sub(lambda hole: PARAMETERS[hole[1]].longest, event.sms)
        yield Registered(event.code, words, example)


def _is_a_text(found: Any) -> bool:
    return inspect.isfunction(found) and found.__module__ == texts.__name__


def _numbered(kind: str, text: str, read: list[str]) -> Registered:
    """The text with its values taken out, in the order in which they stand."""
    places = sorted(_places(text, read))
    words, at = "", 0
    for nth, (begin, end) in enumerate(places, start=1):
        words += f"{text[at:begin]}{{{nth}}}"
        at = end
    return Registered(kind, words + text[at:], text)


def _places(text: str, read: list[str]) -> Iterator[tuple[int, int]]:
    at = 0
    for value in read:
        begin = text.find(value, at)
        if begin < 0:
            begin = text.find(value)
        # Of “lan 10” only the number changes.
        skip = 4 if value.startswith("lan ") else 0
        if begin >= 0:
            yield begin + skip, begin + len(value)
            at = begin + len(value)
