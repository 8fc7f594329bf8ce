"""Ô của sổ tính: what stands in the cells of a stranger's .xlsx, read in the child process."""

from typing import Final

from motcua.files import sandbox

Cell = str | int | float | bool | None
_SECONDS: Final = 20.0
_LONGEST: Final = 48 * 1024 * 1024


def cells_of(data: bytes) -> dict[str, list[list[Cell]]]:
    """Rows of each sheet from the first, by the sheet's title; at most 20,000 rows and 60 columns.

    Raises FileRefused: TooHeavyInside for what costs too much, CheckingBusy when too many are being read.
    """
    found = sandbox.run("cells", "xlsx", data, seconds=_SECONDS, longest=_LONGEST)
    sheets: dict[str, list[list[Cell]]] = found["sheets"]
    return sheets
