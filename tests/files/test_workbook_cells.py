"""A stranger's workbook costs the child process little, and the web process nothing."""

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook

from motcua.files.parsing import cells
from motcua.files.reasons import FileRefused, Suspicious, TooHeavyInside
from motcua.files.workbook_cells import cells_of

SHEET = "xl/worksheets/sheet1.xml"


def book(*rows: list[object]) -> bytes:
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "Một"
    for row in rows:
        sheet.append(row)
    kept = BytesIO()
    made.save(kept)
    return kept.getvalue()


def with_sheet(change: bytes, encoding: str = "utf-8") -> bytes:
    """The book with these rows after its own, spelled in an encoding."""
    kept = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(book(["a"]))) as old,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            content = old.read(part)
            if part.filename == SHEET:
                content = content.replace(b"</sheetData>", change + b"</sheetData>")
                if encoding != "utf-8":
                    content = re.sub(rb"<\?xml[^>]*>", b"", content)
                    content = content.decode().encode(encoding)
            new.writestr(part.filename, content)
    return kept.getvalue()


def test_values_come_out_as_they_stand_with_rows_in_their_places() -> None:
    data = book(["Tên", "Số"], [], ["Học bạ", 7, None, True], [date(2026, 11, 23), 1.5])
    assert cells_of(data) == {
        "Một": [["Tên", "Số"], [], ["Học bạ", 7, None, True], ["2026-11-23 00:00:00", 1.5]]
    }


WIDE = b'<row r="2">' + b'<c r="A2"><v>1</v></c>' * 1_500_000 + b"</row>"
MANY = b'<row r="2">' + b"".join(b'<c r="A2"><v>%d</v></c>' % n for n in range(400_000)) + b"</row>"


@pytest.mark.parametrize("rows", [WIDE, MANY], ids=["wide", "many"])
def test_a_small_file_that_would_cost_a_minute_is_refused(rows: bytes) -> None:
    with pytest.raises(TooHeavyInside):
        cells_of(with_sheet(rows))


def test_what_is_read_is_counted_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by the limits of the process alone: no cell of it reaches the library."""

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("opened")

    monkeypatch.setattr(cells, "load_workbook", opened)
    with pytest.raises(TooHeavyInside):
        cells.read(with_sheet(MANY))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_document_type_is_found_in_every_spelling(encoding: str) -> None:
    data = with_sheet(b'<!DOCTYPE x [<!ENTITY a "b">]>', encoding)
    with pytest.raises(Suspicious):
        cells_of(data)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 nothing", b"hello", book(["a"])[:-30]])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefused):
        cells_of(data)
