"""`motcua systems stop`: a connected system is stopped from the machine itself (threats T-29).

For the hour in which no officer can sign in: those of a desk apart come in through the portal only.
"""

import argparse
import sys
from typing import Any

from motcua.ops import starting


def add(verbs: Any) -> None:
    systems = verbs.add_parser("systems", help="hệ thống kết nối")
    what = systems.add_subparsers(required=True, metavar="việc")
    stop = what.add_parser("stop", help="ngừng ngay một hệ thống, khi không cán bộ nào đăng nhập được")
    stop.add_argument("client_id", metavar="MÃ", help="mã hệ thống")
    stop.add_argument("--reason", required=True, help="lý do, từ 5 ký tự, không có tên hay số của ai")
    stop.set_defaults(verb=_stop)


def _stop(asked: argparse.Namespace) -> int:
    starting.set_up_django()
    from motcua.kernel.refusal import NotFound, Refusal
    from motcua.signin import clients

    try:
        stopped = clients.stop_by_command(client_id=asked.client_id, reason=asked.reason)
    except NotFound:
        known = ", ".join(clients.connected_ids()) or "không có hệ thống nào"
        print(f"motcua: không có hệ thống mang mã này. Đang kết nối: {known}.", file=sys.stderr)
        return 1
    except Refusal as no:
        print(f"motcua: {no.text}", file=sys.stderr)
        return 1
    print(
        "Đã ngừng, có tác dụng từ lượt gọi kế tiếp. Muốn kết nối lại: hai cán bộ đăng ký và duyệt như lần đầu."
        if stopped
        else "Hệ thống này vốn không được kết nối; không có gì thay đổi."
    )
    return 0
