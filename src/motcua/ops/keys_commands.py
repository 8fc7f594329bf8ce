"""`motcua keys`: which keys there are, and another one while everybody works (threats V-36, DP-14)."""

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from motcua.ops import places, starting

#: Keys that change by a command of their own, and those that have no way yet.
_ELSEWHERE: Final = (
    ("receipt", "ký biên nhận", "motcua receipts rotate"),
    ("token", "ký thẻ truy cập, đăng nhập", "motcua signing-keys rotate"),
    ("index", "dấu của số, điện thoại", "không đổi; lớp phủ ngoài đổi bằng motcua keys rotate lookup"),
    ("passcode", "mã OTP, phiên, hạn mức, sổ xóa", "chưa đổi được khi đang chạy"),
    ("journal", "niêm nhật ký, ký bản sao lưu", "chưa đổi được khi đang chạy"),
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A file of keys that changes by these commands; ``room`` offers path, add, begin, retire."""

    name: str
    room: str
    file: str
    does: str
    afterwards: str
    when_gone: str

    def stamp(self) -> tuple[int, int] | None:
        """Another one after the file was replaced. Line 1 of lookup.key alone says no more than no file."""
        path: Path = import_module(self.room).path()
        if not path.exists() or (self.name == "lookup" and len(path.read_bytes().split()) == 1):
            return None
        found = path.stat()
        return found.st_ino, found.st_mtime_ns


_KINDS: Final = {
    "file": _Kind(
        "file",
        "motcua.files.key_change",
        "file.key",
        "bọc tệp",
        "worker bọc lại các tệp cũ",
        "Các bản sao lưu cũ hơn chỉ mở được bằng bản sao khóa cùng thời.",
    ),
    "field": _Kind(
        "field",
        "motcua.keys.field_keys",
        "field.key",
        "mã hóa dòng dữ liệu",
        "worker mã hóa lại các dòng cũ",
        "Các bản sao lưu cũ hơn chỉ mở được bằng bản sao khóa cùng thời.",
    ),
    "lookup": _Kind(
        "lookup",
        "motcua.keys.lookup_keys",
        "lookup.key",
        "phủ dấu tra cứu",
        "chạy “motcua keys begin lookup”",
        "Các bản sao lưu cũ hơn chỉ tra cứu được bằng bản sao khóa cùng thời.",
    ),
    "secret": _Kind(
        "secret",
        "motcua.keys.secret_key",
        "secret.key",
        "ký trang",
        "các trang đã mở vẫn dùng được",
        "Những gì ký bằng bí mật đó không còn được tin.",
    ),
}


def add(verbs: Any) -> None:
    keys = verbs.add_parser("keys", help="tạo các khóa còn thiếu; xem, đổi khóa")
    keys.set_defaults(verb=_create)
    what = keys.add_subparsers(metavar="việc")
    listed = what.add_parser("list", help="xem các khóa và từng khóa còn được dùng bao nhiêu")
    listed.add_argument("--columns", action="store_true", help="khóa trường: từng cột còn dùng khóa nào")
    listed.set_defaults(verb=_list)
    rotate = what.add_parser("rotate", help="thêm khóa mới; worker đổi dần những gì dùng khóa cũ")
    rotate.add_argument(
        "name",
        choices=list(_KINDS),
        help="file: khóa bọc khóa của tệp; field: khóa mã hóa số, điện thoại, lời khai; lookup: khóa phủ dấu tra cứu;"
        " secret: SECRET_KEY",
    )
    rotate.add_argument(
        "--wait", action="store_true", help="nhiều máy: khóa mới chưa dùng cho đến “keys begin …”"
    )
    rotate.set_defaults(verb=_rotate)
    begin = what.add_parser("begin", help="khóa đang chờ bắt đầu được dùng, khi mọi máy đã có tệp khóa")
    begin.add_argument("name", choices=list(_KINDS))
    begin.add_argument(
        "--at-rest",
        action="store_true",
        help="lookup: các dịch vụ đang dừng, nên không giới hạn thời gian giữ bảng",
    )
    begin.set_defaults(verb=_begin)
    verify = what.add_parser("verify", help="mở thử từng giá trị đã mã hóa bằng các khóa đang có")
    verify.add_argument("name", choices=["field"])
    verify.add_argument("--rows", action="store_true", help="nêu cả khóa chính của từng dòng không mở được")
    verify.add_argument(
        "--lost-values",
        type=_number,
        metavar="N",
        help="ghi nhận mất đúng N giá trị không mở được, để khóa cũ bỏ được; cần quyền của chủ cơ sở dữ liệu",
    )
    verify.set_defaults(verb=_verify)
    retire = what.add_parser("retire", help="bỏ hẳn một khóa mà không gì còn dùng")
    retire.add_argument("name", choices=list(_KINDS))
    retire.add_argument("number", type=int, help="số của khóa trong “keys list”")
    retire.set_defaults(verb=_retire)


def _create(_: argparse.Namespace) -> int:
    place = places.settle(places.PRODUCTION)
    starting.prepare_folders(place.var_dir)
    starting.make_keys()
    print(f"Khóa ở {os.environ['KEYS_DIR']}. Hãy sao lưu nơi khác với cơ sở dữ liệu.")
    return 0


def _list(asked: argparse.Namespace) -> int:
    starting.set_up_django()
    lines = _columns() if asked.columns else _standing()
    print("\n".join(lines))
    return 0


def _standing() -> Iterator[str]:
    from motcua.files import key_change
    from motcua.keys import field_keys, lookup_keys, secret_key

    for number, word, count in key_change.standing():
        yield f"file {number}  {word}  {count} tệp"
    for number, word, count in field_keys.standing():
        yield f"field {number}  {word}  {count} giá trị"
    for number, word in lookup_keys.standing():
        yield f"lookup {number}  {word}{'  (không phủ)' if number == 1 else ''}"
    for number, word in secret_key.standing():
        yield f"secret {number}  {word}"
    yield from (f"{name}  {purpose}: {how}" for name, purpose, how in _ELSEWHERE)


def _columns() -> Iterator[str]:
    from django.db import connection

    from motcua.keys import resealing

    with connection.cursor() as cursor:
        for column, number, count in resealing.counted(cursor):
            yield f"{column}  khóa {number}  {count} giá trị"


def _number(said: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", said):
        raise argparse.ArgumentTypeError("phải là số từ 0 trở lên")
    return int(said)


def _verify(asked: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua.keys import opening

    found = opening.look_at_all()
    for column, count in sorted(found.broken.items()):
        print(f"motcua: {column}: {count} giá trị không mở được", file=sys.stderr)
        if asked.rows:
            print("\n".join(f"  {row}" for row in found.rows[column]), file=sys.stderr)
    print(f"Đã mở {found.whole} giá trị.")
    if found.given_up:
        print(f"Đã ghi nhận mất từ trước: {found.given_up} giá trị.")
    if asked.lost_values is not None:
        return _give_up(asked.lost_values)
    return 1 if found.broken else 0


def _give_up(count: int) -> int:
    from django.db import OperationalError, transaction
    from psycopg.errors import LockNotAvailable

    from motcua.keys import opening
    from motcua.keys.field_keys import TablesBusy
    from motcua.ops import keys_journal

    try:
        with transaction.atomic():
            opening.give_up(count)
            keys_journal.given_up(count)
    except opening.NotAsMany as no:
        print(f"motcua: có {no.count} giá trị không mở được, không phải {count}.", file=sys.stderr)
        return 1
    except OperationalError as no:
        if not isinstance(no.__cause__, LockNotAvailable):
            raise
        print(f"motcua: {TablesBusy().text}", file=sys.stderr)
        return 1
    print(f"Đã ghi nhận mất {count} giá trị. Không khóa nào còn bị giữ lại vì các giá trị này.")
    return 0


def _rotate(asked: argparse.Namespace) -> int:
    return _change(_KINDS[asked.name], lambda: _added(asked.name, waits=asked.wait))


def _added(name: str, *, waits: bool) -> str:
    from motcua.ops import keys_journal

    kind = _KINDS[name]
    ring = import_module(kind.room).add(waits=waits)
    number = len(ring.keys)
    keys_journal.added(name, number, waits=ring.waits)
    if ring.waits:
        return (
            f"Khóa số {number} đang chờ. Chép {kind.file} tới mọi máy, rồi chạy “motcua keys begin {name}”."
        )
    return f"Khóa số {number} {kind.does} từ lúc này. Chạy “motcua backup-keys” ngay; {kind.afterwards}."


def _begin(asked: argparse.Namespace) -> int:
    if asked.name == "lookup":
        return _begin_lookup(at_rest=asked.at_rest)
    return _change(_KINDS[asked.name], lambda: _begun(asked.name))


def _begin_lookup(*, at_rest: bool) -> int:
    """In transactions of its own: the rows, what counts and the line in the journal are one of them."""
    starting.set_up_django()
    from django.db import ProgrammingError

    from motcua.kernel.key_changes import NotNow
    from motcua.kernel.refusal import Refusal
    from motcua.keys import lookup_keys
    from motcua.ops import keys_journal

    try:
        number = lookup_keys.begin(
            at_rest=at_rest, written_down=lambda key: keys_journal.begun("lookup", key), in_use=_lookup_in_use
        ).sealing
    except (Refusal, NotNow) as no:
        print(f"motcua: {no.text if isinstance(no, Refusal) else no}", file=sys.stderr)
        return 1
    except ProgrammingError as no:
        if not _wants_owner(no):
            raise
        print(_OWNER_ONLY, file=sys.stderr)
        return 1
    print(
        f"Mọi dòng đã dùng khóa số {number}. Sau 5 phút chạy “motcua keys retire lookup” với số của khóa cũ."
    )
    return 0


def _lookup_in_use(number: int) -> None:
    """Said before the long tables: from here on whoever stops the command has to know."""
    print(
        f"Khóa số {number} phủ dấu tra cứu từ lúc này. Chép lookup.key tới mọi máy, chạy “motcua backup-keys” ngay."
        " Đang đổi tiếp các bảng dài…",
        flush=True,
    )


_OWNER_ONLY: Final = "motcua: lệnh này cần quyền của chủ cơ sở dữ liệu; chưa có gì thay đổi."


def _wants_owner(no: BaseException) -> bool:
    from psycopg.errors import InsufficientPrivilege

    return isinstance(no.__cause__, InsufficientPrivilege)


def _begun(name: str) -> str:
    from motcua.ops import keys_journal

    kind = _KINDS[name]
    number = import_module(kind.room).begin().sealing
    keys_journal.begun(name, number)
    return (
        f"Khóa số {number} {kind.does} từ lúc này trên máy này. Chạy lệnh này, hoặc chép {kind.file}, ở từng máy"
        " khác."
    )


def _change(kind: _Kind, change: Callable[[], str]) -> int:
    """The key's value in the database and the line in the journal, both or neither; the file is replaced before.

    Where the commit fails after that, the file stays as it is, since rows may be sealed with it already.
    """
    starting.set_up_django()
    from django.db import DatabaseError, transaction

    from motcua.kernel.key_changes import NotNow

    before = kind.stamp()
    try:
        with transaction.atomic():
            said = change()
    except NotNow as no:
        print(f"motcua: {no}", file=sys.stderr)
        return 1
    except DatabaseError as no:
        if kind.stamp() == before:
            if not _wants_owner(no):
                raise
            print(_OWNER_ONLY, file=sys.stderr)
            return 1
        print(
            f"motcua: {kind.file} đã đổi nhưng cơ sở dữ liệu chưa ghi nhận. Đừng chép {kind.file} đi đâu, đừng khôi"
            f" phục tệp cũ. Khi cơ sở dữ liệu chạy lại, chạy “motcua keys begin {kind.name}” trên máy này.",
            file=sys.stderr,
        )
        return 1
    print(said)
    return 0


def _retire(asked: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua.kernel.key_changes import NotNow
    from motcua.kernel.refusal import Refusal
    from motcua.ops import keys_journal

    kind = _KINDS[asked.name]
    try:
        import_module(kind.room).retire(
            asked.number, written_down=lambda: keys_journal.retired(asked.name, asked.number)
        )
    except (Refusal, NotNow) as no:
        print(f"motcua: {no.text if isinstance(no, Refusal) else no}", file=sys.stderr)
        return 1
    print(f"Đã bỏ khóa số {asked.number}. {kind.when_gone}")
    return 0
