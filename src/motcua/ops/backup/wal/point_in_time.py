"""From a base and the log to the files of a PostgreSQL as it was at a moment; judged whole before a byte is written.

The log is opened beforehand into a folder of its own, so that the recovering server runs nothing of ours, holds no key
and never takes a torn piece for the end of the log. It listens to nobody but this process.
"""

import json
import os
import shutil
import tarfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import psycopg

from motcua.ops import embedded, restore_mark
from motcua.ops.backup import programs
from motcua.ops.backup.envelopes import Identity
from motcua.ops.backup.wal import chain
from motcua.ops.backup.wal.archive import Damaged, Place
from motcua.ops.backup.wal.bases_known import PREFIX
from motcua.ops.backup.wal.chain import Kept, Way
from motcua.ops.backup.wal.segments import Segment, is_segment
from motcua.ops.backup.wal.stamps import Stamp
from motcua.ops.places import CannotStart

Say = Callable[[str], None]
_BLOCK: Final = 1 << 20
_ZEROS: Final = bytes(_BLOCK)
_PATIENCE: Final = 24 * 3600.0
_NOT_REACHED: Final = "before configured recovery target was reached"
#: What ALTER SYSTEM wrote: PostgreSQL reads it whatever ``config_file`` says, also commands and libraries.
_COPIED_SETTINGS: Final = "postgresql.auto.conf"
_NOT_THERE, _DID_NOT_COME = 1, 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Until which moment (None: all there is), from which base (None: the newest that fits), up to a known gap."""

    until: datetime | None = None
    base: str | None = None
    before_gap: bool = False


@dataclass(frozen=True, slots=True)
class Recovered:
    """A server over the recovered files, for this process alone, and what is known of them."""

    server: embedded.Embedded
    base: Stamp
    reached: datetime

    @property
    def url(self) -> str:
        return self.server.url_for(embedded.OWNER, None, str(self.base.facts["database"]))


def recover(places: list[Place], identity: Identity, wanted: Wanted, into: Path, *, say: Say) -> Recovered:
    """Raises CannotStart: before anything was written where the archive is at fault."""
    _must_be_free(into)
    system, base = chain.newest_base(places, wanted.until, wanted.base)
    folder = programs.folder_of_major(int(base.facts["server_major"]))
    say(f"Bản nền {base.name}, xong lúc {base.moment.astimezone():%H:%M:%S %d/%m/%Y}. Đang xem từng phần…")
    found = chain.parts(places, system, wanted=lambda name: not name.startswith(PREFIX) or name == base.name)
    if base.name not in found.whole:
        raise CannotStart(
            f"{found.broken[base.name]} Chọn bản nền khác bằng --base, hoặc thêm nơi lưu bằng --from."
        )
    descent, line = _descent(found, base, identity)
    way = chain.way(found, base, descent, line)
    _gap_is_known(way, wanted, say)
    work = work_of(into)
    work.mkdir(mode=0o700, parents=True)
    say(f"Đang mở bản nền và {len(way.segments)} đoạn WAL…")
    _unpack(found.whole[base.name], system, identity, into)
    _stage(way, found, system, identity, work / "wal")
    if (copied := into / _COPIED_SETTINGS).exists():
        shutil.move(copied, work / _COPIED_SETTINGS)
    (into / "recovery.signal").touch(mode=0o600)
    upto = way.segments[-1].stamp.name if wanted.until is None and not wanted.before_gap else None
    said = {"base": base.name, "system": system, "upto": upto}
    (work / "base.json").write_text(json.dumps(said), encoding="utf-8")
    os.sync()
    say("Đang dựng lại cơ sở dữ liệu từ WAL…")
    return _started(folder, into, work, base, _target(wanted, line))


def taken_up(places: list[Place], into: Path, *, say: Say) -> Recovered:
    """The files of a restore that stopped after they were recovered. Raises CannotStart."""
    work = work_of(into)
    try:
        said = json.loads((work / "base.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise CannotStart(f"{into} không phải nơi đang khôi phục dở từ WAL.") from None
    if (into / "recovery.signal").exists():
        raise CannotStart(
            f"Lần trước dừng khi WAL chưa vào hết. Xóa {into} và {work} rồi chạy lại, không có --resume."
        )
    stamps = [stamp for place in places if (stamp := place.stamp(said["system"], said["base"]))]
    if not stamps:
        raise CannotStart(f"Không thấy bản nền {said['base']} ở nơi lưu; hãy ghi đúng nơi lưu vào --from.")
    say(f"Làm tiếp từ {stamps[0].name}.")
    return _started(programs.folder_of_major(int(stamps[0].facts["server_major"])), into, work, stamps[0], {})


def finish(done: Recovered) -> None:
    """The server stopped in order, nothing of the recovery left beside its files."""
    done.server.stop(patience=300)
    into, work = done.server.data_dir, work_of(done.server.data_dir)
    _history_is_to_be_kept(into)
    if (copied := work / _COPIED_SETTINGS).exists():
        shutil.move(copied, into / _COPIED_SETTINGS)
        os.chown(into / _COPIED_SETTINGS, into.stat().st_uid, into.stat().st_gid)
    shutil.rmtree(work)
    embedded.log_file(done.server.data_dir).unlink(missing_ok=True)


def _history_is_to_be_kept(data_dir: Path) -> None:
    """Where this line turned from the one before: archived nowhere, because nothing is while we recover.

    Without it the next restore would not know how the log goes on. PostgreSQL's own mark makes it send the file.
    """
    waiting = data_dir / "pg_wal" / "archive_status"
    newest = max((path.name for path in (data_dir / "pg_wal").glob("*.history")), default=None)
    if newest is not None and not (waiting / f"{newest}.done").exists():
        ready, owner = waiting / f"{newest}.ready", data_dir.stat()
        ready.touch(mode=0o600)
        os.chown(ready, owner.st_uid, owner.st_gid)


def work_of(into: Path) -> Path:
    return into.with_name(f"{into.name}.restoring")


def _must_be_free(into: Path) -> None:
    if into.exists() and any(into.iterdir()):
        raise CannotStart(f"{into} không trống. Chỉ khôi phục vào thư mục chưa có gì.")
    if work_of(into).exists():
        raise CannotStart(f"Còn {work_of(into)} của lần trước; xóa đi, hoặc chạy lại với --resume.")


def _descent(found: chain.Parts, base: Stamp, identity: Identity) -> tuple[list[Segment], int]:
    """The turns of the newest line, and its number. Raises CannotStart when its history is missing or broken."""
    segment_bytes = int(base.facts["segment_bytes"])
    of_base = Segment.of(str(base.facts["start"]), segment_bytes)
    newest = chain.newest_line(found)
    line = int(newest[:8], 16) if newest else of_base.timeline
    known = [Segment.of(name, segment_bytes) for name in (*found.whole, *found.broken) if is_segment(name)]
    if (highest := max((one.timeline for one in known), default=line)) > line:
        raise CannotStart(
            f"Nơi lưu thiếu {highest:08X}.history, nên không biết WAL rẽ từ đâu. Thêm nơi lưu khác bằng --from."
        )
    if newest is None:
        return [], line
    if newest not in found.whole:
        raise CannotStart(f"{found.broken[newest]} Thêm nơi lưu khác bằng --from.")
    descent = chain.turns(_text(found.whole[newest], found.system, identity), segment_bytes)
    on_the_way = any(of_base.timeline == turn.timeline and of_base.number <= turn.number for turn in descent)
    if not on_the_way and of_base.timeline != line:
        raise CannotStart(f"Bản nền {base.name} thuộc nhánh WAL đã bỏ; chọn bản nền khác bằng --base.")
    return descent, line


def _gap_is_known(way: Way, wanted: Wanted, say: Say) -> None:
    if way.gap is None:
        return
    until = f"{way.gap.whole_until.astimezone():%H:%M:%S %d/%m/%Y}" if way.gap.whole_until else "bản nền"
    sentence = f"{way.gap.why} WAL chỉ liền mạch đến khoảng {until}; những việc sau đó sẽ mất."
    if not wanted.before_gap and wanted.until is None:
        raise CannotStart(
            f"{sentence} Tìm {way.gap.name} ở nơi lưu khác và thêm --from; nếu không còn, chạy lại với --before-gap."
        )
    say(sentence)


def _text(kept: Kept, system: str, identity: Identity) -> str:
    gathered = bytearray()

    def gather(stream: BinaryIO) -> None:
        while piece := stream.read(_BLOCK):
            gathered.extend(piece)

    _open_first(kept, system, identity, gather)
    return gathered.decode("ascii", errors="replace")


def _open_first(kept: Kept, system: str, identity: Identity, write: Callable[[BinaryIO], None]) -> None:
    """From the first place whose copy opens."""
    for nth, place in enumerate(kept.places, start=1):
        try:
            place.bring(system, kept.stamp, identity, write)
        except CannotStart:
            if nth == len(kept.places):
                raise
        else:
            return


def _unpack(base: Kept, system: str, identity: Identity, into: Path) -> None:
    into.mkdir(mode=0o700, parents=True, exist_ok=True)

    failures = list[Exception]()

    def write(stream: BinaryIO) -> None:
        try:
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                tar.extractall(into, filter="data")
        except (tarfile.TarError, OSError) as failure:  # what the seal says of it is told first
            failures.append(failure)

    try:
        base.places[0].bring(system, base.stamp, identity, write)
        if failures:
            raise Damaged(f"Bản nền {base.stamp.name} không mở ra được: {failures[0]}.") from failures[0]
    except CannotStart:
        shutil.rmtree(into)
        shutil.rmtree(work_of(into))
        raise
    for path in (into, *into.rglob("*")):
        if path.is_dir():
            path.chmod(0o700)


def _stage(way: Way, found: chain.Parts, system: str, identity: Identity, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    lines = [kept for name, kept in found.whole.items() if name.endswith(".history")]
    for kept in (*way.segments, *lines):
        _open_first(kept, system, identity, partial(_sparse, path=folder / kept.stamp.name))


def _sparse(stream: BinaryIO, path: Path) -> None:
    """A segment that was switched early is zeros to its end: they take no room while it waits."""
    size = 0
    with path.open("wb") as out:
        while piece := stream.read(_BLOCK):
            if piece == _ZEROS[: len(piece)]:
                out.seek(len(piece), os.SEEK_CUR)
            else:
                out.write(piece)
            size += len(piece)
        out.truncate(size)


def _target(wanted: Wanted, line: int) -> dict[str, str]:
    said = {"recovery_target_timeline": str(line), "recovery_target_action": "promote"}
    if wanted.until is not None:
        said["recovery_target_time"] = wanted.until.astimezone(UTC).isoformat(sep=" ")
    return said


def _started(folder: Path, into: Path, work: Path, base: Stamp, target: dict[str, str]) -> Recovered:
    """What the copied settings say of addresses, archives and libraries counts for nothing here."""
    hba, conf = work / "hba.conf", work / "postgresql.conf"
    hba.write_text("local all all trust\n", encoding="ascii")
    conf.write_text("", encoding="ascii")
    settings = {
        "config_file": str(conf),
        "hba_file": str(hba),
        "ident_file": "/dev/null",
        "archive_mode": "off",
        "archive_command": "",
        "hot_standby": "off",
        "shared_preload_libraries": "",
        "ssl": "off",
        "logging_collector": "off",
        "log_destination": "stderr",
        "lc_messages": "C",
        "synchronous_standby_names": "",
        "primary_conninfo": "",
        "recovery_target": "",
        "recovery_target_lsn": "",
        "recovery_target_name": "",
        "recovery_target_xid": "",
        "recovery_target_time": "",
        "restore_command": _from(work / "wal"),
        **target,
    }
    settings = {
        name: value for name, value in settings.items() if value or not name.startswith("recovery_target_")
    }
    embedded.hand_over(into, into, work)
    own = None if folder == embedded.packaged_programs() else folder
    try:
        server = embedded.start(
            into, binaries=own, patience=_PATIENCE, settings=settings, database=str(base.facts["database"])
        )
    except embedded.DatabaseDidNotStart as no:
        raise CannotStart(_why(str(no), into, work)) from no
    try:
        _marked(server, base)
        _must_have_come_far(into, work, base)
        return Recovered(server, base, _reached(server, work, base))
    except BaseException:
        server.stop(patience=300)
        raise


def _marked(server: embedded.Embedded, base: Stamp) -> None:
    """Before anything else is asked of the settings: whatever stops us from here on, nobody is let in (DP-23)."""
    url = server.url_for(embedded.OWNER, None, str(base.facts["database"]))
    with psycopg.connect(url) as database:
        stands = cast(tuple[Any], database.execute(restore_mark.STANDS).fetchone())
        if not stands[0]:
            for statement in restore_mark.BEGIN:
                database.execute(statement)
            database.execute(restore_mark.MARK, [base.name, restore_mark.Stage.WRITING])


def _must_have_come_far(into: Path, work: Path, base: Stamp) -> None:
    """To PostgreSQL a record that cannot be read is the end of the log, also with kept segments behind it.

    Raises CannotStart when it turned into its new line before the last segment that was there for it.
    """
    upto = json.loads((work / "base.json").read_text(encoding="utf-8"))["upto"]
    if upto is None:
        return
    segment_bytes = int(base.facts["segment_bytes"])
    newest = max((into / "pg_wal").glob("*.history"), key=lambda path: path.name)
    ended = chain.turns(newest.read_text(encoding="ascii", errors="replace"), segment_bytes)[-1]
    if ended.number < Segment.of(upto, segment_bytes).number:
        raise CannotStart(
            f"PostgreSQL chỉ đọc được WAL đến đoạn {ended.name(segment_bytes)}, trong khi nơi lưu có đến {upto}; những"
            f" việc ở giữa sẽ mất. Xóa {into} và {work} rồi chạy lại với bản nền khác (--base); vẫn vậy thì đoạn này đã"
            " hỏng từ trước khi lưu: chấp nhận mất phần sau thì thêm --before-gap."
        )


def _from(folder: Path) -> str:
    """PostgreSQL runs this with a shell; a path with a quote in it is refused before."""
    said = str(folder)
    if any(letter in said for letter in "'\"\\$`%\n"):
        raise CannotStart(f"Đường dẫn {said} có ký tự đặc biệt; hãy chọn thư mục khác cho --into.")
    # Above 125 PostgreSQL gives up; any other failure, a full disk too, would be the end of the log to it.
    return (
        f'if test -f "{said}/%f"; then cat "{said}/%f" > "%p" || exit {_DID_NOT_COME};'
        f" else exit {_NOT_THERE}; fi"
    )


def _why(said: str, into: Path, work: Path) -> str:
    with suppress(OSError):
        said = "\n".join(
            embedded.log_file(into).read_text(encoding="utf-8", errors="replace").splitlines()[-12:]
        )
    clean = f"Xóa {into} và {work} rồi chạy lại"
    if _NOT_REACHED in said:
        return (
            f"WAL ở nơi lưu chưa tới thời điểm --until. {clean} với thời điểm sớm hơn, hoặc không có --until."
        )
    return f"PostgreSQL không dựng lại được từ WAL; {clean}.\n{said}"


def _reached(server: embedded.Embedded, work: Path, base: Stamp) -> datetime:
    """Of the last change that came back; the base's own end when the log held none."""
    path = work / "reached.json"
    if path.exists():
        return datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8")))
    with psycopg.connect(server.url_for(embedded.OWNER, None, "postgres")) as database:
        row = cast(tuple[Any], database.execute("SELECT pg_last_xact_replay_timestamp()").fetchone())
    reached: datetime = row[0] or base.moment
    path.write_text(json.dumps(reached.isoformat()), encoding="utf-8")
    return reached
