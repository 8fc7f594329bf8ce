"""The register of purposes: what every room says about its columns, put together (threats DP-01)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.apps import apps

from motcua.kernel.personal_data import (
    Basis,
    Copy,
    Held,
    Kept,
    Nobodys,
    Personal,
    PersonalDocument,
    Withheld,
    held,
)

_OURS = "motcua."
_SETTING = re.compile(r" \(`[A-Z_]+`\)")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the register: columns of one room that share everything."""

    room: str
    columns: tuple[str, ...]
    purpose: str
    basis: Basis
    reader_words: str
    kept: Kept
    copied: Copy | Withheld

    @property
    def forms(self) -> tuple[Held, ...]:
        """In which forms its columns lie in the database, each once."""
        return tuple(dict.fromkeys(held(column) for column in self.columns))

    @property
    def form_words(self) -> str:
        return ", ".join(each.value for each in self.forms)

    @property
    def held_words(self) -> str:
        """The same for whoever judges it: what is not sealed once more is no open book, and a wrapped key is none."""
        return ", ".join(dict.fromkeys(_held_words(column) for column in self.columns))

    @property
    def kept_words(self) -> str:
        """Without the settings' names, which are for those who run the machine."""
        return _SETTING.sub("", self.kept.words)

    @property
    def copied_words(self) -> str:
        return f"có, ở phần “{self.copied}”" if isinstance(self.copied, Copy) else f"không: {self.copied}"


def _held_words(column: str) -> str:
    form = held(column)
    if form != Held.CLEAR:
        return form.value
    return "khóa đã bọc" if column.endswith("wrapped_key") else "không mã hóa thêm"


def lines() -> list[Line]:
    """Of the rooms that are here: a desk apart has no accounts to tell of."""
    return [_line(room, each) for room, said in _rooms() for each in said.PERSONAL]


def columns() -> dict[str, Line]:
    """Column → its line; a column that two lines claim is a mistake that a house test finds."""
    return {column: line for line in lines() for column in line.columns}


def nobodys() -> dict[str, str]:
    """Columns that say nothing about a person, and why."""
    return {
        f"{room}.{name}": each.why
        for room, said in _rooms()
        for each in _nobodys(said)
        for name in each.names()
    }


def documents() -> tuple[PersonalDocument, ...]:
    found: tuple[PersonalDocument, ...] = import_module("motcua.files.personal_data").DOCUMENTS
    return found


def _line(room: str, said: Personal) -> Line:
    return Line(
        room=room,
        columns=tuple(f"{room}.{name}" for name in said.names()),
        purpose=said.purpose,
        basis=said.basis,
        reader_words=said.reader_words,
        kept=said.kept,
        copied=said.copied,
    )


def _nobodys(said: Any) -> tuple[Nobodys, ...]:
    found: tuple[Nobodys, ...] = said.NOBODYS
    return found


def _rooms() -> Iterator[tuple[str, Any]]:
    """Rooms with tables, each with its ``personal_data``; one without is a mistake and stops the program."""
    for room in apps.get_app_configs():
        if room.name.startswith(_OURS) and room.models_module is not None:
            yield room.label, import_module(f"{room.name}.personal_data")
