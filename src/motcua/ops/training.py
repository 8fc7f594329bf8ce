"""`motcua run-training`: an installation of its own, in which nothing of the real one is even named.

What the surroundings say of a real installation (database, keys, gateways, secrets, its addresses and ports) is not
passed on. The training's own place is said by TRAINING_PORT, TRAINING_PUBLIC_URL and their like; the rest are the
demonstration's own values, and ``config/training.py`` refuses others.
"""

import os
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from motcua.ops import secret_files, sign_ins, starting, subscribers
from motcua.ops.places import CannotStart, Place

_KEPT: Final = re.compile(
    r"PATH|HOME|USER|LANG|LC_\w+|TZ|TERM|TMPDIR|LD_LIBRARY_PATH|PYTHON\w*|VIRTUAL_ENV|BIND_ADDRESS|DESK_NAME|"
    r"WEB_WORKERS|WEB_THREADS|PROOF_OF_WORK_COST"
)
#: Said as TRAINING_…; the real installation's of the same name are dropped.
_OWN: Final = {
    "PORT": "8010",
    "SIM_PORT": "8011",
    "SIM_MAIL_PORT": None,
    "PUBLIC_URL": None,
    "TRUSTED_PROXIES": None,
}
_FOLDER: Final = "tap-huan"
_THIS_MACHINE: Final = "127.0.0.1"
_TRAINER: Final = "giang-vien"


def run() -> None:
    """Until Ctrl-C."""
    surround(os.environ)
    starting.run(told)


def surround(environ: "os._Environ[str]") -> None:
    """Leave what is needed, and say that this is for training; below VAR_DIR, in a folder of its own."""
    var_dir = Path(environ.get("VAR_DIR") or "var") / _FOLDER
    own = {name: environ.get(f"TRAINING_{name}") or usual for name, usual in _OWN.items()}
    host = urlsplit(own["PUBLIC_URL"] or "").hostname
    if host and host == urlsplit(environ.get("PUBLIC_URL") or "").hostname:
        raise CannotStart("TRAINING_PUBLIC_URL phải có tên máy chủ khác với hệ thống thật (PUBLIC_URL).")
    for name in [name for name in environ if not _KEPT.fullmatch(name)]:
        del environ[name]
    environ.update({name: value for name, value in own.items() if value})
    if host:
        environ["ALLOWED_HOSTS"] = f"{host},{_THIS_MACHINE},localhost"
    # Whoever opens the simulators reads everybody's codes: trainees see their own citizen's phone on the task's page.
    environ.update({"VAR_DIR": str(var_dir.absolute()), "TRAINING": "on", "SIM_BIND_ADDRESS": _THIS_MACHINE})


def told(place: Place, seconds: float) -> None:
    """What the terminal says: where a trainer signs in, and the first time as whom."""
    subscribers.enrol(place)
    url = (os.environ.get("PUBLIC_URL") or place.url).rstrip("/")
    lines = [
        "",
        f"Hệ thống TẬP HUẤN đã sẵn sàng sau {seconds:.1f} giây. Dừng bằng Ctrl-C.",
        "",
        f"  Tập huấn             {url}/tap-huan/",
        f"  Mở lớp (giảng viên)  {url}/tap-huan/lop/",
        f"  Dữ liệu              {place.var_dir}",
        "",
        f"  Giảng viên mẫu       {_trainer(place.var_dir)}",
        "",
        "Mọi trang, giấy, tin nhắn và tệp của hệ thống này đều mang dấu TẬP HUẤN.",
    ]
    print("\n".join(lines), flush=True)


def _trainer(var_dir: Path) -> str:
    """Number and password, once; from then on the file that only the keeper of this machine reads."""
    kept = secret_files.path_of(var_dir, _TRAINER)
    if kept.exists():
        return f"số và mật khẩu ở tệp {kept}"
    trainer = next(each for each in sign_ins.known() if each.role == "Quản trị đơn vị")
    words = f"{trainer.number}  {secret_files.training_password(var_dir, trainer.number)}"
    secret_files.keep(var_dir, _TRAINER, words)
    return f"{words}  (chỉ hiện lần này; sau đó đọc ở {kept})"
