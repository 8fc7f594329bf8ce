"""`motcua receipts verify`: are the stored answers still what the portal signed?"""

import sys
import time
from datetime import date

from motcua.desk import receipt_audit


def run(from_day: date | None, to_day: date | None) -> int:
    """0 when every receipt is right; 1 with the first check that is not."""
    began = time.monotonic()
    found = receipt_audit.audit(from_day, to_day, progress=_tell)
    seconds = max(time.monotonic() - began, 0.001)
    print(
        f"Đã đọc {found.read} biên nhận trong {seconds:.1f} giây ({found.read / seconds:.0f} biên nhận/giây)."
    )
    if found.untrue is None:
        print("Mọi biên nhận đúng chữ ký và nội dung của Cổng.")
        return 0
    print(f"Sai ở lần kiểm tra {found.untrue.check}: {found.untrue.reason}.")
    return 1


def _tell(read: int) -> None:
    if read % 20_000 == 0:
        print(f"{read} …", file=sys.stderr, flush=True)
