"""`motcua backup prepare, wal, base, files, check, restore`: as PostgreSQL, a unit or somebody at night types them."""

import argparse
import os
import re
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from motcua.ops import places as surroundings
from motcua.ops.backup.wal import archive
from motcua.ops.backup.wal.archive import Place
from motcua.ops.backup.wal.stamps import StampKey
from motcua.ops.places import CannotStart

RECIPIENTS: Final = "BACKUP_RECIPIENTS"
KEY_FILE: Final = "BACKUP_WAL_KEY_FILE"


def add(what: Any, common: Callable[[Any], None]) -> None:
    """The words below ``backup``; ``common`` adds those that every restore has."""
    add_wal(what)
    prepare = what.add_parser("prepare", help="chuẩn bị nơi lưu WAL và khóa dấu cho PostgreSQL")
    _places(prepare)
    prepare.add_argument("--key", type=Path, help="tệp khóa dấu sẽ tạo, giao cho tài khoản chạy PostgreSQL")
    prepare.set_defaults(verb=_prepare)
    base = what.add_parser("base", help="chép tệp của PostgreSQL làm bản nền cho WAL")
    _places(base)
    base.add_argument("--recipient", action="append", default=[], help="khóa công khai age1…")
    base.add_argument("--keep", type=_count, help="giữ lại bấy nhiêu bản nền, và WAL từ bản cũ nhất")
    base.set_defaults(verb=_base)
    files = what.add_parser("files", help="chép tệp mới vào nơi lưu WAL")
    _places(files)
    files.add_argument("--every", type=_count, metavar="GIÂY", help="chạy mãi, cách bấy nhiêu giây một lần")
    files.set_defaults(verb=_files)
    check = what.add_parser("check", help="xem nơi lưu WAL có liền mạch, nguyên vẹn và kịp lúc không")
    _places(check)
    check.set_defaults(verb=_check)
    restore = what.add_parser("restore", help="dựng lại cơ sở dữ liệu từ bản nền và WAL, tới một thời điểm")
    restore.add_argument("--from", dest="places", type=Path, action="append", default=[], help="nơi lưu WAL")
    restore.add_argument("--into", type=Path, required=True, help="thư mục dữ liệu PostgreSQL mới, trống")
    restore.add_argument(
        "--until", type=_moment, help="ví dụ “2026-11-30 10:15:00+07”; không ghi thì tới hết"
    )
    restore.add_argument("--base", help="tên bản nền; không ghi thì bản mới nhất phù hợp")
    restore.add_argument("--before-gap", action="store_true", help="biết là mất phần sau đoạn WAL thiếu")
    common(restore)
    restore.set_defaults(verb=_restore)


def add_wal(what: Any) -> None:
    """Alone as well: PostgreSQL's own call loads nothing else."""
    wal = what.add_parser("wal", help="lưu một đoạn WAL (PostgreSQL gọi: archive_command)")
    _places(wal)
    wal.add_argument("--recipient", action="append", default=[], help="khóa công khai age1…")
    wal.add_argument("--key", type=Path, help=f"tệp khóa dấu; không ghi thì {KEY_FILE}")
    wal.add_argument("segment", type=Path, help="%%p của PostgreSQL")
    wal.set_defaults(verb=_wal)


def _places(verb: Any) -> None:
    verb.add_argument(
        "--to",
        dest="places",
        type=Path,
        action="append",
        default=[],
        help="nơi lưu WAL; hai nơi: ghi hai lần",
    )


def _count(said: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,4}", said):
        raise argparse.ArgumentTypeError("phải là số từ 1 trở lên")
    return int(said)


def _moment(said: str) -> datetime:
    """Hours are wall time: without a zone nobody knows whose."""
    try:
        moment = datetime.fromisoformat(re.sub(r"([+-][0-9]{2})\Z", r"\1:00", said.strip()))
    except ValueError:
        raise argparse.ArgumentTypeError("không đọc được; ví dụ “2026-11-30 10:15:00+07”") from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("phải ghi múi giờ, ví dụ +07")
    return moment


def _recipients(given: list[str]) -> Any:
    from motcua.ops.backup.envelopes import Recipients

    return Recipients(given or os.environ.get(RECIPIENTS, "").split(","))


def _opened(asked: argparse.Namespace, key: StampKey) -> list[Place]:
    return [Place.opened(root, key) for root in archive.configured(asked.places)]


def _of_keys_dir() -> StampKey:
    from motcua.kernel.sealing import Keyring

    return StampKey.of(Keyring.from_directory(Path(os.environ["KEYS_DIR"])).journal_key)


