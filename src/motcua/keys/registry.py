"""Every sealed column of every room, in one list: what is sealed anew, counted and guarded when the key changes.

Each room declares its own in a file ``sealed_columns.py``; tests/keys finds a sealed column that nobody declared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from string import Formatter
from typing import Final

from django.apps import apps
from django.db.models import Model

_OURS: Final = "motcua."


@dataclass(frozen=True, slots=True)
class Sealed:
    """One column. ``field`` and ``row`` are what is bound in (``Keyring.seal``).

    ``row`` is written with Django's names of columns, as in ``{public_id}`` or ``{class_list__public_id}:{nth}``.
    ``found_by``: the fingerprint beside it, by which the value is found; for the day when that key changes too.
    """

    model: str
    column: str
    field: str
    row: str = "{public_id}"
    found_by: str = ""

    @property
    def bound_by(self) -> tuple[str, ...]:
        return tuple(name for _, name, _, _ in Formatter().parse(self.row) if name)

    def bound_in(self, row: Mapping[str, object]) -> str:
        """The row's own part of what is bound in; ``row`` by Django's names."""
        return self.row.format(**{name: row[name] for name in self.bound_by})


@dataclass(frozen=True, slots=True)
class Carried:
    """What is sealed and lies with somebody else, in a cookie or a receipt: it has to open for so long."""

    field: str
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class Table:
    """A table with all its sealed columns."""

    model: type[Model]
    columns: tuple[Sealed, ...]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def where(self) -> str:
        """Its name for the log."""
        return self.name

    @property
    def key(self) -> str:
        """The column of the primary key."""
        return str(self.model._meta.pk.column)

    @property
    def read(self) -> tuple[str, ...]:
        """What is read of a row to open its values, by Django's names."""
        return tuple(dict.fromkeys(name for each in self.columns for name in (each.column, *each.bound_by)))

    @property
    def oldest_key(self) -> str:
        """SQL: the lowest key number among the sealed values of a row, none for a row that holds none."""
        return oldest_key(*(each.column for each in self.columns))


def oldest_key(*columns: str) -> str:
    """As in the index of the table (``guarding``)."""
    return f"LEAST({', '.join(f'keys_number({column})' for column in columns)})"


def tables() -> tuple[Table, ...]:
    """Of the rooms that are here, in the order of their names."""
    declared = sorted(_declared(), key=lambda each: each.model)
    return tuple(
        Table(apps.get_model(model), tuple(columns))
        for model, columns in groupby(declared, key=lambda each: each.model)
    )


def carried() -> tuple[Carried, ...]:
    return tuple(each for said in _said() for each in getattr(said, "CARRIED", ()))


def _declared() -> Iterator[Sealed]:
    for said in _said():
        yield from getattr(said, "SEALED", ())


def _said() -> Iterator[object]:
    for room in apps.get_app_configs():
        where = f"{room.name}.sealed_columns"
        if room.name.startswith(_OURS) and find_spec(where):
            yield import_module(where)
