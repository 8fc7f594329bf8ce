"""V-37: from a base and the log to any moment; what is torn, missing or strange is refused and named."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from tests.ops.backup import logged as building
from tests.ops.backup.logged import Logged, lines_of
from tests.ops.backup.test_log_archive import _flip

from motcua.ops import embedded, restore_mark
from motcua.ops.backup import envelopes
from motcua.ops.backup.wal import archiving, point_in_time
from motcua.ops.backup.wal.point_in_time import Recovered, Wanted
from motcua.ops.places import CannotStart

pytestmark = pytest.mark.timeout(300)
Recover = Callable[[Wanted], Recovered]


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[Logged]:
    town = building.begin(tmp_path)
    yield town
    town.server.stop()


@pytest.fixture
def recover(logged: Logged, tmp_path: Path) -> Iterator[Recover]:
    running: list[Recovered] = []

    def once(wanted: Wanted) -> Recovered:
        into = tmp_path / f"khôi phục {len(list(tmp_path.glob('khôi*')))}"
        running.append(
            point_in_time.recover(logged.places, logged.identity, wanted, into, say=lambda _: None)
        )
        return running[-1]

    yield once
    for one in running:
        one.server.stop()


def test_what_was_acknowledged_and_archived_before_the_crash_is_there(
    logged: Logged, recover: Recover
) -> None:
    logged.write(1)
    logged.base()
    moments = [logged.write(nth) for nth in (2, 3)]
    logged.switch()
    moments.append(logged.write(4))
    logged.switch()
    logged.write(5)
    logged.crash()

    whole = recover(Wanted())
    assert lines_of(whole) == [1, 2, 3, 4], "the fifth was in the minute that nobody had kept yet"
    assert whole.reached <= moments[2] and whole.reached > moments[1]
    assert not (whole.server.data_dir / "recovery.signal").exists()

    assert lines_of(recover(Wanted(until=moments[0]))) == [1, 2]
    with pytest.raises(CannotStart, match="chưa tới thời điểm --until"):
        recover(Wanted(until=moments[2] + timedelta(hours=1)))


def test_torn_missing_flipped_pieces_are_named_and_nothing_is_begun(
    logged: Logged, recover: Recover, tmp_path: Path
) -> None:
    logged.base()
    names = []
    for nth in (1, 2, 3):
        logged.write(nth)
        names.append(logged.switch())
    logged.crash()
    kept = {name: logged_path.read_bytes() for name in names for logged_path in [_path(logged, name, 0)]}

    _flip(_path(logged, names[1], 0))
    assert lines_of(recover(Wanted())) == [1, 2, 3], "the second place has it whole"

    _path(logged, names[1], 1).write_bytes(kept[names[1]][:-7])
    with pytest.raises(CannotStart, match=f"{names[1]} .*bị sửa hoặc bị cắt.*--before-gap"):
        recover(Wanted())
    for nth in (0, 1):
        _path(logged, names[1], nth, ".json").unlink()
    with pytest.raises(CannotStart, match=f"thiếu đoạn WAL {names[1]}.*--from"):
        recover(Wanted())
    assert len(list(tmp_path.glob("khôi*/PG_VERSION"))) == 1, "nothing was begun"
    assert lines_of(recover(Wanted(before_gap=True))) == [1]


def test_a_record_that_cannot_be_read_is_not_taken_for_the_end_of_the_log(
    logged: Logged, recover: Recover, tmp_path: Path
) -> None:
    """It was torn before it was kept, so every seal is right: only PostgreSQL sees it, and says nothing."""
    ran = tmp_path / "ran"
    with logged.wire as database:
        database.execute(f"ALTER SYSTEM SET recovery_end_command = 'touch \"{ran}\"'".encode())
    logged.base()
    names = []
    for nth in (1, 2, 3):
        logged.write(nth)
        names.append(logged.switch())
    logged.crash()
    _keep_torn(logged, names[1], tmp_path)

    with pytest.raises(CannotStart, match=f"chỉ đọc được WAL đến đoạn .*{names[2]}.*--before-gap"):
        recover(Wanted())
    into = next(path.parent for path in tmp_path.glob("khôi*/PG_VERSION"))
    with pytest.raises(CannotStart, match="chỉ đọc được WAL"):
        point_in_time.taken_up(logged.places, into, say=lambda _: None)
    known = recover(Wanted(before_gap=True))
    assert lines_of(known) == [1]
    with psycopg.connect(known.url) as database:
        stands = database.execute(restore_mark.STANDS).fetchone()
    assert stands == (True,), "nobody is let in before it is proved"
    point_in_time.finish(known)
    assert not ran.exists(), "no command of the copied settings was run"
    assert "touch" in (known.server.data_dir / "postgresql.auto.conf").read_text()


def _keep_torn(logged: Logged, name: str, place: Path) -> None:
    """The segment as a failing disk would have given it to us: zeros from its second page on."""
    found, system = bytearray(), _path(logged, name, 0).parent.name
    for one in logged.places:
        stamp = one.stamp(system, name)
        assert stamp
        found.clear()
        one.bring(system, stamp, logged.identity, lambda stream: found.extend(stream.read()))
        one.remove(system, name)
    torn = place / name
    torn.write_bytes(bytes(found[:40]) + bytes(len(found) - 40))
    recipients = envelopes.Recipients([logged.recipient])
    archiving.keep(torn, logged.server.data_dir, logged.places, recipients)


def test_a_base_without_its_own_log_begins_nothing(logged: Logged, recover: Recover) -> None:
    base = logged.base()
    logged.write(1)
    logged.switch()
    logged.crash()
    end = str(base.facts["end"])
    for nth in (0, 1):
        _path(logged, end, nth).unlink()
    with pytest.raises(CannotStart, match=r"Bản nền .* không dùng được"):
        recover(Wanted(before_gap=True))
    with pytest.raises(CannotStart, match="Không có bản nền nào trước"):
        recover(Wanted(until=base.moment - timedelta(days=1)))


def test_the_log_goes_on_over_a_promotion(logged: Logged, recover: Recover, tmp_path: Path) -> None:
    """The base is of the first line; a recovered server that archives again is the second, as a promoted standby is."""
    logged.write(1)
    base = logged.base()
    logged.write(2)
    logged.switch()
    logged.write(3)
    logged.crash()
    second = recover(Wanted())
    assert lines_of(second) == [1, 2]
    point_in_time.finish(second)
    data = second.server.data_dir
    settings = {**logged.server.settings, "hba_file": str(logged.server.data_dir / "pg_hba.conf")}
    logged.server = embedded.start(data, durable=False, settings=settings)
    logged.write(22)
    name = logged.switch()
    assert name.startswith("00000002")
    logged.crash()

    assert lines_of(recover(Wanted(base=base.name))) == [1, 2, 22]
    for nth in (0, 1):
        _path(logged, "00000002", nth, ".history.json").unlink()
    with pytest.raises(CannotStart, match=r"thiếu 00000002\.history"):
        recover(Wanted())


def _path(logged: Logged, name: str, nth: int, suffix: str = ".age") -> Path:
    """The server is dead: its number is asked of the folders."""
    (folder,) = [path for path in logged.roots[nth].iterdir() if path.name.isdigit()]
    if suffix != ".age":
        return folder / f"{name}{suffix}"
    (found,) = folder.glob(f"{name}.????????????.age")
    return found