def _wal(asked: argparse.Namespace) -> int:
    from motcua.ops.backup.wal import archiving

    given = asked.key or (Path(named) if (named := os.environ.get(KEY_FILE)) else None)
    if given is None:
        raise CannotStart(f"Chưa có khóa dấu: ghi --key, hoặc {KEY_FILE}.")
    segment = asked.segment if asked.segment.is_absolute() else Path.cwd() / asked.segment
    archiving.keep(segment, Path.cwd(), _opened(asked, StampKey.read(given)), _recipients(asked.recipient))
    return 0


def _prepare(asked: argparse.Namespace) -> int:
    surroundings.settle(surroundings.PRODUCTION)
    key = _of_keys_dir()
    for root in archive.configured(asked.places):
        Place.prepared(root, key)
        print(f"{root}: sẵn sàng.")
    if asked.key:
        key.write(asked.key)
        print(f"Khóa dấu ở {asked.key}: giao cho tài khoản chạy PostgreSQL (chown, quyền 0600).")
    return 0


def _base(asked: argparse.Namespace) -> int:
    from motcua.ops import half_restored, starting

    starting.set_up_django()
    from motcua.ops.backup import acts
    from motcua.ops.backup.wal import bases

    half_restored.refuse()
    where, recipients = _opened(asked, bases.stamp_key()), _recipients(asked.recipient)
    stamp = bases.take(where, recipients, say=_say)
    acts.base_made(stamp.name, recipients.words)
    print(stamp.name)
    if asked.keep:
        for name in bases.keep_newest(where, stamp.system, asked.keep):
            _say(f"Đã xóa {name}.")
    return 0


def _files(asked: argparse.Namespace) -> int:
    from motcua.ops import half_restored, starting

    var_dir = starting.set_up_django().var_dir
    half_restored.refuse()
    from motcua.ops.backup.wal import bases, file_rounds

    roots, key = archive.configured(asked.places), bases.stamp_key()
    if asked.every is None:
        return file_rounds.once(roots, key, var_dir, say=_say)
    file_rounds.go_on(roots, key, var_dir, every=asked.every, say=_say)
    return 0


def _check(asked: argparse.Namespace) -> int:
    from motcua.ops import starting

    var_dir = starting.set_up_django().var_dir
    from motcua.ops.backup.wal import standing

    return standing.check(archive.configured(asked.places), _of_keys_dir(), var_dir)


def _restore(asked: argparse.Namespace) -> int:
    from motcua.ops import starting
    from motcua.ops.backup import commands
    from motcua.ops.backup.envelopes import Identity
    from motcua.ops.backup.wal import point_in_time

    began = time.monotonic()
    surroundings.settle(surroundings.PRODUCTION)
    if not asked.resume:
        commands.bring_keys(asked, Path(os.environ["KEYS_DIR"]))
    where, into = _opened(asked, _of_keys_dir()), asked.into.absolute()
    if asked.resume:
        done = point_in_time.taken_up(where, into, say=_say)
    else:
        _files_must_be_empty()
        wanted = point_in_time.Wanted(asked.until, asked.base, asked.before_gap)
        done = point_in_time.recover(where, Identity(asked.identity), wanted, into, say=_say)
    try:
        os.environ["DATABASE_URL"] = done.url
        os.environ.pop("DATABASE_URL_FILE", None)
        starting.set_up_django()
        _proved(asked, done, where)
    except BaseException:
        done.server.stop(patience=300)
        raise
    point_in_time.finish(done)
    _say(
        f"Xong trong {time.monotonic() - began:.0f} giây. Dữ liệu PostgreSQL ở {into}: cho PostgreSQL chạy từ đó."
    )
    return 0


def _proved(asked: argparse.Namespace, done: Any, where: list[Place]) -> None:
    from django.db import connection

    from motcua.ops import starting
    from motcua.ops.backup import reporting, restoring
    from motcua.ops.backup.wal import proving

    knowing = restoring.Knowing(
        asked.lost,
        asked.lost_files,
        asked.lost_values,
        asked.no_witness,
        asked.no_ledger,
        asked.newest,
    )
    report = proving.prove(done, where, knowing, say=_say)
    starting.give_rights()
    connection.close()
    print(reporting.in_words(report))
    if asked.report:
        asked.report.write_text(reporting.as_json(report), encoding="utf-8")


def _files_must_be_empty() -> None:
    """Known without settings: nothing is begun over files that are somebody's."""
    files = Path(os.environ["VAR_DIR"]) / "files"
    if next(files.glob("??/??/*"), None) is not None:
        raise CannotStart(f"Thư mục tệp {files} đã có tệp. Chỉ khôi phục vào thư mục trống.")


def _say(sentence: str) -> None:
    import sys

    print(sentence, file=sys.stderr, flush=True)
