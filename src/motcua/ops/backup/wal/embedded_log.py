"""The demonstration's own PostgreSQL keeps its log as a province's does, where BACKUP_ARCHIVE says so."""

import os
import shlex
import stat
import sys
from pathlib import Path
from typing import Final

from motcua.ops import embedded
from motcua.ops.backup.wal import archive
from motcua.ops.backup.wal.archive import Place
from motcua.ops.backup.wal.stamps import StampKey
from motcua.ops.places import CannotStart

#: What the log of one minute holds is what a lost disk may take.
TIMEOUT_SECONDS: Final = 60
_SOURCE: Final = Path(__file__).resolve().parents[4]


def settings(var_dir: Path, data_dir: Path) -> dict[str, str]:
    """Of the server; none where nothing is to be kept. Raises CannotStart for a place that is not there."""
    recipients = [each.strip() for each in os.environ.get("BACKUP_RECIPIENTS", "").split(",") if each.strip()]
    if not os.environ.get(archive.SETTING) or not recipients:
        return {}
    from motcua.kernel.sealing import Keyring

    key = StampKey.of(Keyring.from_directory(Path(os.environ["KEYS_DIR"])).journal_key)
    return of(archive.configured([]), recipients, key, var_dir / "wal-key", data_dir)


def of(
    roots: list[Path], recipients: list[str], key: StampKey, folder: Path, data_dir: Path
) -> dict[str, str]:
    """The places are made ready, the stamp key is laid where the server's account reads it."""
    for root in roots:
        Place.prepared(root.absolute(), key)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key.write(folder / "key")
    embedded.hand_over(data_dir, folder)
    embedded.hand_over(data_dir, *roots, whole=False)
    words = [*_python(), "-m", "motcua.ops.command", "backup", "wal", "--key", str(folder / "key")]
    for root in roots:
        words += ["--to", str(root.absolute())]
    for one in recipients:
        words += ["--recipient", one]
    command = " ".join(shlex.quote(word).replace("%", "%%") for word in words)
    return {
        "archive_mode": "on",
        "archive_timeout": str(TIMEOUT_SECONDS),
        "archive_command": f'{command} "%p"',
    }


def _python() -> list[str]:
    """A Python of this version that the server's account may run: ours, or the machine's with our packages.

    Where we are root ours may lie in root's own folder, which we do not open for anybody. Raises CannotStart.
    """
    packages = [str(_SOURCE), *(path for path in sys.path if path.endswith("-packages"))]
    named = f"python{sys.version_info.major}.{sys.version_info.minor}"
    known = [Path(sys.executable), *(Path(folder) / named for folder in ("/usr/local/bin", "/usr/bin"))]
    for path in known:
        if path.exists() and (os.geteuid() != 0 or _is_open(path.resolve())):
            return ["env", f"PYTHONPATH={os.pathsep.join(packages)}", str(path)]
    raise CannotStart(
        f"PostgreSQL đi kèm không chạy được {sys.executable}, vì tệp ấy nằm trong thư mục riêng của root. Hãy chạy"
        " bằng tài khoản thường, hoặc đặt Python và môi trường ảo ở thư mục ai cũng vào được."
    )


def _is_open(path: Path) -> bool:
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))
