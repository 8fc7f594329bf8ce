"""`motcua backup check`: the archive looked through, and how far the database's own log has come there."""

from pathlib import Path

from django.db import DatabaseError, connection

from motcua.health import log_archive
from motcua.ops.backup import status
from motcua.ops.backup.wal import checking
from motcua.ops.backup.wal.archive import Place


def check(places: list[Place], var_dir: Path) -> int:
    """0: whole and in time; 1: each sentence says what is not. Left behind for whoever watches."""
    system, late = _asked()
    wrong = [late] if late else []
    if system is None:
        known = sorted({one for place in places for one in place.systems()})
        system = known[-1] if known else None
    if system is None:
        wrong.append("Nơi lưu chưa có gì; xem archive_command của PostgreSQL.")
    else:
        found = checking.look(places, system)
        wrong += found.wrong
        upto = f", đến {found.upto.moment.astimezone():%H:%M:%S %d/%m/%Y}" if found.upto else ""
        print(f"{found.bases} bản nền, {found.segments} đoạn WAL, {found.lines} nhánh{upto}.")
    for sentence in wrong:
        print(sentence)
    status.leave(var_dir, log_archive.CHECK_FILE, {"ok": not wrong, "wrong": len(wrong)})
    if not wrong:
        print("Liền mạch và nguyên vẹn.")
    return 1 if wrong else 0


def _asked() -> tuple[str | None, str]:
    """The cluster's number, and a sentence when its log is late. Without a database: neither is known."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT system_identifier::text FROM pg_control_system()")
            (system,) = cursor.fetchone()
        kept = log_archive.standing()
    except DatabaseError:
        return None, "Không hỏi được cơ sở dữ liệu, nên không biết WAL đã lưu kịp chưa."
    if kept.standby:
        return system, ""
    if kept.age_seconds is None:
        return system, "PostgreSQL chưa lưu WAL (archive_mode = off)."
    if kept.is_late or kept.failing:
        return system, (
            f"WAL chưa lưu được từ {kept.age_seconds:.0f} giây trước; xem dòng “motcua:” trong nhật ký PostgreSQL."
        )
    return system, ""
