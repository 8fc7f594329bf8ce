"""Tệp danh sách lớp: the rows of a school's workbook, each as it was typed, and what is wrong with it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from motcua.accounts.models.class_lists import LONGEST_CLASS, MOST_ROWS
from motcua.accounts.sealed_data import seal, unseal
from motcua.files import workbook_cells
from motcua.files.reasons import CheckingBusy, FileRefused
from motcua.files.workbook_cells import Cell
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName, fold
from motcua.kernel.plain_text import NotPlainText, TextTooLong, clean
from motcua.kernel.refusal import Refusal

#: The heading row of the file to fill in; further columns are left alone and never kept.
COLUMNS: Final = ("STT", "Số định danh", "Họ và tên", "Ngày sinh", "Lớp")
_HEADINGS: Final = {
    "number": ("so dinh danh", "so dinh danh ca nhan", "ma dinh danh", "so cccd", "cccd", "cmnd/cccd"),
    "name": ("ho va ten", "ho ten", "ho va ten hoc sinh", "ten hoc sinh"),
    "born": ("ngay sinh", "ngay thang nam sinh", "ngay, thang, nam sinh"),
    "label": ("lop", "ten lop", "lop hoc"),
}
_WANTED: Final = frozenset({"number", "name", "born"})
#: Schools write their name and the year above the table.
_SEARCHED: Final = 20
_LONGEST_CELL: Final = 120
_COLUMN: Final = "accounts_classrow.typed"
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].*)?")
_MANY_DIGITS: Final = re.compile(r"(?:[^0-9]*[0-9]){5}")
#: What a spreadsheet makes of twelve digits that begin with noughts.
_WITHOUT_NOUGHTS: Final = frozenset({10, 11})


class ClassFileUnreadable(Refusal):
    code = "class_file_unreadable"
    message = (
        "Tệp không đọc được hoặc thiếu cột. Đề nghị ông/bà dùng tệp Excel (.xlsx) có dòng tên cột "
        "Số định danh, Họ và tên, Ngày sinh, Lớp như tệp mẫu."
    )


class ClassFileTooLong(Refusal):
    code = "class_file_too_long"
    message = "Tệp có {count} học sinh; mỗi lần nhận tối đa 5.000. Đề nghị ông/bà chia thành nhiều tệp."


class ClassFileEmpty(Refusal):
    code = "class_file_empty"
    message = "Tệp chưa có học sinh nào dưới dòng tên cột. Đề nghị ông/bà điền danh sách rồi tải lên lại."


class NotAClass(Refusal):
    code = "not_a_class"
    message = "Cột Lớp chỉ ghi tên lớp, không quá 20 ký tự, ví dụ 9A1. Đề nghị ông/bà ghi lại."


class ClassNumberDisagrees(Refusal):
    code = "class_number_disagrees"
    message = "Ngày sinh không khớp với số định danh. Đề nghị ông/bà đối chiếu lại với giấy tờ."


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it was typed; ``nth`` is its place in the file."""

    nth: int
    number: str = field(repr=False)
    name: str = field(repr=False)
    born: str = field(repr=False)
    label: str = field(repr=False, default="")

    def sealed(self, list_id: object) -> bytes:
        """At rest, for this row of this list only."""
        return seal(_COLUMN, f"{list_id}:{self.nth}", json.dumps(self.plain, ensure_ascii=False))

    @property
    def plain(self) -> list[str]:
        return [self.number, self.name, self.born]

    @classmethod
    def opened(cls, list_id: object, nth: int, label: str, sealed: bytes | memoryview) -> Self:
        """Again, for the unit that uploaded it."""
        number, name, born = json.loads(unseal(_COLUMN, f"{list_id}:{nth}", sealed))
        return cls(nth, number, name, born, label)

    @property
    def last3(self) -> str:
        """What may be shown of the number."""
        return "".join(letter for letter in self.number if letter in "0123456789")[-3:]


@dataclass(frozen=True, slots=True)
class Pupil:
    """A row that can be asked about."""

    number: CitizenId
    name: PersonName
    born: BirthDate

    @classmethod
    def of(cls, line: Line) -> Self:
        """Raises a Refusal that says what is wrong with the row, and quotes nothing of it."""
        number = CitizenId.parse(line.number)
        name, born = PersonName.parse(line.name), BirthDate.parse(line.born)
        if not number.agrees_with_birth_date(born):
            raise ClassNumberDisagrees
        if line.label and fold(line.label) == name.folded:
            raise NotAClass
        return cls(number, name, born)


def read(data: bytes) -> list[Line]:
    """The rows below the headings of the first sheet; empty ones are left out.

    Raises ClassFileUnreadable, ClassFileTooLong, ClassFileEmpty, CheckingBusy.
    """
    try:
        sheets = workbook_cells.cells_of(data)
    except CheckingBusy:
        raise
    except FileRefused as no:
        raise ClassFileUnreadable from no
    rows = next(iter(sheets.values()), [])
    top, places = _heading(rows)
    found = [
        line
        for nth, row in enumerate(rows[top + 1 :], start=top + 2)
        if any((line := _line(nth, row, places)).plain)
    ]
    if len(found) > MOST_ROWS:
        raise ClassFileTooLong(count=len(found))
    if not found:
        raise ClassFileEmpty
    return found


def class_of(line: Line) -> str:
    """The class as it is kept beside the row. Raises NotAClass."""
    if len(line.label) > LONGEST_CLASS or _MANY_DIGITS.match(line.label):
        raise NotAClass
    return line.label


def _heading(rows: Sequence[Sequence[Cell]]) -> tuple[int, Mapping[str, int]]:
    for top, row in enumerate(rows[:_SEARCHED]):
        said = [" ".join(fold(_text(cell)).split()) for cell in row]
        places = {
            column: place
            for column, names in _HEADINGS.items()
            for place, words in enumerate(said)
            if words in names
        }
        if places.keys() >= _WANTED:
            return top, places
    raise ClassFileUnreadable


def _line(nth: int, row: Sequence[Cell], places: Mapping[str, int]) -> Line:
    def cell(column: str) -> Cell:
        place = places.get(column)
        return row[place] if place is not None and place < len(row) else None

    return Line(nth, _digits(cell("number")), _text(cell("name")), _day(cell("born")), _text(cell("label")))


def _digits(cell: Cell) -> str:
    """A number that the spreadsheet took for a sum has lost its noughts."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    words = _text(cell)
    return words.zfill(12) if isinstance(cell, int) and len(words) in _WITHOUT_NOUGHTS else words


def _day(cell: Cell) -> str:
    words = _text(cell)
    found = _ISO.fullmatch(words)
    return f"{found[3]}/{found[2]}/{found[1]}" if found else words


def _text(cell: Cell) -> str:
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    try:
        return clean(str(cell), max_length=_LONGEST_CELL)
    except (NotPlainText, TextTooLong):
        return "?"  # malformed wherever it stands
