"""V-37, DP-21: each piece of the log is kept whole in every place, or PostgreSQL is told that it is not."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.ops.backup import logged as building
from tests.ops.backup.logged import Logged, wait_for
from tests.running_town import SOURCE

from motcua.ops.backup import envelopes
from motcua.ops.backup.wal import archive, archiving, chain, checking, point_in_time, segments, standing
from motcua.ops.backup.wal.archive import Damaged, Different, Place
from motcua.ops.backup.wal.point_in_time import Wanted
from motcua.ops.backup.wal.segments import NotAWholeSegment
from motcua.ops.backup.wal.stamps import NotOurs, Stamp, StampKey
from motcua.ops.places import CannotStart

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logged]:
    town = building.begin(tmp_path_factory.mktemp("lưu wal"))
    yield town
    town.server.stop()


@pytest.fixture
def segment(logged: Logged, tmp_path: Path) -> Path:
    """A whole segment of this cluster, out of its archive again, below a folder that looks like its data."""
    logged.write(0)
    name = logged.switch()
    place, data = logged.places[0], tmp_path / "data"
    (data / "global").mkdir(parents=True)
    shutil.copy(logged.server.data_dir / "global" / "pg_control", data / "global" / "pg_control")
    stamp = place.stamp(logged.system, name)
    assert stamp
    place.bring(
        logged.system, stamp, logged.identity, lambda stream: _write(data / name, stream.read()) or None
    )
    return data / name


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def keep(logged: Logged, path: Path, places: list[Place] | None = None) -> None:
    archiving.keep(path, path.parent, places or logged.places, envelopes.Recipients([logged.recipient]))


def test_each_piece_is_sealed_in_both_places_and_says_whose_it_is(logged: Logged) -> None:
    for nth in (1, 2):  # the first segment holds the making of the cluster
        logged.write(nth)
        name = logged.switch()
    first, second = (place.stamp(logged.system, name) for place in logged.places)
    assert first == second and first and first.size == building.SEGMENT
    assert first.sealed_size < building.SEGMENT / 10, "a minute of little work takes little room"
    for nth in (0, 1):
        sealed = logged.path(name, nth).read_bytes()
        assert (
            sealed.startswith(b"age-encryption.org/v1") and logged.path(name, nth).stat().st_mode & 0o007 == 0
        )
    assert logged.ask("SELECT failed_count FROM pg_stat_archiver") == 0


def test_the_same_piece_twice_is_once_and_another_content_is_refused(logged: Logged, segment: Path) -> None:
    before = logged.path(segment.name).read_bytes()
    keep(logged, segment)
    assert logged.path(segment.name).read_bytes() == before

    changed = bytearray(segment.read_bytes())
    changed[-1] ^= 1
    segment.write_bytes(changed)
    with pytest.raises(Different, match="nội dung khác"):
        keep(logged, segment)
    assert logged.path(segment.name).read_bytes() == before


def test_what_was_lost_in_one_place_is_made_whole_there(logged: Logged, segment: Path) -> None:
    logged.path(segment.name, 1).write_bytes(b"x")
    stamp = logged.places[1].stamp(logged.system, segment.name)
    assert stamp
    with pytest.raises(Damaged, match="bị sửa hoặc bị cắt"):
        logged.places[1].look(logged.system, stamp)
    keep(logged, segment)
    again = logged.places[1].stamp(logged.system, segment.name)
    assert again
    logged.places[1].look(logged.system, again)


@pytest.mark.parametrize("what", ["torn", "empty", "another cluster", "another name"])
def test_a_piece_that_is_not_whole_or_not_of_here_is_not_taken(
    logged: Logged, segment: Path, what: str
) -> None:
    content = segment.read_bytes()
    number = segments.Segment.of(segment.name, building.SEGMENT)
    fresh = segment.with_name(segments.Segment(number.number + 50, 1).name(building.SEGMENT))
    name = {"torn": segment, "empty": segment, "another cluster": segment}.get(what, fresh)
    if what == "torn":
        content = content[:-1]
    elif what == "empty":
        content = b""
    elif what == "another cluster":
        content = content[:24] + b"\1\2\3\4\5\6\7\0" + content[32:]
    name.write_bytes(content)
    told = {
        "torn": "bị cắt",
        "empty": "bị cắt",
        "another cluster": "cụm cơ sở dữ liệu khác",
        "another name": "đoạn khác",
    }
    with pytest.raises(NotAWholeSegment, match=told[what]):
        keep(logged, name)


def test_a_place_that_is_gone_or_full_is_not_acknowledged_and_made_up_for_later(logged: Logged) -> None:
    away = logged.roots[1].with_name("mang đi")
    logged.roots[1].rename(away)
    logged.roots[1].mkdir()  # an unmounted disk leaves an empty folder behind
    logged.write(2)
    name = logged.end_segment()
    wait_for(lambda: logged.ask("SELECT last_failed_wal FROM pg_stat_archiver") == name)
    assert logged.ask("SELECT last_archived_wal FROM pg_stat_archiver") != name
    assert list(logged.roots[1].iterdir()) == [], "nothing is written below a disk that is not there"

    logged.roots[1].rmdir()
    away.rename(logged.roots[1])
    wait_for(lambda: logged.ask("SELECT last_archived_wal FROM pg_stat_archiver") == name, 90)
    assert all(place.stamp(logged.system, name) for place in logged.places)
    said = (logged.server.data_dir.parent / "data.log").read_text()
    assert "ổ đĩa chưa gắn" in said and "Traceback" not in said


def test_nothing_is_said_to_be_kept_when_the_disk_is_full(
    logged: Logged, segment: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = Place.prepared(tmp_path / "đầy", logged.key)
    real = os.fsync
    left = iter([True, False])

    def full(descriptor: int) -> None:
        if not next(left, False):
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotStart, match="Kiểm tra chỗ trống, quyền và ổ đĩa"):
        keep(logged, segment, [place])
    monkeypatch.setattr(os, "fsync", real)
    assert place.stamp(logged.system, segment.name) is None
    keep(logged, segment, [place])
    assert place.stamp(logged.system, segment.name)
    assert not list(place.root.rglob("*.part"))


def test_the_archive_of_another_installation_is_neither_written_nor_believed(
    logged: Logged, segment: Path, tmp_path: Path
) -> None:
    stranger = StampKey.of(Ed25519PrivateKey.generate())
    Place.prepared(tmp_path / "nơi lạ", stranger)
    with pytest.raises(CannotStart, match="của hệ thống khác"):
        Place.opened(tmp_path / "nơi lạ", logged.key)

    theirs = Place.prepared(tmp_path / "nơi lạ", stranger)
    keep(logged, segment, [theirs])
    ours = Place.prepared(tmp_path / "nơi ta", logged.key)
    shutil.copytree(theirs.folder(logged.system), ours.folder(logged.system))
    with pytest.raises(NotOurs, match="không phải của hệ thống này"):
        ours.stamp(logged.system, segment.name)


def test_without_a_key_or_a_place_it_says_what_is_missing_and_loads_no_rooms(
    logged: Logged, tmp_path: Path
) -> None:
    known = {name: value for name, value in os.environ.items() if not name.startswith("BACKUP_")}

    def wal(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [
            sys.executable,
            "-X",
            "importtime",
            "-m",
            "motcua.ops.command",
            "backup",
            "wal",
            *words,
            "x",
        ]
        return subprocess.run(
            command,
            env={**known, "PYTHONPATH": str(SOURCE / "src")},
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )

    no = wal()
    assert no.returncode == 1 and "Chưa có khóa dấu" in no.stderr
    assert "django" not in no.stderr and "psycopg" not in no.stderr
    (tmp_path / "key").write_text("ab" * 32)
    assert "đang để người khác đọc được" in wal("--key", str(tmp_path / "key")).stderr
    (tmp_path / "key").chmod(0o600)
    assert "Chưa có nơi lưu WAL" in wal("--key", str(tmp_path / "key")).stderr


def test_a_look_through_the_archive_names_what_is_wrong_in_each_place(logged: Logged) -> None:
    logged.base()
    names = []
    for nth in range(3):
        logged.write(10 + nth)
        names.append(logged.switch())
    assert checking.look(logged.places, logged.system).wrong == []

    _flip(logged.path(names[0], 0))
    logged.path(names[1], 1).unlink()
    (logged.roots[1] / logged.system / f"{names[1]}.json").unlink()
    wrong = checking.look(logged.places, logged.system).wrong
    assert any("bị sửa hoặc bị cắt" in one and names[0] in one and "lưu 1" in one for one in wrong)
    assert any("lưu 2" in one and f"thiếu đoạn WAL {names[1]}" in one for one in wrong)
    keep_again(logged, names[:2])
    assert checking.look(logged.places, logged.system).wrong == []


def keep_again(logged: Logged, names: list[str]) -> None:
    """From the place that has it whole to the other, as the runbook says."""
    for name in names:
        for at, other in ((0, 1), (1, 0)):
            stamp = logged.places[other].stamp(logged.system, name)
            if stamp is None:
                continue
            try:
                logged.places[other].look(logged.system, stamp)
            except Damaged:
                continue
            for path in (logged.roots[other] / logged.system).glob(f"{name}.*"):
                shutil.copy(path, logged.roots[at] / logged.system / path.name)


def test_what_was_kept_by_one_who_was_stopped_before_saying_so_is_synced_before_it_is_said(
    logged: Logged, segment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL throws the segment away: what only memory knows would go with the next power cut."""
    synced: list[str] = []
    real = os.fsync

    def watched(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    keep(logged, segment)
    for root in logged.roots:
        folder = root / logged.system
        sealed = logged.path(segment.name, logged.roots.index(root))
        assert {str(sealed), str(folder / f"{segment.name}.json"), str(folder), str(root)} <= set(synced)


class _Together(envelopes.Recipients):
    """Two archivers that have both seen that nothing is there yet, and both go on."""

    def __init__(self, recipient: str, barrier: threading.Barrier) -> None:
        super().__init__([recipient])
        self.barrier = barrier

    def seal(self, content: Iterable[bytes], path: Path) -> envelopes.Sealed:
        sealed = super().seal(content, path)
        self.barrier.wait(20)
        return sealed


@pytest.mark.parametrize("same", [True, False], ids=["same content", "other content"])
def test_of_two_archivers_at_once_only_one_is_told_that_its_content_is_kept(
    logged: Logged, segment: Path, tmp_path: Path, same: bool
) -> None:
    other = tmp_path / "máy kia" / segment.name
    shutil.copytree(segment.parent, other.parent)
    if not same:
        content = bytearray(segment.read_bytes())
        content[-1] ^= 1
        other.write_bytes(content)
    place, barrier = Place.prepared(tmp_path / "nơi chung", logged.key), threading.Barrier(2)

    def archive_one(path: Path) -> bytes | None:
        try:
            archiving.keep(path, path.parent, [place], _Together(logged.recipient, barrier))
        except Different:
            return None
        return path.read_bytes()

    with ThreadPoolExecutor(2) as both:
        told = [content for content in both.map(archive_one, (segment, other)) if content is not None]
    assert len(told) == (2 if same else 1)
    stamp, found = place.stamp(logged.system, segment.name), bytearray()
    assert stamp
    place.look(logged.system, stamp)
    place.bring(logged.system, stamp, logged.identity, lambda stream: found.extend(stream.read()))
    assert bytes(found) == told[0], "who was told that it is kept finds it again"


@pytest.mark.skipif(os.geteuid() != 0, reason="gives a folder to two users")
def test_what_postgresql_writes_may_be_read_by_the_group_of_the_place(tmp_path: Path) -> None:
    """As the runbook lays it: the folder is PostgreSQL's, its group the system's, and PostgreSQL not in that group."""
    postgres, ours = 65_534, 4_711
    os.chown(tmp_path, postgres, ours)
    tmp_path.chmod(0o2770)
    child = os.fork()
    if child == 0:
        try:
            os.chdir(tmp_path)
            os.setgroups([])
            os.setgid(postgres)
            os.setuid(postgres)
            os.umask(0o077)
            archive._make_folder(Path("1"))
            Path("1/stamp").touch()
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    assert (tmp_path / "1").stat().st_mode & 0o7777 == 0o2770
    assert (tmp_path / "1" / "stamp").stat().st_gid == ours


def test_a_command_that_only_says_that_it_keeps_is_found_out(logged: Logged, segment: Path) -> None:
    places, system = logged.places, logged.system
    assert list(standing._said_but_not_there(places, system, segment.name)) == []
    (told,) = standing._said_but_not_there(places[:1], system, "0000000100000FFF00000001")
    assert "không có" in told and "archive_command" in told and str(logged.roots[0]) in told


def test_a_base_that_is_not_to_be_believed_in_one_place_is_taken_from_the_other(logged: Logged) -> None:
    base = logged.base()
    torn = logged.roots[0] / logged.system / f"{base.name}.json"
    kept = torn.read_bytes()
    torn.write_bytes(kept[:-20])
    assert chain.newest_base(logged.places, None) == (logged.system, base)
    with pytest.raises(CannotStart, match="thêm nơi lưu bằng --from"):
        chain.newest_base(logged.places[:1], None, base.name)
    assert any(base.name in one for one in checking.look(logged.places, logged.system).wrong)
    torn.write_bytes(kept)


def test_behind_a_turn_the_older_lines_segment_is_not_read_where_the_newer_one_is_missing() -> None:
    """The old primary went on in segment 2 after line 2 had begun in it; line 2's own segment 2 is lost."""
    facts = {"segment_bytes": building.SEGMENT, "start": _name(1, 1), "end": _name(1, 1)}
    stamp = Stamp("", "1", 1, "", 1, "", "2026-11-30T00:00:00+00:00", facts)
    base = replace(stamp, name="base-x")
    turned = [segments.Segment(2, 1)]

    def known(*names: str) -> chain.Parts:
        return chain.Parts("1", {name: chain.Kept(replace(stamp, name=name), ()) for name in names})

    found = chain.way(known(_name(1, 1), _name(2, 1), _name(3, 2)), base, turned, 2)
    assert [one.stamp.name for one in found.segments] == [_name(1, 1)]
    assert found.gap and found.gap.name == _name(2, 2)
    whole = chain.way(known(_name(1, 1), _name(2, 1), _name(2, 2), _name(3, 2)), base, turned, 2)
    assert [one.stamp.name for one in whole.segments] == [_name(1, 1), _name(2, 2), _name(3, 2)]
    begun = chain.way(known(_name(1, 1), _name(2, 1)), base, turned, 2)
    assert begun.gap is None and len(begun.segments) == 2


def _name(number: int, line: int) -> str:
    return segments.Segment(number, line).name(building.SEGMENT)


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_what_a_stamp_says_cannot_be_changed(logged: Logged) -> None:
    logged.write(20)
    name = logged.switch()
    path = logged.roots[0] / logged.system / f"{name}.json"
    kept = path.read_text()
    for change in (
        {"at": "2020-01-01T00:00:00+00:00"},
        {"size": 1},
        {"facts": {"kind": "base"}},
        {"mac": "0" * 64},
    ):
        path.write_text(json.dumps({**json.loads(kept), **change}))
        with pytest.raises(NotOurs):
            logged.places[0].stamp(logged.system, name)
    path.write_text(kept[: len(kept) // 2])
    with pytest.raises(NotOurs, match="bị sửa hoặc bị cắt"):
        logged.places[0].stamp(logged.system, name)
    path.write_text(kept)


def test_an_identity_of_somebody_else_opens_nothing(logged: Logged, tmp_path: Path) -> None:
    logged.base()
    envelopes.new_identity(tmp_path / "other.txt")
    other = envelopes.Identity(tmp_path / "other.txt")
    with pytest.raises(CannotStart, match="mã hóa cho khóa khác"):
        point_in_time.recover(logged.places, other, Wanted(), tmp_path / "vào" / "pg", say=lambda _: None)
    assert not (tmp_path / "vào" / "pg").exists() and archive.SETTING
