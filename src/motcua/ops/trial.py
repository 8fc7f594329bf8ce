"""A command in the folder of a running trial: it is meant for that trial, and finds the trial's own settings.

Only where nothing in the surroundings names an installation, and only ``make run`` of this folder: nothing of a
production is looked for, and no secret is read but the password that the trial drew for its own database.
"""

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from motcua.ops import embedded, secret_files
from motcua.ops.places import APP_ROLE, DEVELOPMENT

#: Whoever says one of these speaks of another installation.
_NAMED_BY: Final = (
    "DJANGO_SETTINGS_MODULE",
    "DATABASE_URL",
    "DATABASE_URL_FILE",
    "SECRET_KEY",
    "SECRET_KEY_FILE",
    "ALLOWED_HOSTS",
    "PUBLIC_URL",
    "KEYS_DIR",
)
#: Commands that look, or change what the running role may change. Those that make or start a system are not here.
COMMANDS: Final = frozenset({"health", "keys", "receipts", "signing-keys", "systems", "journal", "breach"})
#: Whoever gives one of these by mistake here would believe that the real key is changed, that the real system is
#: stopped or that nobody is affected: only `make motcua` gives them to a trial.
_ASKED_FOR: Final = frozenset({"breach", "rotate", "apart", "begin", "retire", "stop"})
_BY_MAKE: Final = "MOTCUA_TRIAL"
#: A trial of training has marks of its own on whatever it writes; it is not joined.
_OF_TRAINING: Final = "tap-huan"
HINT: Final = (
    " Nếu lệnh này là cho bản chạy thử ở đây, đề nghị chạy “make run” ở cửa sổ khác rồi chạy lại lệnh "
    "bằng “make motcua ARGS=…”."
)


def join(command: str, words: Sequence[str] = ()) -> None:
    """Complete the surroundings for the trial that runs in ``VAR_DIR`` (usual: ``var/``); else change nothing.

    ``words``: of the whole command. Who joins is told so, before anything else.
    """
    if command not in COMMANDS or not is_meant() or not _answers():
        return
    if not _ASKED_FOR.isdisjoint((command, *words)) and os.environ.get(_BY_MAKE) != "on":
        return
    data_dir, var_dir = _data_dir(), _var_dir()
    try:
        password = secret_files.path_of(var_dir, "database-app").read_text(encoding="ascii")
    except OSError:
        return
    print(f"motcua: bản chạy thử ở {var_dir}, không phải hệ thống thật.", file=sys.stderr)
    os.environ["DJANGO_SETTINGS_MODULE"] = DEVELOPMENT
    os.environ["DATABASE_URL"] = embedded.url_of(data_dir, APP_ROLE, password)


def is_meant() -> bool:
    """Whether there is a trial here, running or not, and nothing says that another installation is meant."""
    if any(os.environ.get(said) for said in _NAMED_BY):
        return False
    if _var_dir().name == _OF_TRAINING:
        return False
    try:
        return (_data_dir() / "PG_VERSION").exists() and secret_files.path_of(
            _var_dir(), "database-app"
        ).exists()
    except OSError:  # begun by somebody else
        return False


def _answers() -> bool:
    """Whoever listens would be given a password: in a folder of ours or of whose the data is, in no other."""
    folder = embedded.socket_dir_of(_data_dir())
    try:
        owners = {os.geteuid(), _data_dir().stat().st_uid}
        if folder.is_symlink() or folder.stat().st_uid not in owners:
            return False
    except OSError:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as wire:
        wire.settimeout(2.0)
        try:
            wire.connect(str(folder / ".s.PGSQL.5432"))
        except OSError:
            return False
    return True


def _var_dir() -> Path:
    return Path(os.environ.get("VAR_DIR") or "var").absolute()


def _data_dir() -> Path:
    return _var_dir() / "postgres"
