"""What a register of 100,000 lines costs as an Excel file: time of the processor and the peak of memory.

The lines are made here, one by one as the database's cursor gives them; a process of its own, so that its peak is
this work's. ``python -m bench.register`` prints both numbers.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bench.report import Aim, Figure

if TYPE_CHECKING:
    from motcua.desk.register import Line

_LINES: Final = 100_000
_AIM_MB: Final = 200


def figures() -> list[Figure]:
    """Two lines: how long, and how much memory at most."""
    said = subprocess.run(
        [sys.executable, "-m", "bench.register"], check=True, capture_output=True, text=True
    ).stdout
    seconds, megabytes = json.loads(said.splitlines()[-1])
    what = f"register as Excel, {_LINES:,} lines"
    return [
        Figure(f"{what}, CPU", seconds, "s"),
        Figure(f"{what}, peak memory", megabytes, "MB", Aim(_AIM_MB)),
    ]


def _lines() -> Iterator["Line"]:
    from motcua.desk.register import Line

    for nth in range(_LINES):
        yield Line(
            code=f"000.00.06.H08-261123-{nth % 10_000:04d}",
            procedure="Cấp bản sao văn bằng, chứng chỉ từ sổ gốc",
            owner=f"Nguyễn Thị Mẫu {nth}",
            address=f"Thôn {nth}, xã Cát Hưng, huyện Phù Cát",
            phone="09*****012",
            unit="Sở Giáo dục và Đào tạo",
            received="23/11/2026 09:27",
            due="25/11/2026 16:05",
            returned="25/11/2026 15:30",
            how="Nhận tại bộ phận một cửa",
            taker=f"Nguyễn Thị Mẫu {nth}",
            note="Đã trả kết quả",
        )


def _measure() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    import django

    django.setup()
    from motcua.web.counter import registering

    begun = time.process_time()
    registering.workbook(_lines()).close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([time.process_time() - begun, peak]))


if __name__ == "__main__":
    _measure()
