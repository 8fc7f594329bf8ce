"""Which parts of the archive lead from a base to a moment, and whether each of them is there and ours."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from motcua.ops.backup.wal import bases_known
from motcua.ops.backup.wal.archive import Damaged, Place
from motcua.ops.backup.wal.segments import Segment, is_segment
from motcua.ops.backup.wal.stamps import NotOurs, Stamp
from motcua.ops.places import CannotStart

_HISTORY: Final = ".history"
_TURN: Final = re.compile(r"^\s*([0-9]+)\s+([0-9A-F]+)/([0-9A-F]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Kept:
    """A part, and the places that have it whole."""

    stamp: Stamp
    places: tuple[Place, ...]


@dataclass(slots=True)
class Parts:
    """All of one cluster: what is whole, and a sentence for each that is nowhere whole."""

    system: str
    whole: dict[str, Kept] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """The first segment that is missing or broken, although later ones are there; until when the log is whole."""

    name: str
    why: str
    whole_until: datetime | None


@dataclass(frozen=True, slots=True)
class Way:
    """From the base on: the segments in their order, up to the gap when there is one."""

    segments: list[Kept]
    gap: Gap | None


def parts(places: Iterable[Place], system: str, *, wanted: Callable[[str], bool]) -> Parts:
    """Stamps and sealed bytes of all parts that are wanted, in every place; a part is whole when one place has it."""
    known = list(places)
    found = Parts(system)
    for name in sorted({name for place in known for name in place.names(system) if wanted(name)}):
        _judge(found, known, name)
    return found


def _judge(found: Parts, places: list[Place], name: str) -> None:
    stamp, whole, why = None, list[Place](), ""
    for place in places:
        try:
            one = place.stamp(found.system, name)
            if one is None:
                continue
            if stamp is not None and one.content != stamp.content:
                why = f"Hai nơi lưu có {name} với nội dung khác nhau."
                whole = []
                break
            place.look(found.system, one)
        except (NotOurs, Damaged) as no:  # also a disk that cannot be read: another place may have it
            why = str(no)
            continue
        stamp = one
        whole.append(place)
    if stamp is not None and whole:
        found.whole[name] = Kept(stamp, tuple(whole))
    else:
        found.broken[name] = why


def newest_base(
    places: Iterable[Place], until: datetime | None, name: str | None = None
) -> tuple[str, Stamp]:
    """The cluster and the base to begin from: the newest that was finished by then. Raises CannotStart."""
    strange: list[str] = []
    known = [
        (system, stamp)
        for place in places
        for system in place.systems()
        for stamp in bases_known.bases(place, system, strange)
        if (until is None or stamp.moment <= until) and (name is None or stamp.name == name)
    ]
    if not known and strange:
        raise CannotStart(f"{strange[0]} Không còn bản nền nào khác dùng được; thêm nơi lưu bằng --from.")
    if not known:
        when = f" trước {until.astimezone():%H:%M:%S %d/%m/%Y}" if until else ""
        raise CannotStart(
            f"Không có bản nền nào{when} ở nơi lưu; chạy “motcua backup base”, hoặc dùng bản sao lưu trọn."
        )
    return max(known, key=lambda one: one[1].at)


def turns(text: str, segment_bytes: int) -> list[Segment]:
    """Where each line before turned into the next: the segment that both know, on the older line."""
    return [
        Segment(((int(high, 16) << 32) + int(low, 16)) // segment_bytes, int(line))
        for line, high, low in _TURN.findall(text)
    ]


def newest_line(found: Parts) -> str | None:
    """The name of the newest line of descent that the archive knows; None: the first was never left."""
    lines = [name for name in (*found.whole, *found.broken) if name.endswith(_HISTORY)]
    return max(lines, default=None)


def way(found: Parts, base: Stamp, descent: list[Segment], line: int) -> Way:
    """The segments that recovery will ask for. ``descent``: the turns of line ``line``; without any: one line.

    Raises CannotStart when not even the base's own part of the log is there.
    """
    segment_bytes = int(base.facts["segment_bytes"])
    first = Segment.of(str(base.facts["start"]), segment_bytes)
    end = Segment.of(str(base.facts["end"]), segment_bytes)
    names = [name for name in (*found.whole, *found.broken) if is_segment(name)]
    known = [Segment.of(name, segment_bytes) for name in names]
    ours = [one for one in known if one.number >= first.number and _on_the_way(one, descent, line)]
    last = max((one.number for one in ours), default=first.number)
    taken: list[Kept] = []
    for number in range(first.number, max(last, end.number) + 1):
        kept, why = _best(found, number, descent, line, segment_bytes, ours)
        if kept is None:
            gap = _gap(found, number, descent, line, why, taken, segment_bytes)
            if number <= end.number:
                raise CannotStart(
                    f"{gap.why} Bản nền {base.name} không dùng được nếu thiếu đoạn này: thêm nơi lưu khác bằng --from,"
                    " hoặc chọn bản nền khác bằng --base."
                )
            return Way(taken, gap)
        taken.append(kept)
    return Way(taken, None)


def _on_the_way(one: Segment, descent: list[Segment], line: int) -> bool:
    if one.timeline == line:
        return True
    return any(one.timeline == turn.timeline and one.number <= turn.number for turn in descent)


def _is_shared(one: Segment, descent: list[Segment], ours: list[Segment]) -> bool:
    """Whether an older line's segment may be read: where the line turned only as long as the newer one has no more.

    The older primary may have gone on writing it behind the turn, and PostgreSQL would read that too.
    """
    turned = any(one.timeline == turn.timeline and one.number == turn.number for turn in descent)
    return not turned or not any(
        other.timeline > one.timeline and other.number >= one.number for other in ours
    )


def _best(
    found: Parts,
    number: int,
    descent: list[Segment],
    line: int,
    segment_bytes: int,
    ours: list[Segment],
) -> tuple[Kept | None, str]:
    """The newest line first: where a line turned, its own copy of the segment holds what both have."""
    why = ""
    for timeline in [line, *(turn.timeline for turn in reversed(descent))]:
        one = Segment(number, timeline)
        name = one.name(segment_bytes)
        if not _on_the_way(one, descent, line) or not _is_shared(one, descent, ours):
            continue
        if name in found.whole:
            return found.whole[name], ""
        why = why or found.broken.get(name, "")
    return None, why


def _gap(
    found: Parts,
    number: int,
    descent: list[Segment],
    line: int,
    why: str,
    taken: list[Kept],
    segment_bytes: int,
) -> Gap:
    on = next((turn.timeline for turn in descent if number < turn.number), line)
    name = Segment(number, on).name(segment_bytes)
    return Gap(name, why or f"Nơi lưu thiếu đoạn WAL {name}.", taken[-1].stamp.moment if taken else None)
