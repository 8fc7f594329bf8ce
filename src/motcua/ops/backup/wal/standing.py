"""`motcua backup check`: the archive looked through, and how far the database's own log has come there."""

from collections.abc import Iterator
from pathlib import Path

from django.db import DatabaseError, connection

from motcua.health import log_archive
from motcua.ops.backup import status
from motcua.ops.backup.wal import checking
from motcua.ops.backup.wal.archive import Damaged, Place
from motcua.ops.backup.wal.stamps import NotOurs, StampKey


def check(roots: list[Path], key: StampKey, var_dir: Path) -> int:
    """0: whole and in time; 1: each sentence says what is not. Left behind for whoever watches."""
    try:
        places = [Place.opened(root, key) for root in roots]
        return _check(places, var_dir)
    except BaseException:
        status.leave(var_dir, log_archive.CHECK_FILE, {"ok": False, "wrong": 1})
        raise


def _check(places: list[Place], var_dir: Path) -> int:
    system, late, kept = _asked()
    wrong = [late] if late else []
    if system is None:
        known = sorted({one for place in places for one in place.systems()})
        system = known[-1] if known else None
    if system is None:
        wrong.append("Nơi lưu chưa có gì; xem archive_command của PostgreSQL.")
    else:
        found = checking.look(places, system)
        wrong += [*_said_but_not_there(places, system, kept), *found.wrong]
        upto = f", đến {found.upto.moment.astimezone():%H:%M:%S %d/%m/%Y}" if found.upto else ""
        print(f"{found.bases} bản nền, {found.segments} đoạn WAL, {found.lines} nhánh{upto}.")
    for sentence in wrong:
        print(sentence)
    status.leave(var_dir, log_archive.CHECK_FILE, {"ok": not wrong, "wrong": len(wrong)})
    if not wrong:
        print("Liền mạch và nguyên vẹn.")
    return 1 if wrong else 0


def _said_but_not_there(places: list[Place], system: str, kept: str | None) -> Iterator[str]:
    """PostgreSQL forgets what it was told is kept: a command that says so and does not is the worst there is."""
    for place in places:
        try:
            there = kept is None or place.stamp(system, kept) is not None
        except (NotOurs, Damaged):  # the look through all of them names it
            continue
        if not there:
            yield (
                f"PostgreSQL được báo là đã lưu {kept}, nhưng {place.root} không có. Xem archive_command có ghi đúng"
                " các nơi lưu này không, sửa rồi chạy “motcua backup base” ngay."
            )


def _asked() -> tuple[str | None, str, str | None]:
    """The cluster's number, a sentence when its log is late, and the last part that it believes to be kept.

    Without a database: none is known.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT system_identifier::text FROM pg_control_system()")
            (system,) = cursor.fetchone()
        kept = log_archive.standing()
    except DatabaseError:
        return None, "Không hỏi được cơ sở dữ liệu, nên không biết WAL đã lưu kịp chưa.", None
    if kept.standby:
        return system, "", None
    if kept.age_seconds is None:
        return system, "PostgreSQL chưa lưu WAL (archive_mode = off).", None
    if kept.is_late or kept.failing:
        said = f"WAL chưa lưu được từ {kept.age_seconds:.0f} giây trước; xem dòng “motcua:” trong nhật ký PostgreSQL."
        return system, said, kept.kept
    return system, "", kept.kept
