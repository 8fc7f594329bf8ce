"""A school's workbook for tests: pupils who are drawn anew, with or without accounts."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from openpyxl import Workbook

from motcua.accounts.class_files import COLUMNS
from motcua.accounts.sealed_data import PersonData

#: One row of the file, as a school types it.
Typed = Sequence[object]


def workbook(rows: Iterable[Typed], heads: Sequence[str] = COLUMNS) -> bytes:
    book, kept = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(heads))
    for row in rows:
        sheet.append(list(row))
    book.save(kept)
    return kept.getvalue()


def row(person: PersonData, label: str = "9A1", *, name: str | None = None) -> Typed:
    return ("", person.citizen_id.value, name or person.full_name.value, person.born_on.shown, label)
