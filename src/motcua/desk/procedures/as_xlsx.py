"""Danh mục as a workbook: a sheet of procedures, and sheets of their components, forms and steps."""

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from itertools import zip_longest
from typing import Any, Final

from openpyxl.utils import get_column_letter

from motcua.desk.procedures import entries
from motcua.desk.procedures.as_json import (
    MAX_BYTES,
    MOST_ENTRIES,
    CatalogueFileTooLarge,
    CatalogueFileUnreadable,
)
from motcua.desk.procedures.columns import COMPONENT, FORM, PROCEDURE, PROCESS, STEP, Column, Entry
from motcua.desk.procedures.versions import Item
from motcua.files import workbook_cells
from motcua.files.reasons import CheckingBusy, FileRefused, Suspicious, TooHeavyInside
from motcua.files.workbook_cells import Cell
from motcua.press.workbooks import Book

CODE, SINCE = PROCEDURE[0], next(column for column in PROCEDURE if column.name == "valid_from")
SHEETS: Final = {
    "Thủ tục": PROCEDURE,
    "Thành phần": (CODE, SINCE, *COMPONENT),
    "Mẫu đơn": (CODE, SINCE, *FORM),
    "Bước quy trình": (CODE, SINCE, *PROCESS, *STEP),
}
_RUNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
Row = dict[str, Any]


class CatalogueFileTooHeavy(CatalogueFileTooLarge):
    code = "catalogue_file_too_heavy"
    message = (
        "Tệp danh mục có quá nhiều ô, dòng hoặc nội dung mở ra quá lớn nên không đọc được. "
        "Đề nghị ông/bà xóa các dòng, cột và trang thừa, hoặc chia thành nhiều tệp rồi tải lên."
    )


def dump(found: Sequence[Entry]) -> bytes:
    """All entries as a file that Excel and LibreOffice open; no cell calculates."""
    book = Book(write_only=True)
    rows: dict[str, Callable[[Entry], Iterator[Row]]] = {
        "Thủ tục": lambda entry: iter([entry]),
        "Thành phần": lambda entry: iter(entry["components"]),
        "Mẫu đơn": lambda entry: iter(entry["forms"]),
        "Bước quy trình": _steps,
    }
    for title, columns in SHEETS.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for n, column in enumerate(columns, start=1):
            sheet.column_dimensions[get_column_letter(n)].width = 50 if "Tên" in column.label else 20
        sheet.append([column.label for column in columns])
        for entry in found:
            key = {"code": entry["code"], "valid_from": entry["valid_from"]}
            for row in rows[title](entry):
                sheet.append([escaped(column.shown({**key, **row}[column.name])) for column in _keys(title)])
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def parse(data: bytes) -> list[Item]:
    """Each row of “Thủ tục” with its parts.

    Raises CatalogueFileUnreadable, CatalogueFileTooLarge, CheckingBusy.
    """
    sheets = _opened(data)
    if missing := [title for title in SHEETS if title not in sheets]:
        raise CatalogueFileUnreadable(why=f"thiếu trang “{missing[0]}”")
    read = {title: list(_rows(sheets[title], title)) for title in SHEETS}
    if len(read["Thủ tục"]) > MOST_ENTRIES:
        raise CatalogueFileTooLarge
    return _joined(read)


def escaped(text: str) -> str:
    """Text that no spreadsheet takes for a formula (threats T-25); ``plain`` takes it back."""
    return f"'{text}" if text.startswith(_RUNS) else text


def plain(text: str) -> str:
    """The text as it was before ``escaped``."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_RUNS) else text


def _keys(title: str) -> tuple[Column, ...]:
    """The columns of a sheet under names that are each there once: a step's process has a name too."""
    if title != "Bước quy trình":
        return SHEETS[title]
    return tuple(
        Column("process", "Tên quy trình", longest=200) if column in PROCESS else column
        for column in SHEETS[title]
    )


