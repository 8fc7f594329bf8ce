"""Danh sách lớp: the lines somebody pasted or uploaded, and the values that come out of one line."""

import json
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from typing import Final, Self

from django.conf import settings
from django.utils import timezone

from motcua.desk import relations
from motcua.desk.group_reception_tables import MOST_ROWS
from motcua.desk.relations import Kind, Right
from motcua.files import workbook_cells
from motcua.files.reasons import CheckingBusy, FileRefused
from motcua.files.workbook_cells import Cell
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName, fold
from motcua.kernel.plain_text import NotPlainText, TextTooLong, clean
from motcua.kernel.refusal import Refusal

_SEALED: Final = "desk.group.typed"
_LONGEST_CELL: Final = 120
_COLUMNS: Final = 8
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].*)?")
_PLACE_IN_LIST: Final = re.compile(r"[0-9]{1,3}\.?")
#: What a spreadsheet makes of twelve digits that begin with noughts.
_WITHOUT_NOUGHTS: Final = frozenset({10, 11})

_RELATIONS: Final = {
    "me": "mẹ",
    "cha": "cha",
    "bo": "cha",
    "ba": "cha",
    "nguoi giam ho": "người giám hộ",
    "giam ho": "người giám hộ",
}
_TO_OWNER: Final = {"mẹ": "Con", "cha": "Con", "người giám hộ": "Người được giám hộ"}
#: The paper that proves it, as schools have it of every pupil.
_PROVED_BY: Final = {
    "mẹ": (Kind.PARENT, "giay-khai-sinh"),
    "cha": (Kind.PARENT, "giay-khai-sinh"),
    "người giám hộ": (Kind.GUARDIAN, "giam-ho"),
}


class GroupTooLarge(Refusal):
    code = "group_too_large"
    message = (
        "Danh sách có {count} dòng; mỗi lần chỉ nhận một lớp, tối đa 60 học sinh. "
        "Đề nghị ông/bà chia danh sách rồi tiếp nhận từng phần."
    )


class GroupEmpty(Refusal):
    code = "group_empty"
    message = "Danh sách chưa có học sinh nào. Đề nghị ông/bà dán danh sách hoặc chọn tệp Excel."


class GroupFileUnreadable(Refusal):
    code = "group_file_unreadable"
    message = (
        "Tệp danh sách không đọc được. Đề nghị ông/bà chọn tệp Excel (.xlsx) khác hoặc dán danh sách vào ô."
    )


class RelationWanted(Refusal):
    code = "group_relation_wanted"
    message = "Quan hệ phải là mẹ, cha hoặc người giám hộ. Đề nghị ông/bà ghi lại."


class ProofOfRelationWanted(Refusal):
    code = "group_proof_wanted"
    message = (
        "Đề nghị ghi số và ngày cấp giấy khai sinh (hoặc trích lục giám hộ) của học sinh, không sau hôm nay."
    )


class BornInAnotherYear(Refusal):
    code = "group_born_in_another_year"
    message = "Ngày sinh không khớp với số định danh. Đề nghị ông/bà đối chiếu lại với giấy tờ."


