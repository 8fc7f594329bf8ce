"""`motcua run-training`: an installation of its own, in which nothing of the real one is even named.

What the surroundings say of a real installation (database, keys, gateways, secrets) is not passed on: only where to
listen and where to lie. The rest are the demonstration's own values, and ``config/training.py`` refuses others.
"""

import os
import re
from pathlib import Path
from typing import Final

from motcua.ops import sign_ins, starting, subscribers
from motcua.ops.places import Place

_KEPT: Final = re.compile(
    r"PATH|HOME|USER|LANG|LC_\w+|TZ|TERM|TMPDIR|LD_LIBRARY_PATH|PYTHON\w*|VIRTUAL_ENV|BIND_ADDRESS|PORT|SIM_PORT|"
    r"SIM_MAIL_PORT|PUBLIC_URL|ALLOWED_HOSTS|DESK_NAME|WEB_WORKERS|WEB_THREADS|PROOF_OF_WORK_COST|SIMULATORS"
)
_FOLDER: Final = "tap-huan"
_PORT, _SIM_PORT = "8010", "8011"


def run() -> None:
    """Until Ctrl-C."""
    surround(os.environ)
    starting.run(told)


def surround(environ: "os._Environ[str]") -> None:
    """Leave what is needed, and say that this is for training; below VAR_DIR, in a folder of its own."""
    var_dir = Path(environ.get("VAR_DIR") or "var") / _FOLDER
    for name in [name for name in environ if not _KEPT.fullmatch(name)]:
        del environ[name]
    environ.setdefault("PORT", _PORT)
    environ.setdefault("SIM_PORT", _SIM_PORT)
    environ.pop("SIMULATORS", None)  # the phones are part of it
    environ.update({"VAR_DIR": str(var_dir.absolute()), "TRAINING": "on"})


def told(place: Place, seconds: float) -> None:
    """What the terminal says: whom a trainer signs in as."""
    subscribers.enrol(place)
    trainer = next(each for each in sign_ins.known() if each.role == "Quản trị đơn vị")
    lines = [
        "",
        f"Hệ thống TẬP HUẤN đã sẵn sàng sau {seconds:.1f} giây. Dừng bằng Ctrl-C.",
        "",
        f"  Tập huấn             {place.url}/tap-huan/",
        f"  Mở lớp (giảng viên)  {place.url}/tap-huan/lop/",
        f"  Dữ liệu              {place.var_dir}",
        "",
        f"  Giảng viên mẫu       {trainer.number}  {trainer.password}",
        "",
        "Mọi trang, giấy, tin nhắn và tệp của hệ thống này đều mang dấu TẬP HUẤN.",
    ]
    print("\n".join(lines), flush=True)
