"""`motcua backup`, `backup-keys`, `backup-identity`, `restore`, `drill`, `outbox`: as somebody types them."""

import argparse
import getpass
import os
import re
import sys
from pathlib import Path
from typing import Any

from motcua.ops import lost_seals, places, starting
from motcua.ops.backup.wal import commands as wal_commands
from motcua.ops.places import CannotStart

_RECIPIENTS = "BACKUP_RECIPIENTS"


def add(verbs: Any) -> None:
    """The words of these commands, for the command line's own parser."""
    _add_backup(verbs)
    _add_keys(verbs)
    _add_restore(verbs)
    outbox = verbs.add_parser("outbox", help="hộp thư đi sau khi khôi phục")
    what = outbox.add_subparsers(required=True, metavar="việc")
    what.add_parser("release", help="cho gửi ra ngoài trở lại").set_defaults(verb=_release)


def _add_backup(verbs: Any) -> None:
    backup = verbs.add_parser("backup", help="sao lưu cơ sở dữ liệu và tệp, mã hóa cho khóa để nơi khác")
    backup.add_argument("--to", type=Path, help="thư mục chứa các bản sao lưu")
    backup.add_argument(
        "--recipient",
        action="append",
        default=[],
        help=f"khóa công khai age1…; không ghi thì dùng {_RECIPIENTS}",
    )
    backup.add_argument("--keep", type=_count, help="giữ lại bấy nhiêu bản mới nhất")
    backup.set_defaults(verb=_take)
    what = backup.add_subparsers(metavar="việc")
    listing = what.add_parser("list", help="xem các bản sao lưu")
    listing.add_argument("where", type=Path, help="thư mục chứa các bản sao lưu")
    listing.set_defaults(verb=_list)
    verify = what.add_parser("verify", help="kiểm tra một bản sao lưu còn nguyên")
    verify.add_argument("folder", type=Path, help="bản sao lưu, hoặc thư mục chứa: bản mới nhất")
    verify.add_argument("--identity", type=Path, help="tệp khóa riêng age: mở thử đến hết")
    verify.set_defaults(verb=_verify)
    wal_commands.add(what, _add_restoring)
    identity = verbs.add_parser("backup-identity", help="tạo khóa riêng cho bản sao lưu, trên một máy khác")
    identity.add_argument("--to", type=Path, required=True, help="tệp khóa riêng sẽ tạo")
    identity.set_defaults(verb=_new_identity)


def _add_keys(verbs: Any) -> None:
    keys = verbs.add_parser("backup-keys", help="sao lưu riêng thư mục khóa")
    keys.add_argument(
        "--to", type=Path, required=True, help="tệp sẽ tạo, để nơi khác với bản sao lưu dữ liệu"
    )
    keys.add_argument(
        "--recipient", action="append", default=[], help="khóa công khai age1…; khác khóa của dữ liệu"
    )
    keys.add_argument("--passphrase-file", type=Path, help="tệp có mật khẩu; không ghi thì hỏi")
    keys.set_defaults(verb=_copy_keys)


def _add_restore(verbs: Any) -> None:
    restore = verbs.add_parser("restore", help="khôi phục vào nơi trống, với quyền chủ cơ sở dữ liệu")
    restore.set_defaults(verb=_restore)
    drill = verbs.add_parser("drill", help="thử khôi phục vào một nơi tạm rồi xóa đi, in số đo")
    drill.set_defaults(verb=_drill)
    for verb in (restore, drill):
        verb.add_argument(
            "--from", dest="folder", type=Path, required=True, help="bản sao lưu, hoặc thư mục chứa"
        )
        _add_knowing(verb)
    _add_newest(restore)


def _add_restoring(verb: Any) -> None:
    """What every restore asks for, but where from."""
    _add_knowing(verb)
    _add_newest(verb)