class NobodysNumber(Refusal):
    code = "group_number_wanted"
    message = (
        "Dòng chưa có số định danh của học sinh hoặc của cha, mẹ, người giám hộ. Đề nghị ông/bà ghi thêm."
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was typed."""

    number: str = field(repr=False, default="")
    name: str = field(repr=False, default="")
    born: str = field(repr=False, default="")
    parent: str = field(repr=False, default="")
    relation: str = ""
    proof_number: str = field(repr=False, default="")
    proof_on: str = field(repr=False, default="")
    parent_name: str = field(repr=False, default="")

    def seal(self, row: uuid.UUID) -> bytes:
        """At rest."""
        sealed: bytes = settings.KEYRING.seal(_SEALED, str(row), json.dumps(asdict(self), ensure_ascii=False))
        return sealed

    @classmethod
    def opened(cls, row: uuid.UUID, sealed: bytes | memoryview | None) -> Self:
        """Again, for the officer who typed it; empty once it was forgotten."""
        if sealed is None:
            return cls()
        return cls(**json.loads(settings.KEYRING.open(_SEALED, str(row), bytes(sealed))))


@dataclass(frozen=True, slots=True)
class Pupil:
    """A line that can be received. ``owner`` is whose account is checked: the pupil's own, or the parent's."""

    number: CitizenId | None
    name: PersonName
    born: BirthDate
    owner: CitizenId
    relation: str
    right: Right | None
    parent_name: PersonName | None

    @classmethod
    def of(cls, line: Line) -> Self:
        """Raises a Refusal that says what is wrong with the line."""
        name, born = PersonName.parse(line.name), BirthDate.parse(line.born)
        number = CitizenId.parse(line.number) if line.number else None
        if number is not None and not number.agrees_with_birth_date(born):
            raise BornInAnotherYear
        parent = CitizenId.parse(line.parent) if line.parent else None
        owner = parent or number
        if owner is None:
            raise NobodysNumber
        relation = _relation(line.relation) if parent else ""
        if relation and relations.come_of_age(born.on) <= timezone.localdate():
            raise relations.NoLongerMinor
        return cls(
            number=number,
            name=name,
            born=born,
            owner=owner,
            relation=relation,
            right=_right(relation, line) if relation else None,
            parent_name=PersonName.parse(line.parent_name) if parent and line.parent_name else None,
        )

    @property
    def to_owner(self) -> str:
        """What the pupil is to the owner of the account; empty for the pupil's own."""
        return _TO_OWNER[self.relation] if self.relation else ""

    @property
    def wanted_name(self) -> PersonName | None:
        """The name the account must have; nothing is compared where none was written."""
        return self.parent_name if self.relation else self.name

    @property
    def same_as(self) -> str:
        """By which a pupil who stands on the list twice is seen."""
        return self.number.value if self.number else f"{self.owner.value} {self.name.folded.lower()}"


def pasted(text: str) -> list[Line]:
    """Cells apart by tabs (as a spreadsheet copies them) or semicolons. Raises GroupEmpty, GroupTooLarge."""
    return _lines(re.split(r"\t|;" if "\t" not in line else r"\t", line) for line in text.splitlines())


def uploaded(data: bytes) -> list[Line]:
    """The first sheet of a workbook. Raises GroupFileUnreadable, CheckingBusy, GroupEmpty, GroupTooLarge."""
    try:
        sheets = workbook_cells.cells_of(data)
    except CheckingBusy:
        raise
    except FileRefused:
        raise GroupFileUnreadable from None
    return _lines(next(iter(sheets.values()), []))


def _lines(rows: Iterable[Sequence[Cell]]) -> list[Line]:
    cells = [[_text(cell) for cell in row] for row in rows]
    written = [row for row in cells if any(row)]
    found = [_line(row) for row in (written[1:] if written and _is_heading(written[0]) else written)]
    if not found:
        raise GroupEmpty
    if len(found) > MOST_ROWS:
        raise GroupTooLarge(count=len(found))
    return found


def _line(cells: Sequence[str]) -> Line:
    if _PLACE_IN_LIST.fullmatch(cells[0]):
        cells = cells[1:]
    taken = dict(zip_longest(range(_COLUMNS), cells[:_COLUMNS], fillvalue=""))
    return Line(*(str(taken[place]) for place in range(_COLUMNS)))


def _is_heading(cells: Sequence[str]) -> bool:
    """A first row without a single digit names the columns."""
    return not any(re.search(r"[0-9]", cell) for cell in cells)


def _text(cell: Cell) -> str:
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    words = str(cell)
    if isinstance(cell, int) and len(words) in _WITHOUT_NOUGHTS:
        return words.zfill(12)
    try:
        words = clean(words.replace("\xa0", " "), max_length=_LONGEST_CELL).strip()
    except (NotPlainText, TextTooLong):
        return "?"  # malformed wherever it stands
    found = _ISO.fullmatch(words)
    return f"{found[3]}/{found[2]}/{found[1]}" if found else words


def _right(relation: str, line: Line) -> Right:
    kind, proof = _PROVED_BY[relation]
    try:
        on = BirthDate.parse(line.proof_on)  # any day of a life that is not to come
    except Refusal:
        raise ProofOfRelationWanted from None
    if on.year_only or not line.proof_number:
        raise ProofOfRelationWanted
    return Right(kind, proof, line.proof_number[:60], on.on)


def _relation(words: str) -> str:
    relation = _RELATIONS.get(" ".join(fold(words).lower().split()))
    if relation is None:
        raise RelationWanted
    return relation