def _steps(entry: Entry) -> Iterator[Row]:
    for process in entry["processes"]:
        for step in process["steps"]:
            yield {"process": process["name"], **step}


def _opened(data: bytes) -> dict[str, list[list[Cell]]]:
    """The cells of all sheets, read where a costly file costs nobody else anything."""
    if len(data) > MAX_BYTES:
        raise CatalogueFileTooLarge
    try:
        return workbook_cells.cells_of(data)
    except CheckingBusy:
        raise
    except TooHeavyInside:
        raise CatalogueFileTooHeavy from None
    except Suspicious:
        raise CatalogueFileUnreadable(why="tệp có nội dung không được phép") from None
    except FileRefused:
        raise CatalogueFileUnreadable(why="tệp hỏng hoặc không phải là tệp Excel (.xlsx)") from None


def _rows(sheet: list[list[Cell]], title: str) -> Iterator[tuple[int, Row]]:
    """(row number, column name → cell); headings may stand in any order, empty rows are passed over."""
    columns = {column.label: column.name for column in _keys(title)}
    lines = iter(sheet)
    headings = [str(cell).strip() if cell is not None else "" for cell in next(lines, [])]
    named = [label for label in headings if label]
    if strangers := [label for label in named if label not in columns]:
        raise CatalogueFileUnreadable(why=f"trang “{title}” có cột lạ “{strangers[0][:40]}”")
    may_lack = {column.label for column in _keys(title) if column.may_lack}
    if lacking := [label for label in columns if label not in named and label not in may_lack]:
        raise CatalogueFileUnreadable(why=f"trang “{title}” thiếu cột “{lacking[0]}”")
    if len(set(named)) < len(named):
        raise CatalogueFileUnreadable(why=f"trang “{title}” có cột trùng tên")
    for number, line in enumerate(lines, start=2):
        cells = {
            columns[label]: plain(cell) if isinstance(cell, str) else cell
            for label, cell in zip_longest(headings, line[: len(headings)])
            if label
        }
        if any(cell not in (None, "") for cell in cells.values()):
            yield number, cells


def _joined(read: dict[str, list[tuple[int, Row]]]) -> list[Item]:
    parts: dict[tuple[str, str], dict[str, list[Row]]] = {}
    places: dict[tuple[str, str], str] = {}
    for title, part in (("Thành phần", "components"), ("Mẫu đơn", "forms"), ("Bước quy trình", "processes")):
        for number, cells in read[title]:
            key = _key(cells)
            places.setdefault(key, f"{title}, dòng {number}")
            rest = {name: cell for name, cell in cells.items() if name not in ("code", "valid_from")}
            parts.setdefault(key, {}).setdefault(part, []).append(rest)
    found = []
    for number, cells in read["Thủ tục"]:
        own = parts.pop(_key(cells), {})
        raw = {**cells, **own, "processes": _gathered(own.get("processes", []))}
        entry, said = entries.read(raw)
        found.append(Item(f"Dòng {number}", entry, tuple(said)))
    for key in parts:
        entry = {**entries.new(), "code": key[0][:40], "valid_from": key[1][:10]}
        why = "Không có thủ tục với mã và ngày hiệu lực này trong trang “Thủ tục”."
        found.append(Item(places[key], entry, (why,)))
    return found


def _gathered(rows: Sequence[Row]) -> list[Row]:
    """Rows of steps → processes in the order of their first step."""
    gathered: dict[str, list[Row]] = {}
    for row in rows:
        step = {name: cell for name, cell in row.items() if name != "process"}
        gathered.setdefault(str(row.get("process") or ""), []).append(step)
    return [{"name": name, "steps": steps} for name, steps in gathered.items()]


def _key(cells: Row) -> tuple[str, str]:
    said: list[str] = []
    found = entries.read_columns(
        (CODE, SINCE), {name: cells.get(name) for name in ("code", "valid_from")}, said
    )
    return found["code"], found["valid_from"]
