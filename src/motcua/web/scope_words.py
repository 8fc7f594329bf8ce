"""Phạm vi đại diện bằng lời: the procedures of a mandate by their names, and what a mandate opens."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from motcua.web.outside import procedure_catalogue

#: What stands on each page of a mandate (docs/adr/0012).
OPENED_BY_ALL: Final = (
    "Mọi thủ tục: nộp và làm tiếp mọi hồ sơ của tổ chức; xem Kho dữ liệu, sự đồng ý và nhật ký của tổ chức."
)
OPENED_BY_SOME: Final = (
    "Một số thủ tục: chỉ nộp, xem, bổ sung, rút, nộp phí và đánh giá hồ sơ của các thủ tục đó; "
    "giấy tờ trong Kho dữ liệu chỉ lấy được khi đang nộp hồ sơ của các thủ tục đó."
)


class _Scoped(Protocol):
    @property
    def scope(self) -> Sequence[str]: ...


Named = Callable[[_Scoped], list[tuple[str, str]]]


def names_in(rows: Iterable[_Scoped]) -> Named:
    """For a page of mandates: (code, name) of each one's procedures; one question, however many rows."""
    names = procedure_catalogue().names_of({code for row in rows for code in row.scope})
    return lambda row: [(code, names.get(code, "")) for code in row.scope]


def named(codes: Iterable[str]) -> list[tuple[str, str]]:
    """(code, name) of one scope."""
    wanted = sorted(codes)
    names = procedure_catalogue().names_of(wanted)
    return [(code, names.get(code, "")) for code in wanted]