def _add_knowing(verb: Any) -> None:
    verb.add_argument("--identity", type=Path, required=True, help="tệp khóa riêng age của bản sao lưu")
    verb.add_argument("--keys", type=Path, help="bản sao thư mục khóa; không ghi thì KEYS_DIR đã có")
    verb.add_argument("--keys-identity", type=Path, help="tệp khóa riêng age của bản sao khóa")
    verb.add_argument("--keys-passphrase-file", type=Path, help="tệp có mật khẩu của bản sao khóa")
    verb.add_argument(
        "--lost",
        type=lost_seals.parse,
        default=range(0),
        metavar="A-B",
        help="các dấu niêm biết là sẽ mất dòng",
    )
    verb.add_argument("--lost-files", action="store_true", help="chấp nhận mất các tệp không mở được")
    verb.add_argument(
        "--lost-values",
        type=_count_or_none,
        metavar="N",
        help="chấp nhận mất đúng N giá trị mã hóa không mở được",
    )
    verb.add_argument("--no-witness", action="store_true", help="biết là mất lời chứng của nhật ký")
    verb.add_argument("--no-ledger", action="store_true", help="biết là mất sổ xóa: người đã xóa trở lại")


def _add_newest(restore: Any) -> None:
    restore.add_argument("--newest", action="store_true", help="lời chứng, sổ xóa cũ là bản mới nhất còn có")
    restore.add_argument("--resume", action="store_true", help="làm tiếp lần khôi phục đã dừng sau khi ghi")
    restore.add_argument("--report", type=Path, help="ghi báo cáo JSON vào tệp này")


def _count(said: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,4}", said):
        raise argparse.ArgumentTypeError("phải là số từ 1 trở lên")
    return int(said)


