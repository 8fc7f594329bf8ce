"""`motcua keys`: which keys there are, and another key for files while everybody works (threats V-36, DP-14)."""

import argparse
import os
import sys
from collections.abc import Callable
from typing import Any, Final

from motcua.ops import places, starting

#: Keys that change by a command of their own, and those that have no way yet.
_ELSEWHERE: Final = (
    ("receipt", "ký biên nhận", "motcua receipts rotate"),
    ("token", "ký thẻ đăng nhập", "motcua signing-keys rotate"),
    ("field", "mã hóa số, điện thoại, lời khai", "chưa đổi được khi đang chạy"),
    ("index", "tìm theo số, điện thoại", "chưa đổi được khi đang chạy"),
    ("passcode", "mã OTP, phiên, hạn mức, sổ xóa", "chưa đổi được khi đang chạy"),
    ("journal", "niêm nhật ký, ký bản sao lưu", "chưa đổi được khi đang chạy"),
)


def add(verbs: Any) -> None:
    keys = verbs.add_parser("keys", help="tạo các khóa còn thiếu; xem, đổi khóa")
    keys.set_defaults(verb=_create)
    what = keys.add_subparsers(metavar="việc")
    what.add_parser("list", help="xem các khóa và số tệp còn dùng từng khóa").set_defaults(verb=_list)
    rotate = what.add_parser("rotate", help="thêm khóa bọc tệp mới; worker bọc lại dần")
    rotate.add_argument("name", choices=["file"], help="file: khóa bọc khóa của tệp")
    rotate.add_argument(
        "--wait", action="store_true", help="nhiều máy: khóa mới chưa bọc tệp cho đến “keys begin file”"
    )
    rotate.set_defaults(verb=_rotate)
    begin = what.add_parser("begin", help="khóa đang chờ bắt đầu bọc tệp, khi mọi máy đã có tệp khóa")
    begin.add_argument("name", choices=["file"])
    begin.set_defaults(verb=_begin)
    retire = what.add_parser("retire", help="bỏ hẳn một khóa mà không tệp nào còn dùng")
    retire.add_argument("name", choices=["file"])
    retire.add_argument("number", type=int, help="số của khóa trong “keys list”")
    retire.set_defaults(verb=_retire)


def _create(_: argparse.Namespace) -> int:
    place = places.settle(places.PRODUCTION)
    starting.prepare_folders(place.var_dir)
    starting.make_keys()
    print(f"Khóa ở {os.environ['KEYS_DIR']}. Hãy sao lưu nơi khác với cơ sở dữ liệu.")
    return 0


def _list(_: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua.files import key_change

    for number, word, count in key_change.standing():
        print(f"file {number}  {word}  {count} tệp")
    for name, purpose, how in _ELSEWHERE:
        print(f"{name}  {purpose}: {how}")
    return 0


def _rotate(asked: argparse.Namespace) -> int:
    return _change(lambda: _added(waits=asked.wait))


def _added(*, waits: bool) -> str:
    from motcua import journal
    from motcua.files import key_change

    number = len(key_change.add(waits=waits).keys)
    journal.record("ops.file_key.added", subject="room:ops", facts={"file_key": number, "waits": waits})
    if waits:
        return f"Khóa số {number} đang chờ. Chép file.key tới mọi máy, rồi chạy “motcua keys begin file”."
    return f"Khóa số {number} bọc tệp từ lúc này. Chạy “motcua backup-keys” ngay; worker bọc lại các tệp cũ."


def _begin(_: argparse.Namespace) -> int:
    return _change(_begun)


def _begun() -> str:
    from motcua import journal
    from motcua.files import key_change

    number = key_change.begin().sealing
    journal.record("ops.file_key.begun", subject="room:ops", facts={"file_key": number})
    return f"Khóa số {number} bọc tệp từ lúc này trên máy này. Chạy lệnh này, hoặc chép file.key, ở từng máy khác."


def _change(change: Callable[[], str]) -> int:
    """The key, its value in the database and the line in the journal: all three, or none."""
    starting.set_up_django()
    from django.db import transaction

    from motcua.kernel.key_changes import NotNow

    try:
        with transaction.atomic():
            said = change()
    except NotNow as no:
        print(f"motcua: {no}", file=sys.stderr)
        return 1
    print(said)
    return 0


def _retire(asked: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua import journal
    from motcua.files import key_change
    from motcua.kernel.key_changes import NotNow
    from motcua.kernel.refusal import Refusal

    try:
        key_change.retire(asked.number)
    except (Refusal, NotNow) as no:
        print(f"motcua: {no.text if isinstance(no, Refusal) else no}", file=sys.stderr)
        return 1
    journal.record("ops.file_key.retired", subject="room:ops", facts={"file_key": asked.number})
    print(f"Đã bỏ khóa số {asked.number}. Các bản sao lưu cũ hơn chỉ mở được bằng bản sao khóa cùng thời.")
    return 0
