"""Goes through the archive without any key that opens: what is missing, torn or not ours, before somebody needs it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from motcua.ops.backup.wal import bases_known, chain
from motcua.ops.backup.wal.archive import Place
from motcua.ops.backup.wal.segments import Segment, is_segment
from motcua.ops.backup.wal.stamps import Stamp

_MOST: Final = 20


@dataclass(slots=True)
class Looked:
    """Sentences for what is wrong, and what there is."""

    wrong: list[str] = field(default_factory=list)
    bases: int = 0
    segments: int = 0
    upto: Stamp | None = None
    lines: int = 1


def look(places: list[Place], system: str) -> Looked:
    """Each place by itself: the second is worth nothing if it lacks what the first has."""
    found = Looked()
    for place in places:
        _look(place, system, found)
    found.wrong = found.wrong[:_MOST]
    return found


def _look(place: Place, system: str, found: Looked) -> None:
    known = chain.parts([place], system, wanted=lambda _: True)
    found.wrong += [sentence for _, sentence in sorted(known.broken.items())]
    bases = bases_known.bases(place, system, [])  # what is strange is named above
    if not bases:
        found.wrong.append(f"{place.root} chưa có bản nền nào; chạy “motcua backup base”.")
        return
    oldest = bases[-1]
    segment_bytes = int(oldest.facts["segment_bytes"])
    segments = {name: kept for name, kept in known.whole.items() if is_segment(name)}
    found.bases, found.segments = max(found.bases, len(bases)), max(found.segments, len(segments))
    last = max((kept.stamp for kept in segments.values()), key=lambda one: one.at, default=None)
    if last and (found.upto is None or last.at > found.upto.at):
        found.upto = last
    lines = {name[:8] for name in segments}
    found.lines = max(found.lines, len(lines))
    found.wrong += [f"{place.root}: {sentence}" for sentence in _holes(oldest, segments, segment_bytes)]
    found.wrong += [
        f"{place.root} thiếu {line}.history; không có nó thì không biết WAL rẽ từ đâu."
        for line in sorted(lines - {min(lines, default="")})
        if f"{line}.history" not in known.whole and int(line, 16) > 1
    ]


def _holes(oldest: Stamp, segments: dict[str, chain.Kept], segment_bytes: int) -> Iterator[str]:
    """Numbers that no line has. Where lines part only who can open their history knows more: the restore does."""
    lines: dict[int, int] = {}
    for one in (Segment.of(name, segment_bytes) for name in segments):
        lines[one.number] = max(one.timeline, lines.get(one.number, 0))
    first = Segment.of(str(oldest.facts["start"]), segment_bytes)
    line = first.timeline
    for number in range(first.number, max(lines, default=first.number) + 1):
        if number in lines:
            line = lines[number]
            continue
        name = Segment(number, line).name(segment_bytes)
        yield f"thiếu đoạn WAL {name}. Chép từ nơi lưu khác sang; không còn thì chạy “motcua backup base” ngay."
