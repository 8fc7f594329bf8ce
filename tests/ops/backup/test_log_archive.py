"""V-37, DP-21: each piece of the log is kept whole in every place, or PostgreSQL is told that it is not."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.ops.backup import logged as building
from tests.ops.backup.logged import Logged, wait_for
from tests.running_town import SOURCE

from motcua.ops.backup import envelopes
from motcua.ops.backup.wal import archive, archiving, checking, point_in_time, segments
from motcua.ops.backup.wal.archive import Damaged, Different, Place
from motcua.ops.backup.wal.point_in_time import Wanted
from motcua.ops.backup.wal.segments import NotAWholeSegment
from motcua.ops.backup.wal.stamps import NotOurs, StampKey
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
    for name in names:
        for suffix in (".age", ".json"):
            for at, other in ((0, 1), (1, 0)):
                good = logged.roots[other] / logged.system / f"{name}{suffix}"
                if good.exists():
                    try:
                        stamp = logged.places[other].stamp(logged.system, name)
                        assert stamp
                        logged.places[other].look(logged.system, stamp)
                    except (Damaged, AssertionError):
                        continue
                    shutil.copy(good, logged.roots[at] / logged.system / good.name)


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
