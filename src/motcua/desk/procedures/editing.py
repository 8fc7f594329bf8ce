"""Lists inside an entry: put a part in, take it out, move it. Every answer is a new entry."""

import copy
from collections.abc import Sequence
from typing import Any, Final

from motcua.desk.procedures.columns import COMPONENT, FORM, MOST_STEPS, PARTS, PROCESS, STEP, Column, Entry
from motcua.kernel.refusal import NotFound, Refusal


class ListFull(Refusal):
    code = "catalogue_list_full"
    message = "Danh sách đã có tối đa {most} dòng. Đề nghị ông/bà gộp hoặc bỏ bớt dòng."


#: The word of a list in an address → its key in an entry.
LISTS: Final = {"thanh-phan": "components", "mau-don": "forms", "quy-trinh": "processes"}
COLUMNS: Final = {"components": COMPONENT, "forms": FORM, "processes": PROCESS, "steps": STEP}


def part_of(entry: Entry, part: str, process: int | None = None) -> list[Any]:
    """The list: of the entry, or the steps of one of its processes (counted from 1). Raises NotFound."""
    if part != "steps":
        return list(entry[part])
    if process is None or not 1 <= process <= len(entry["processes"]):
        raise NotFound
    return list(entry["processes"][process - 1]["steps"])


def at(found: Sequence[Any], n: int) -> Any:
    """The nth, from 1. Raises NotFound."""
    if not 1 <= n <= len(found):
        raise NotFound
    return found[n - 1]


def put(entry: Entry, part: str, values: Entry, *, n: int | None = None, process: int | None = None) -> Entry:
    """Values in place of the nth, or after the last. A process keeps its steps. Raises ListFull."""
    found = part_of(entry, part, process)
    if n is not None:
        found[n - 1] = {**at(found, n), **values}
        return _with(entry, part, found, process)
    most = MOST_STEPS if part == "steps" else PARTS[part][1]
    if len(found) >= most:
        raise ListFull(most=most)
    fresh = {**values, "steps": []} if part == "processes" else values
    return _with(entry, part, [*found, fresh], process)


def removed(entry: Entry, part: str, n: int, process: int | None = None) -> Entry:
    """Without the nth."""
    found = part_of(entry, part, process)
    at(found, n)
    return _with(entry, part, found[: n - 1] + found[n:], process)


def moved(entry: Entry, part: str, n: int, by: int, process: int | None = None) -> Entry:
    """The nth one place up (-1) or down (1); at the end of the list it stays."""
    found = part_of(entry, part, process)
    at(found, n)
    to = n - 1 + by
    if 0 <= to < len(found):
        found[n - 1], found[to] = found[to], found[n - 1]
    return _with(entry, part, found, process)


def columns_of(part: str) -> tuple[Column, ...]:
    """What a part of this list is made of."""
    return COLUMNS[part]


def _with(entry: Entry, part: str, found: list[Any], process: int | None) -> Entry:
    changed = copy.deepcopy(entry)
    if part == "steps" and process is not None:
        changed["processes"][process - 1]["steps"] = copy.deepcopy(found)
    else:
        changed[part] = copy.deepcopy(found)
    return changed
