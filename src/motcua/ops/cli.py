"""The command `motcua`."""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from motcua.ops import (
    asking,
    half_restored,
    lookups_fit,
    lost_seals,
    places,
    splitting,
    starting,
    systems_commands,
    training,
    trial,
)
from motcua.ops import keys_commands as keys
from motcua.ops.backup import commands as backup
from motcua.ops.embedded import DatabaseDidNotStart
from motcua.ops.places import CannotStart
from motcua.ops.processes import die_with_parent


def main(words: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(words)
    if asked.end_with_parent:
        die_with_parent()()
    verb: Callable[[argparse.Namespace], int | None] = asked.verb
    meant_for_trial = asked.command in trial.COMMANDS and trial.is_meant()
    try:
        trial.join(asked.command, sys.argv[1:] if words is None else words)
        return verb(asked) or 0
    except (CannotStart, DatabaseDidNotStart) as no:
        print(f"motcua: {no}", file=sys.stderr)
        return 1
    except Exception as broken:
        if _is_settings_refusal(broken):
            hint = trial.HINT if meant_for_trial else ""
            print(f"motcua: không khởi động. {broken}{hint}", file=sys.stderr)
            return 1
        raise


def _is_settings_refusal(broken: Exception) -> bool:
    from django.core.exceptions import ImproperlyConfigured

    from motcua.kernel.key_files import KeysMissing

    return isinstance(broken, ImproperlyConfigured | KeysMissing)


def _parser() -> argparse.ArgumentParser:
    parser = asking.Parser(prog="motcua", description="Một cửa: lệnh vận hành.")
    parser.add_argument("--end-with-parent", action="store_true", help="dừng khi chương trình gọi nó dừng")
    verbs = parser.add_subparsers(required=True, metavar="lệnh", dest="command")
    for name, about, verb in _list():
        verbs.add_parser(name, help=about).set_defaults(verb=verb)
    journal = verbs.add_parser("journal", help="nhật ký")
    what = journal.add_subparsers(required=True, metavar="việc")
    verify = what.add_parser("verify", help="kiểm tra nhật ký còn nguyên")
    verify.add_argument(
        "--witness", type=Path, help="tệp lời chứng; không ghi thì dùng mọi lời chứng đã cấu hình"
    )
    # --from-day and --to-day were the first names; scripts have them.
    verify.add_argument("--from", "--from-day", dest="from_day", type=date.fromisoformat)
    verify.add_argument("--to", "--to-day", dest="to_day", type=date.fromisoformat)
    verify.add_argument(
        "--public-key", type=Path, help="tệp PEM của khóa công khai; không ghi thì dùng khóa của hệ thống"
    )
    verify.add_argument(
        "--lost",
        type=lost_seals.parse,
        default=range(0),
        metavar="A-B",
        help="các dấu niêm mà báo cáo khôi phục nói đã mất dòng",
    )
    verify.set_defaults(verb=_verify)
    evidence = what.add_parser("verify-evidence", help="kiểm tra một tệp chứng cứ, không cần cơ sở dữ liệu")
    evidence.add_argument("file", type=Path, help="tệp ZIP hoặc chung-cu.json")
    evidence.add_argument("--public-key", type=Path, help="tệp PEM của khóa công khai được tin")
    evidence.set_defaults(verb=_verify_evidence)
    data = verbs.add_parser("data", help="dữ liệu cá nhân")
    what = data.add_subparsers(required=True, metavar="việc")
    register = what.add_parser("register", help="viết lại sổ đăng ký mục đích trong một trang")
    register.add_argument(
        "page", type=Path, help="tệp có hai dấu của sổ đăng ký, ví dụ docs/data-protection.md"
    )
    register.set_defaults(verb=_write_register)
    erase = verbs.add_parser("erase", help="xóa người đã đóng tài khoản")
    what = erase.add_subparsers(required=True, metavar="việc")
    replay = what.add_parser(
        "replay", help="sau khi khôi phục bản sao lưu: xóa lại theo sổ xóa, trước khi mở cửa"
    )
    replay.set_defaults(verb=_erase_again)
    breach = verbs.add_parser(
        "breach", help="sự cố dữ liệu: ai bị ảnh hưởng, báo cáo cho cơ quan chuyên trách"
    )
    breach.add_argument("--officer", help="số hoặc mã của cán bộ; không ghi thì xét mọi cán bộ")
    breach.add_argument("--client", help="mã của hệ thống kết nối")
    breach.add_argument("--from", dest="since", required=True, help="ví dụ 2026-11-30T08:30, giờ Việt Nam")
    breach.add_argument("--to", dest="until", required=True, help="đến trước lúc này")
    breach.add_argument("--aware", help="lúc biết sự cố; không ghi thì tính từ bây giờ")
    breach.add_argument("--reason", required=True, help="lý do lập, từ 10 ký tự")
    breach.add_argument("--happened", required=True, help="việc đã xảy ra, không có tên hay số của ai")
    breach.add_argument("--measures", required=True, help="biện pháp đã làm")
    breach.add_argument("--out", type=Path, default=Path(), help="thư mục đặt hai tệp")
    breach.set_defaults(verb=_breach)
    appoint = verbs.add_parser("appoint", help="giao quyền cho cán bộ đầu tiên (với quyền chủ cơ sở dữ liệu)")
    appoint.add_argument("--unit", required=True, help="mã đơn vị")
    appoint.add_argument("--powers", required=True, help="quyền, cách nhau bằng dấu phẩy, ví dụ GRANT")
    appoint.set_defaults(verb=_appoint)
    receipts = verbs.add_parser("receipts", help="biên nhận kiểm tra tài khoản")
    what = receipts.add_subparsers(required=True, metavar="việc")
    verify = what.add_parser("verify", help="kiểm tra lại chữ ký và nội dung các biên nhận đã lưu")
    verify.add_argument("--from", dest="from_day", type=date.fromisoformat)
    verify.add_argument("--to", dest="to_day", type=date.fromisoformat)
    verify.set_defaults(verb=_verify_receipts)
    what.add_parser("keys", help="xem các khóa ký biên nhận").set_defaults(verb=_list_receipt_keys)
    rotate = what.add_parser("rotate", help="công bố khóa ký biên nhận mới; khóa đó bắt đầu ký sau một giờ")
    rotate.add_argument(
        "--lost", action="store_true", help="khóa có thể đã lộ: đổi ngay, không tin các khóa cũ"
    )
    rotate.set_defaults(verb=_rotate_receipt_key)
    tokens = verbs.add_parser("signing-keys", help="khóa ký thẻ truy cập và đăng nhập")
    what = tokens.add_subparsers(required=True, metavar="việc")
    what.add_parser("list", help="xem các khóa đang công bố").set_defaults(verb=_list_signing_keys)
    rotate = what.add_parser("rotate", help="công bố khóa mới; khóa đó bắt đầu ký sau một giờ")
    rotate.add_argument(
        "--at-once", action="store_true", help="khóa đang dùng đã lộ: đổi ngay, bỏ các khóa cũ"
    )
    rotate.set_defaults(verb=_rotate_signing_key)
    apart = what.add_parser("apart", help="tách khóa ký thẻ khỏi khóa ký biên nhận (bản cài cũ)")
    apart.set_defaults(verb=_set_keys_apart)
    backup.add(verbs)
    keys.add(verbs)
    systems_commands.add(verbs)
    return parser


def _list() -> list[tuple[str, str, Callable[[argparse.Namespace], int | None]]]:
    return [
        ("run", "chạy thử trọn hệ thống trên một máy, có dữ liệu mẫu", lambda _: starting.run()),
        (
            "run-split",
            "chạy thử hai hệ thống (Cổng và Một cửa) riêng nhau trên một máy",
            lambda _: splitting.run(),
        ),
        (
            "run-training",
            "chạy hệ thống tập huấn: cơ sở dữ liệu, khóa, tệp và mô phỏng riêng, mọi thứ mang dấu TẬP HUẤN",
            lambda _: training.run(),
        ),
        ("client-key", "in khóa công khai để đăng ký Một cửa với Cổng", lambda _: _client_key()),
        ("serve", "chạy web và worker", lambda _: starting.serve()),
        ("web", "chỉ chạy web", lambda _: _web()),
        ("worker", "chỉ chạy worker", lambda _: _worker()),
        ("simulators", "chỉ chạy hệ thống mô phỏng", lambda _: _simulators()),
        ("migrate", "cập nhật cấu trúc cơ sở dữ liệu", lambda _: _migrate()),
        ("grants", "cấp quyền tối thiểu cho tài khoản motcua_app", lambda _: _grants()),
        ("sample", "nạp dữ liệu mẫu (một lần)", lambda _: _sample()),
        ("prepare", "migrate, sample và grants một lượt", lambda _: _prepare()),
        ("sms-templates", "in các mẫu tin nhắn cần đăng ký với nhà cung cấp", lambda _: _sms_templates()),
        ("health", "tình trạng từng phần, việc định kỳ, hệ thống bên cạnh", lambda _: _health()),
        ("static", "gom tệp tĩnh vào VAR_DIR/static", lambda _: _static()),
    ]


def _web() -> None:
    os.environ.setdefault("MOTCUA_ROLE", "web")
    place = places.settle(places.PRODUCTION)
    places.read_settings()
    half_restored.refuse()
    lookups_fit.refuse()
    from motcua.ops import serving

    serving.web(place.address, place.port)


def _worker() -> None:
    starting.set_up_django()
    half_restored.refuse()
    lookups_fit.refuse()
    from motcua.ops import working

    working.main()


def _simulators() -> None:
    places.settle(places.DEVELOPMENT)
    importlib.import_module("motcua.simulators.serving").main()


def _appoint(asked: argparse.Namespace) -> int:
    starting.set_up_django()
    from django.utils import timezone

    from motcua.ops import first_officer

    return first_officer.run(asked.unit, asked.powers.split(","), timezone.localdate())


def _breach(asked: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua.ops import breach

    return breach.run(asked)


def _health() -> int:
    starting.set_up_django()
    from motcua.ops import standing

    return standing.run()


def _client_key() -> None:
    places.settle(places.PRODUCTION)
    from motcua.ops import client_key

    print(client_key.public_set(client_key.of(Path(os.environ["KEYS_DIR"]))))


def _migrate() -> None:
    starting.set_up_django()
    from django.core.management import call_command

    from motcua.ops import arrangement_fits

    arrangement_fits.refuse()
    call_command("migrate", interactive=False, verbosity=1)


def _grants() -> None:
    starting.set_up_django()
    print(f"Đã cấp quyền trên {starting.give_rights()} bảng cho {places.APP_ROLE}.")


def _sample() -> None:
    starting.set_up_django(places.DEVELOPMENT)
    from motcua.ops import sample

    print("Đã nạp dữ liệu mẫu." if sample.load() else "Dữ liệu mẫu đã có từ trước, giữ nguyên.")


def _prepare() -> None:
    starting.set_up_django(places.DEVELOPMENT)
    from django.core.management import call_command
    from django.db import connection

    from motcua.ops import arrangement_fits, sample

    arrangement_fits.refuse()
    if _is_behind():
        call_command("migrate", interactive=False, verbosity=0)
        connection.close()  # the next one reads the mark that was just written (ADR 0025)
    sample.load()
    if "MOTCUA_APP_PASSWORD" in os.environ:
        starting.give_rights()


def _is_behind() -> bool:
    """Whether a migration is missing; running ``migrate`` to learn that takes far longer."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _sms_templates() -> None:
    """What a provider of registered words has to be given; its numbers go into the settings by kind."""
    os.environ.setdefault("DATABASE_URL", "postgresql:///motcua")  # named only: nothing is asked of it
    starting.set_up_django(places.DEVELOPMENT)
    from motcua.outbox import samples

    told = [{"kind": one.kind, "words": one.words, "example": one.example} for one in samples.registered()]
    print(json.dumps(told, ensure_ascii=False, indent=1))


def _static() -> None:
    starting.set_up_django()
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=1)


def _verify(asked: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua.ops import journal_check

    return journal_check.run(asked.witness, asked.from_day, asked.to_day, asked.public_key, asked.lost)


def _verify_evidence(asked: argparse.Namespace) -> int:
    from motcua.journal import evidence_check

    return evidence_check.report(asked.file, asked.public_key)


def _write_register(asked: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua.ops import data_protection

    return data_protection.write_register(asked.page)


def _erase_again(_: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua.ops import data_protection

    return data_protection.erase_again()


def _verify_receipts(asked: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua.ops import receipts_check

    return receipts_check.run(asked.from_day, asked.to_day)


def _list_receipt_keys(_: argparse.Namespace) -> None:
    starting.set_up_django()
    from motcua.ops import receipt_key_change

    receipt_key_change.listed()


def _rotate_receipt_key(asked: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua.ops import receipt_key_change

    return receipt_key_change.rotate(lost=asked.lost)


def _list_signing_keys(_: argparse.Namespace) -> None:
    starting.set_up_django()
    from motcua.signin import signing_keys

    signing = str(signing_keys.standing().signing.kid)
    for key in signing_keys.published()["keys"]:
        print(f"{key['kid']}  {'đang ký' if key['kid'] == signing else 'được công bố'}")


def _set_keys_apart(_: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua.signin import signing_keys

    try:
        kid = signing_keys.set_apart()
    except signing_keys.FirstKeyInUse as no:
        print(f"motcua: {no.text}", file=sys.stderr)
        return 1
    print(f"Khóa ký thẻ và khóa ký biên nhận đã riêng nhau. Khóa ký thẻ đầu tiên: {kid}.")
    print(
        "Đề nghị chép tệp token.pem sang thư mục khóa của mọi máy và vào bản sao khóa cất riêng. "
        "Chỉ chạy lệnh này trên một máy."
    )
    return 0


def _rotate_signing_key(asked: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua.signin import signing_keys

    try:
        kid = signing_keys.rotate(now_at_once=asked.at_once)
    except signing_keys.KeyWaiting as no:
        print(f"motcua: {no.text}", file=sys.stderr)
        return 1
    print(f"Khóa mới {kid}: {'ký từ lúc này' if asked.at_once else 'công bố từ lúc này, ký sau một giờ'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
