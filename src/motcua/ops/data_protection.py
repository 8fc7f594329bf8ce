"""`motcua data register`, `motcua erase replay`: the register of purposes as a page; erasures after a restore."""

import sys
from pathlib import Path

from django.db import DatabaseError


def write_register(page: Path) -> int:
    """Between its two marks; 1 when the page has none."""
    from motcua.protection import written

    before = page.read_text(encoding="utf-8")
    if written.BEGINS not in before or written.ENDS not in before:
        print(f"motcua: {page} không có hai dấu của sổ đăng ký.", file=sys.stderr)
        return 1
    page.write_text(written.into(before), encoding="utf-8")
    print(f"Đã viết sổ đăng ký vào {page}.")
    return 0


def erase_again() -> int:
    """0 when everybody in the ledgers is forgotten; 1 when a ledger was touched or the rights do not suffice."""
    from motcua.protection import erasing, ledger

    present = [each for each in ledger.configured() if each.path.exists()]
    for missing in (each for each in ledger.configured() if not each.path.exists()):
        print(f"Chưa có sổ xóa: {missing.path}")
    try:
        done = erasing.replay()
    except ledger.LedgerBroken as broken:
        print(f"motcua: sổ xóa đã bị sửa hoặc hỏng ở {broken}. Không xóa ai.", file=sys.stderr)
        return 1
    except DatabaseError as no:
        print(
            f"motcua: không xóa lại được ({type(no).__name__}). Cần quyền chủ cơ sở dữ liệu.", file=sys.stderr
        )
        return 1
    print(
        f"Sổ xóa: {len(present)} tệp. Xóa lại {done.again} người; đã xóa từ trước {done.already}; "
        f"không có trong cơ sở dữ liệu này {done.unknown}."
    )
    return 0
