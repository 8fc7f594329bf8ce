"""Whether the keys that lie here open every sealed value: after a restore, and before a key goes for good."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from motcua.kernel.sealing import SealBroken
from motcua.keys import registry
from motcua.keys.registry import Table

_AT_ONCE = 2000


@dataclass(slots=True)
class Looked:
    """How many values opened, and of which columns how many did not."""

    whole: int = 0
    broken: dict[str, int] = field(default_factory=dict)


def look_at_all() -> Looked:
    """Reads every sealed value once; a minute or two for a million people."""
    found = Looked()
    for table in registry.tables():
        for column, opens in _each(table):
            if opens:
                found.whole += 1
            else:
                name = f"{table.name}.{column}"
                found.broken[name] = found.broken.get(name, 0) + 1
    return found


def _each(table: Table) -> Iterator[tuple[str, bool]]:
    names = list(dict.fromkeys(name for each in table.columns for name in (each.column, *each.bound_by)))
    for row in table.model._base_manager.values(*names).iterator(chunk_size=_AT_ONCE):
        for each in table.columns:
            if row[each.column]:
                yield each.column, _opens(each, row)


def _opens(column: registry.Sealed, row: dict[str, Any]) -> bool:
    bound = column.row.format(**{name: row[name] for name in column.bound_by})
    try:
        settings.KEYRING.open(column.field, bound, row[column.column])
    except SealBroken:
        return False
    return True
