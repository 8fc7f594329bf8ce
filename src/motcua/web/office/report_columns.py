"""The columns of “Báo cáo”, and which of them an installation has anything to say of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from motcua.desk.open_work import Figure, Load
from motcua.figures.reporting import Sums

Cell = int | float | str
FIRST: Final = "Đơn vị"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    code: str
    name: str
    now: Sums
    before: Sums
    load: Load

    @property
    def cells(self) -> list[Cell]:
        """In the order of the headings, after the name; what nothing is known of stays empty."""
        return [column.of(self) for column in _here()]

    @property
    def shown(self) -> list[tuple[str, str, str]]:
        """The same as a page shows them, each with its heading for a narrow screen, and the list that it leads to."""
        return [(column.heading, _words(cell), self._list_of(column, cell)) for column, cell in self._pairs()]

    def _pairs(self) -> list[tuple["_Column", Cell]]:
        return list(zip(_here(), self.cells, strict=True))

    def _list_of(self, column: "_Column", cell: Cell) -> str:
        """Of one unit only: a district is no unit. Nothing leads to an empty list."""
        return column.listed if self.code and cell else ""


@dataclass(frozen=True, slots=True)
class _Column:
    """``of_desk``: counted from what a desk does, not from what is done with accounts."""

    heading: str
    of: Callable[[Line], Cell]
    of_desk: bool = True
    #: The list of dossiers that stands behind it (``desk.figure_lists``); of most figures there is none.
    listed: str = ""


def headings() -> tuple[str, ...]:
    """Of the table here, that of the name first."""
    return (FIRST, *(column.heading for column in _here()))


def _here() -> list[_Column]:
    return [each for each in _COLUMNS if (settings.HOSTS_DESK if each.of_desk else settings.HOSTS_PORTAL)]


def _words(cell: Cell) -> str:
    return str(cell).replace(".", ",") if cell != "" else "—"


def _known(value: float | None) -> Cell:
    return "" if value is None else value


_COLUMNS: Final = (
    _Column("Hồ sơ tiếp nhận", lambda line: line.now.of("received"), listed=Figure.RECEIVED),
    _Column("Đã xác thực tài khoản", lambda line: line.now.of("checked")),
    _Column("Tỷ lệ xác thực (%)", lambda line: _known(line.now.share("checked", "received"))),
    _Column("Kỳ trước (%)", lambda line: _known(line.before.share("checked", "received"))),
    _Column("Tra cứu lần đầu có tài khoản", lambda line: line.now.of("asked", "FOUND")),
    _Column("Tra cứu lần đầu chưa có", lambda line: line.now.of("asked", "NOT_FOUND")),
    _Column("Tài khoản cán bộ tạo", lambda line: line.now.of("assisted"), of_desk=False),
    _Column("Tiếp nhận tạm trong kỳ", lambda line: line.now.of("provisional")),
    _Column("Đang nợ xác thực", lambda line: line.load.provisional, listed=Figure.PROVISIONAL),
    _Column("Phút từ kiểm tra đến tiếp nhận (trung vị)", lambda line: _known(line.now.minutes(0.5))),
    _Column("Phút từ kiểm tra đến tiếp nhận (95%)", lambda line: _known(line.now.minutes(0.95))),
    _Column("Giấy tờ không phải nộp lại", lambda line: line.now.of("reused")),
    _Column("Hồ sơ số hóa", lambda line: line.now.of("digitised")),
    _Column("Kết quả ký số", lambda line: line.now.of("signed")),
    _Column("Xong đúng hạn", lambda line: line.now.of("finished", "in_time")),
    _Column("Xong quá hạn", lambda line: line.now.of("finished", "late")),
    _Column("Đang quá hạn", lambda line: line.load.overdue, listed=Figure.OVERDUE),
)
