"""The command `motcua`."""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from motcua.ops import places, starting
from motcua.ops.embedded import DatabaseDidNotStart
from motcua.ops.places import CannotStart
from motcua.ops.processes import die_with_parent


def main(words: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(words)
    if asked.end_with_parent:
        die_with_parent()()
    verb: Callable[[argparse.Namespace], int | None] = asked.verb
    try:
        return verb(asked) or 0
    except (CannotStart, DatabaseDidNotStart) as no:
        print(f"motcua: {no}", file=sys.stderr)
        return 1
    except Exception as broken:
        if _is_settings_refusal(broken):
            print(f"motcua: không khởi động. {broken}", file=sys.stderr)
            return 1
        raise


def _is_settings_refusal(broken: Exception) -> bool:
    from django.core.exceptions import ImproperlyConfigured

    from motcua.kernel.key_files import KeysMissing

    return isinstance(broken, ImproperlyConfigured | KeysMissing)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="motcua", description="Một cửa: lệnh vận hành.")
    parser.add_argument("--end-with-parent", action="store_true", help="dừng khi chương trình gọi nó dừng")
    verbs = parser.add_subparsers(required=True, metavar="lệnh")
    for name, about, verb in _list():
        verbs.add_parser(name, help=about).set_defaults(verb=verb)
    journal = verbs.add_parser("journal", help="nhật ký")
    what = journal.add_subparsers(required=True, metavar="việc")
    verify = what.add_parser("verify", help="kiểm tra nhật ký còn nguyên")
    verify.add_argument(
        "--witness", type=Path, help="tệp lời chứng; không ghi thì dùng mọi lời chứng đã cấu hình"
    )
    verify.add_argument("--from-day", type=date.fromisoformat)
    verify.add_argument("--to-day", type=date.fromisoformat)
    verify.set_defaults(verb=_verify)
    receipts = verbs.add_parser("receipts", help="biên nhận kiểm tra tài khoản")
    what = receipts.add_subparsers(required=True, metavar="việc")
    verify = what.add_parser("verify", help="kiểm tra lại chữ ký và nội dung các biên nhận đã lưu")
    verify.add_argument("--from", dest="from_day", type=date.fromisoformat)
    verify.add_argument("--to", dest="to_day", type=date.fromisoformat)
    verify.set_defaults(verb=_verify_receipts)
    return parser


def _list() -> list[tuple[str, str, Callable[[argparse.Namespace], int | None]]]:
    return [
        ("run", "chạy thử trọn hệ thống trên một máy, có dữ liệu mẫu", lambda _: starting.run()),
        ("serve", "chạy web và worker", lambda _: starting.serve()),
        ("web", "chỉ chạy web", lambda _: _web()),
        ("worker", "chỉ chạy worker", lambda _: _worker()),
        ("simulators", "chỉ chạy hệ thống mô phỏng", lambda _: _simulators()),
        ("keys", "tạo các khóa còn thiếu", lambda _: _keys()),
        ("migrate", "cập nhật cấu trúc cơ sở dữ liệu", lambda _: _migrate()),
        ("grants", "cấp quyền tối thiểu cho tài khoản motcua_app", lambda _: _grants()),
        ("sample", "nạp dữ liệu mẫu (một lần)", lambda _: _sample()),
        ("prepare", "migrate, sample và grants một lượt", lambda _: _prepare()),
        ("sms-templates", "in các mẫu tin nhắn cần đăng ký với nhà cung cấp", lambda _: _sms_templates()),
        ("static", "gom tệp tĩnh vào VAR_DIR/static", lambda _: _static()),
    ]


def _django(module: str = places.PRODUCTION) -> places.Place:
    place = places.settle(module)
    starting.prepare_folders(place.var_dir)
    import django

    django.setup()
    return place


def _web() -> None:
    place = places.settle(places.PRODUCTION)
    places.read_settings()
    from motcua.ops import serving

    serving.web(place.address, place.port)


def _worker() -> None:
    _django()
    from motcua.ops import working

    working.main()


def _simulators() -> None:
    places.settle(places.DEVELOPMENT)
    importlib.import_module("motcua.simulators.serving").main()


def _keys() -> None:
    place = places.settle(places.PRODUCTION)
    starting.prepare_folders(place.var_dir)
    starting.make_keys()
    print(f"Khóa ở {os.environ['KEYS_DIR']}. Hãy sao lưu nơi khác với cơ sở dữ liệu.")


def _migrate() -> None:
    _django()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1)


def _grants() -> None:
    _django()
    print(f"Đã cấp quyền trên {_give()} bảng cho {places.APP_ROLE}.")


def _give() -> int:
    from motcua.config import env
    from motcua.ops import grants

    has_password = "MOTCUA_APP_PASSWORD" in os.environ or "MOTCUA_APP_PASSWORD_FILE" in os.environ
    return grants.give(env.secret("MOTCUA_APP_PASSWORD") if has_password else None)


def _sample() -> None:
    _django(places.DEVELOPMENT)
    from motcua.ops import sample

    print("Đã nạp dữ liệu mẫu." if sample.load() else "Dữ liệu mẫu đã có từ trước, giữ nguyên.")


def _prepare() -> None:
    _django(places.DEVELOPMENT)
    from django.core.management import call_command

    from motcua.ops import sample

    if _is_behind():
        call_command("migrate", interactive=False, verbosity=0)
    sample.load()
    if "MOTCUA_APP_PASSWORD" in os.environ:
        _give()


def _is_behind() -> bool:
    """Whether a migration is missing; running ``migrate`` to learn that takes far longer."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _sms_templates() -> None:
    """What a provider of registered words has to be given; its numbers go into the settings by kind."""
    os.environ.setdefault("DATABASE_URL", "postgresql:///motcua")  # named only: nothing is asked of it
    _django(places.DEVELOPMENT)
    from motcua.outbox import samples

    told = [{"kind": one.kind, "words": one.words, "example": one.example} for one in samples.registered()]
    print(json.dumps(told, ensure_ascii=False, indent=1))


def _static() -> None:
    _django()
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=1)


def _verify(asked: argparse.Namespace) -> int:
    _django()
    from motcua.ops import journal_check

    return journal_check.run(asked.witness, asked.from_day, asked.to_day)


def _verify_receipts(asked: argparse.Namespace) -> int:
    _django()
    from motcua.ops import receipts_check

    return receipts_check.run(asked.from_day, asked.to_day)


if __name__ == "__main__":
    sys.exit(main())
