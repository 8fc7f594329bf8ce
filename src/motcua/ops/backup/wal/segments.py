"""The names PostgreSQL gives to pieces of its log, and what the first bytes of one say of it."""

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from motcua.ops.places import CannotStart

_SEGMENT: Final = re.compile(r"[0-9A-F]{24}")
#: A line of descent, a note of a base backup, the unfinished end of a line that another took over.
_BESIDE: Final = re.compile(r"[0-9A-F]{8}\.history|[0-9A-F]{24}\.[0-9A-F]{8}\.backup|[0-9A-F]{24}\.partial")
#: XLogLongPageHeaderData: magic, info, timeline, address of the page, rest, padding, cluster, size of a segment.
_HEAD: Final = struct.Struct("=HHIQI4xQI")
_LONG: Final = 0x0002
_FOUR_GIB: Final = 1 << 32


class NotAWholeSegment(CannotStart):
    """Torn, empty, or another one than its name says."""


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """Where a segment lies in the log: the how-many-th it is, and on which timeline."""

    number: int
    timeline: int

    @classmethod
    def of(cls, name: str, segment_bytes: int) -> "Segment":
        timeline, high, low = (int(name[at : at + 8], 16) for at in (0, 8, 16))
        return cls(high * (_FOUR_GIB // segment_bytes) + low, timeline)

    def name(self, segment_bytes: int) -> str:
        high, low = divmod(self.number, _FOUR_GIB // segment_bytes)
        return f"{self.timeline:08X}{high:08X}{low:08X}"


def is_segment(name: str) -> bool:
    return _SEGMENT.fullmatch(name) is not None


def is_beside(name: str) -> bool:
    return _BESIDE.fullmatch(name) is not None


def judge(name: str, size: int, head: bytes, system: str) -> int:
    """The size of a segment of this cluster. Raises NotAWholeSegment for one that must not be believed."""
    if len(head) < _HEAD.size:
        raise NotAWholeSegment(f"Đoạn WAL {name} bị cắt: chỉ có {size} byte.")
    _, info, timeline, address, _, cluster, segment_bytes = _HEAD.unpack(head[: _HEAD.size])
    if not info & _LONG or segment_bytes < 1 << 20 or segment_bytes & (segment_bytes - 1):
        raise NotAWholeSegment(f"{name} không phải một đoạn WAL.")
    if str(cluster) != system:
        raise NotAWholeSegment(
            f"Đoạn WAL {name} thuộc về cụm cơ sở dữ liệu khác ({cluster}, không phải {system})."
        )
    at = Segment.of(name, segment_bytes)
    if address != at.number * segment_bytes or timeline > at.timeline:
        raise NotAWholeSegment(f"Nội dung của đoạn WAL {name} là của một đoạn khác.")
    if size != segment_bytes:
        raise NotAWholeSegment(f"Đoạn WAL {name} bị cắt: có {size} trong {segment_bytes} byte.")
    return int(segment_bytes)


def system_of(data_dir: Path) -> str:
    """The cluster's own number, from its control file. Raises CannotStart."""
    try:
        with (data_dir / "global" / "pg_control").open("rb") as file:
            (number,) = struct.unpack("=Q", file.read(8))
    except (OSError, struct.error):
        raise CannotStart(
            f"Không đọc được global/pg_control ở {data_dir}; lệnh này do PostgreSQL gọi."
        ) from None
    return str(number)
