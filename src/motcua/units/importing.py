"""Nhập đơn vị từ Excel: every row is tried as it would be saved, reported, and saved only when all are right."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from django.db import transaction

from motcua.files import workbook_cells
from motcua.files.reasons import FileRefused
from motcua.files.workbook_cells import Cell
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import Refusal
from motcua.units import reorganising
from motcua.units.models import Unit
from motcua.units.reorganising import NewUnit

MOST_ROWS: Final = 1_000
COLUMNS: Final = (
    "Mã đơn vị",
    "Tên",
    "Tên ngắn",
    "Loại",
    "Mã đơn vị cấp trên",
    "Từ ngày",
    "Địa bàn",
    "Địa chỉ",
    "Điện thoại",
    "Mã định danh",
    "Có một cửa",
)
_LONGEST: Final = 200
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].*)?")
_DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_YES: Final = frozenset({"x", "co", "1", "true"})


class UnitFileUnreadable(Refusal):
    code = "unit_file_unreadable"
    message = (
        "Tệp không đọc được hoặc thiếu cột. Đề nghị ông/bà dùng tệp Excel (.xlsx) có dòng đầu gồm các cột "
        "như tệp mẫu."
    )


class UnitFileTooLong(Refusal):
    code = "unit_file_too_long"
    message = "Tệp có {count} dòng; mỗi lần nhận tối đa 1.000 dòng. Đề nghị ông/bà chia thành nhiều tệp."


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it stands in the file."""

    number: int
    cells: tuple[str, ...]

    @property
    def code(self) -> str:
        return self.cells[0]

    @property
    def name(self) -> str:
        return self.cells[1]


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a row; ``wrong`` is empty when it can be saved."""

    row: Row
    wrong: str


def read(data: bytes) -> list[Row]:
    """The rows of the first sheet. Raises UnitFileUnreadable, UnitFileTooLong, CheckingBusy."""
    try:
        sheets = workbook_cells.cells_of(data)
    except FileRefused as no:
        raise UnitFileUnreadable from no
    rows = next(iter(sheets.values()), [])
    if not rows or [fold(_text(cell)) for cell in rows[0][: len(COLUMNS)]] != [
        fold(name) for name in COLUMNS
    ]:
        raise UnitFileUnreadable
    found = [
        Row(number, _cells(line)) for number, line in enumerate(rows[1:], start=2) if any(map(_text, line))
    ]
    if len(found) > MOST_ROWS:
        raise UnitFileTooLong(count=len(found))
    if not found:
        raise UnitFileUnreadable
    return found


def try_out(authority: Authority, rows: Sequence[Row], *, reason: str) -> list[Tried]:
    """Save everything and take it back: what is reported is what would happen."""
    with transaction.atomic():
        tried = _save(authority, rows, reason)
        transaction.set_rollback(True)
    return tried


def take_in(authority: Authority, rows: Sequence[Row], *, reason: str) -> list[Tried]:
    """Save all rows, or none when one of them is wrong; the report either way."""
    with transaction.atomic():
        tried = _save(authority, rows, reason)
        if any(each.wrong for each in tried):
            transaction.set_rollback(True)
    return tried


def dumps(rows: Sequence[Row]) -> str:
    """To be kept between the report and the saving."""
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False)


def loads(kept: str) -> list[Row]:
    return [Row(each["number"], tuple(each["cells"])) for each in json.loads(kept)]


def _save(authority: Authority, rows: Sequence[Row], reason: str) -> list[Tried]:
    """One after the other: a row may lie below a unit of a row above it."""
    authority.require(Power.GRANT)
    tried = []
    seen = authority
    for row in rows:
        try:
            with transaction.atomic():
                unit = reorganising.add(authority=seen, new=_new(row), reason=reason)
        except Refusal as no:
            above = "Không có đơn vị cấp trên này trong phạm vi của ông/bà."
            tried.append(Tried(row, above if no.code == "not_found" else no.text))
        else:
            seen = reorganising.reaching(seen, unit)
            tried.append(Tried(row, ""))
    return tried


def _new(row: Row) -> NewUnit:
    code, name, short, kind, above, since, district, address, phone, prefix, desk = row.cells
    return NewUnit(
        code=code,
        name=name,
        short_name=short or name,
        kind=_kind(kind),
        parent_code=above,
        valid_from=_day(since),
        district=district,
        address=address,
        phone=phone,
        dossier_prefix=prefix,
        has_desk=fold(desk).lower() in _YES,
    )


def _kind(typed: str) -> str:
    for value, words in Unit.Kind.choices:
        if fold(typed) in {fold(value), fold(str(words))}:
            return value
    raise reorganising.UnitMalformed(why=f"Loại đơn vị “{typed}” không có trong danh mục.")


def _day(typed: str) -> date:
    iso, local = _ISO.fullmatch(typed), _DAY.fullmatch(typed)
    parts = (iso[1], iso[2], iso[3]) if iso else (local[3], local[2], local[1]) if local else ("0", "0", "0")
    try:
        return date(*map(int, parts))
    except ValueError:
        raise reorganising.UnitMalformed(why="Từ ngày phải theo dạng dd/mm/yyyy, ví dụ 01/07/2025.") from None


def _cells(line: Sequence[Cell]) -> tuple[str, ...]:
    padded = [*line, *([None] * len(COLUMNS))][: len(COLUMNS)]
    return tuple(_text(cell) for cell in padded)


def _text(cell: Cell) -> str:
    """A cell as plain text; what hides characters or is too long is cut to nothing and then reported as missing."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    try:
        return plain_text.clean(str(cell), max_length=_LONGEST)
    except Refusal:
        return ""