def _count_or_none(said: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", said):
        raise argparse.ArgumentTypeError("phải là số từ 0 trở lên")
    return int(said)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _recipients(given: list[str]) -> Any:
    from motcua.ops.backup.envelopes import Recipients

    return Recipients(given or os.environ.get(_RECIPIENTS, "").split(","))


def _warn_of_strangers(given: list[str]) -> None:
    """Whoever may type here may seal a backup to themselves: the journal has it, and so has the screen."""
    usual = {word.strip() for word in os.environ.get(_RECIPIENTS, "").split(",")} - {""}
    for word in given:
        if usual and word.strip() not in usual:
            _say(f"Lưu ý: {word} không có trong {_RECIPIENTS}.")


def _take(asked: argparse.Namespace) -> int:
    if asked.to is None:
        raise CannotStart("Hãy ghi thư mục chứa các bản sao lưu: motcua backup --to THƯ_MỤC.")
    recipients = _recipients(asked.recipient)
    _warn_of_strangers(asked.recipient)
    var_dir = starting.set_up_django().var_dir
    from motcua.ops import half_restored
    from motcua.ops.backup import acts, making, restoring, shelf, status

    half_restored.refuse()
    try:
        made = making.take(asked.to, recipients, say=_say)
    except BaseException:
        status.write(var_dir, ok=False)
        raise
    acts.backup_made(made)
    status.write(var_dir, ok=not made.missing, size=sum(part.size for part in made.parts))
    print(f"{asked.to / made.id}")
    # One that lacks files takes the place of no whole one: the folder of files may just not be mounted.
    if asked.keep and not made.missing:
        for name in shelf.keep_newest(asked.to, asked.keep, restoring.believed()):
            _say(f"Đã xóa bản cũ {name}.")
    if made.missing:
        _say(
            f"motcua: {len(made.missing)} tệp không có ở FILES_DIR, ví dụ {made.missing[0]}. Bản sao lưu thiếu chúng."
        )
        return 3
    return 0


def _list(asked: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua.ops.backup import making, restoring, shelf
    from motcua.ops.backup.manifests import Manifest, NotABackup

    for folder in shelf.folders(asked.where):
        try:
            told = Manifest.read(folder, restoring.believed())
        except NotABackup as no:
            print(f"{folder.name}  KHÔNG TIN ĐƯỢC: {no}")
            continue
        size = making.in_megabytes(sum(part.size for part in told.parts))
        print(f"{told.id}  {told.moment.astimezone():%d/%m/%Y %H:%M:%S}  {size}  {told.files} tệp")
    return 0


def _verify(asked: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua.ops.backup import envelopes, restoring, shelf

    folder = shelf.newest(asked.folder)
    manifest = shelf.verify(folder, restoring.believed())
    print(f"{manifest.id}: chữ ký đúng, {len(manifest.parts)} phần nguyên vẹn.")
    if asked.identity:
        found = shelf.look_inside(folder, manifest, envelopes.Identity(asked.identity))
        print(f"Mở được đến hết: {found.tables} bảng, {found.files} tệp.")
    return 0


def _new_identity(asked: argparse.Namespace) -> int:
    from motcua.ops.backup import envelopes

    public = envelopes.new_identity(asked.to)
    print(public)
    _say(
        f"Khóa riêng ở {asked.to}: giữ ngoài máy chủ, hai người giữ hai bản. Dòng age1… ghi vào {_RECIPIENTS}."
    )
    return 0


def _copy_keys(asked: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua.ops.backup import acts, keys_apart

    keys_dir = Path(os.environ["KEYS_DIR"])
    if asked.recipient:
        to = _recipients(asked.recipient)
        with acts.keys_copied(to.words):
            names = keys_apart.to_recipients(keys_dir, asked.to, to)
    else:
        words = _passphrase(asked.passphrase_file, twice=True)
        with acts.keys_copied(()):
            names = keys_apart.under_passphrase(keys_dir, asked.to, words)
    print(f"Đã sao lưu {len(names)} khóa vào {asked.to}. Hãy để nơi khác với bản sao lưu dữ liệu.")
    return 0


def _passphrase(path: Path | None, *, twice: bool = False) -> str:
    if path is not None:
        return path.read_text(encoding="utf-8").strip()
    said = getpass.getpass("Mật khẩu của bản sao khóa: ")
    if twice and said != getpass.getpass("Ghi lại lần nữa: "):
        raise CannotStart("Hai lần ghi không giống nhau.")
    return said


def bring_keys(asked: argparse.Namespace, keys_dir: Path) -> None:
    """From their copy, before the settings are read: those do not start without keys."""
    if asked.keys is None:
        return
    from motcua.ops.backup import envelopes, keys_apart

    if asked.keys_identity:
        names = keys_apart.bring_back_with(asked.keys, keys_dir, envelopes.Identity(asked.keys_identity))
    else:
        names = keys_apart.bring_back_under(asked.keys, keys_dir, _passphrase(asked.keys_passphrase_file))
    _say(f"Đã khôi phục {len(names)} khóa vào {keys_dir}.")


def _restore(asked: argparse.Namespace) -> int:
    places.settle(places.PRODUCTION)
    if not asked.resume:
        bring_keys(asked, Path(os.environ["KEYS_DIR"]))
    starting.set_up_django()
    from motcua.ops.backup import envelopes, reporting, restoring, shelf

    knowing = restoring.Knowing(
        asked.lost,
        asked.lost_files,
        asked.lost_values,
        asked.no_witness,
        asked.no_ledger,
        asked.newest,
    )
    folder = shelf.newest(asked.folder)
    if asked.resume:
        report = restoring.go_on(folder, knowing, say=_say)
    else:
        report = restoring.bring_back(folder, envelopes.Identity(asked.identity), knowing, say=_say)
    starting.give_rights()
    print(reporting.in_words(report))
    if asked.report:
        asked.report.write_text(reporting.as_json(report), encoding="utf-8")
    return 0


def _drill(asked: argparse.Namespace) -> int:
    places.settle(places.PRODUCTION)
    from motcua.ops.backup import drill

    print(drill.run(asked, say=_say))
    return 0


def _release(_: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua.ops.backup import acts

    held = acts.release_outside()
    print(
        "Từ lúc này tin nhắn, thư và các việc gửi ra ngoài được gửi." if held else "Không có gì đang bị giữ."
    )
    return 0
