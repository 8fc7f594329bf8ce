"""A PostgreSQL and web processes of the bench's own, in a place that is gone afterwards. Production settings."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from motcua.ops import embedded
from motcua.ops.places import APP_ROLE
from motcua.ops.processes import die_with_parent

SOURCE = Path(__file__).resolve().parent.parent
_APP_PASSWORD = "do-toc-do"
_SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "bench.settings",
    "SECRET_KEY": "do-toc-do",
    "ALLOWED_HOSTS": "127.0.0.1",
    "PUBLIC_URL": "https://127.0.0.1",
    "SMS_URL": "http://127.0.0.1:9/",
    "SMS_SECRET": "do",
    "OPERATORS_URL": "http://127.0.0.1:9/",
    "OPERATORS_SECRET": "do",
    "SIGNING_PASSWORD": "do",
    "PAYMENT_URL": "http://127.0.0.1:9/",
    "PAYMENT_SECRET": "do",
    "PAYMENT_CALLBACK_SECRET": "do",
    "METRICS_TOKEN": "do",
    "DESK_ID": "binh-dinh",
    "ANTIVIRUS": "motcua.gateways.antivirus_none.NotConfigured",
}


@dataclass
class Ground:
    """A database with every migration, and what its web processes are told."""

    database: embedded.Embedded
    var_dir: Path

    @property
    def database_pids(self) -> list[int]:
        return [self.database.process.pid]

    @property
    def app_url(self) -> str:
        return self.database.url_for(APP_ROLE, _APP_PASSWORD)

    @contextmanager
    def web(self, told: Mapping[str, str] | None = None) -> Iterator[tuple[int, int]]:
        """The real web process, with other settings if it is ``told`` so; its port and pid."""
        command = [sys.executable, "-m", "motcua.ops.cli", "web"]
        with self._serving(command, "/healthz", 200, told) as served:
            yield served

    @contextmanager
    def worker(self, told: Mapping[str, str]) -> Iterator[int]:
        """The real worker; its pid."""
        with self._running([sys.executable, "-m", "motcua.ops.cli", "worker"], "worker", told) as (
            process,
            _,
        ):
            yield process.pid

    @contextmanager
    def bare(self) -> Iterator[tuple[int, int]]:
        """The bare handlers of ``bench.bare`` under the same server with the same settings."""
        with self._serving([sys.executable, "-m", "bench.bare"], "/hello", 200) as served:
            yield served

    @contextmanager
    def _serving(
        self, command: Sequence[str], address: str, status: int, told: Mapping[str, str] | None = None
    ) -> Iterator[tuple[int, int]]:
        port = _free_port()
        with self._running(command, str(port), {"PORT": str(port), **(told or {})}) as (process, log):
            _wait(process, port, address, status, log)
            yield port, process.pid

    @contextmanager
    def _running(
        self, command: Sequence[str], called: str, told: Mapping[str, str]
    ) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
        """One process and its log; it has ended afterwards."""
        metrics = self.var_dir / f"metrics-{called}"
        metrics.mkdir(exist_ok=True)
        log = (self.var_dir / f"{called}.log").open("ab")
        process = subprocess.Popen(
            list(command),
            cwd=SOURCE,
            env={
                **os.environ,
                "DATABASE_URL": self.app_url,
                "PYTHONPATH": f"{SOURCE / 'src'}{os.pathsep}{SOURCE}",
                "PROMETHEUS_MULTIPROC_DIR": str(metrics),
                **told,
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent(),
        )
        try:
            yield process, Path(log.name)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            log.close()


def told(var_dir: Path) -> dict[str, str]:
    """What production asks for beside the database: nothing of it leads anywhere."""
    return _SETTINGS | {
        "VAR_DIR": str(var_dir),
        "KEYS_DIR": str(var_dir / "keys"),
        "SIGNING_KEYS_DIR": str(var_dir / "signing"),
        "SIGNING_TRUST": str(var_dir / "signing" / "trust.pem"),
    }


@contextmanager
def laid(more: Callable[[Path], dict[str, str]] | None = None) -> Iterator[Ground]:
    """Database, keys, migrations, rights and static files; Django of this process is set up on it as owner.

    ``more``: settings of the server, asked for when the keys are there.
    """
    place = Path(tempfile.mkdtemp(prefix="motcua-bench-"))
    place.chmod(0o711)
    var_dir = place / "var"
    var_dir.mkdir()
    os.environ.update(told(var_dir))
    settings = _with_keys(more, var_dir) if more else None
    database = embedded.start(var_dir / "postgres", password="do-toc-do-chu", settings=settings)
    os.environ.update(DATABASE_URL=database.url, MOTCUA_APP_PASSWORD=_APP_PASSWORD)
    try:
        _prepare(var_dir)
        yield Ground(database, var_dir)
    finally:
        database.stop()
        shutil.rmtree(place, ignore_errors=True)


def _with_keys(more: Callable[[Path], dict[str, str]], var_dir: Path) -> dict[str, str]:
    from motcua.ops import starting

    starting.make_keys()
    return more(var_dir)


def _prepare(var_dir: Path) -> None:
    from motcua.ops import starting

    starting.prepare_folders(var_dir)
    starting.make_keys()
    import django

    django.setup()
    from django.core.management import call_command

    from motcua.ops import grants

    call_command("migrate", interactive=False, verbosity=0)
    grants.give(_APP_PASSWORD)
    call_command("collectstatic", interactive=False, verbosity=0)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def _wait(process: "subprocess.Popen[bytes]", port: int, address: str, status: int, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            line.request("GET", address, headers={"X-Forwarded-Proto": "https"})
            if line.getresponse().status == status:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            line.close()
    raise RuntimeError("the server did not answer:\n" + log.read_text(errors="replace")[-3000:])
