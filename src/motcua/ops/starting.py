"""What has to be there before the first page: a place for data, keys, a database, the sample world."""

import fcntl
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from motcua.ops import announcing, embedded, logs, secret_files, serving, supervision
from motcua.ops.backup.wal import embedded_log
from motcua.ops.places import APP_ROLE, DEVELOPMENT, PRODUCTION, CannotStart, Place, read_settings, settle
from motcua.ops.processes import die_with_parent
from motcua.ops.supervision import Child, Stop, command

_NOT_YET: Final = "Hệ thống chưa sẵn sàng, vẫn đang đợi. Lần chạy đầu trên máy chậm có thể mất vài phút."
_READY_WITHIN = 90.0
_PRODUCTION = ("web", "worker")
_DEMONSTRATION = ("web", "worker", "simulators")
#: Where another installation on this machine runs the simulators.
_BESIDE_ANOTHER = ("web", "worker")
Teller = Callable[[Place, float], None]


def run(told: "Teller | None" = None) -> None:
    """Everything on one machine, with the sample world, until Ctrl-C; ``told`` says so in other words."""
    place = settle(DEVELOPMENT)
    logs.to_stderr()
    stop = Stop()
    alone = os.environ.get("SIMULATORS", "on") != "off"
    _refuse_taken_ports(place.address, place.port)
    _refuse_taken_ports(place.sim_address, *((place.sim_port, place.mail_port) if alone else ()))
    prepare_folders(place.var_dir)
    held = _hold(place.var_dir)
    make_keys()
    database = None
    try:
        database = _database(place.var_dir)
        environment = dict(os.environ)
        if database is not None:
            app_password = secret_files.drawn(place.var_dir, "database-app")
            _prepare(stop, {"DATABASE_URL": database.url, "MOTCUA_APP_PASSWORD": app_password})
            # Only the owner appoints without a second administrator, as each new course of a training world needs.
            training = os.environ.get("TRAINING") == "on"
            environment["DATABASE_URL"] = (
                database.url if training else database.url_for(APP_ROLE, app_password)
            )
        else:
            _prepare(stop, {})
        environment.setdefault("SMS_CALLBACK_BASE", f"{place.url}/tin-nhan/bao-phat/")
        if not stop.asked:
            look_after = database.look_after if database else _nothing
            roles, usual = (
                (_DEMONSTRATION, announcing.everything) if alone else (_BESIDE_ANOTHER, announcing.address)
            )
            _serve(place, stop, environment, roles, told or usual, look_after)
    finally:
        if database is not None:
            database.stop(patience=3.0)
        held.close()


def serve() -> None:
    """Web and worker only, on a database that is migrated already."""
    place = settle(PRODUCTION)
    logs.to_stderr()
    stop = Stop()
    _refuse_taken_ports(place.address, place.port)
    prepare_folders(place.var_dir)
    given = os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE")
    if not given:
        raise CannotStart("Thiếu biến môi trường DATABASE_URL hoặc DATABASE_URL_FILE.")
    read_settings()
    _serve(place, stop, dict(os.environ), _PRODUCTION, announcing.address, _nothing)


def prepare_folders(var_dir: Path) -> None:
    var_dir.mkdir(parents=True, exist_ok=True)
    (var_dir / "static").mkdir(exist_ok=True)
    for name in ("files", "secrets"):
        (var_dir / name).mkdir(mode=0o700, exist_ok=True)


def _hold(var_dir: Path) -> IO[bytes]:
    """One run at a time over the same data; the kernel lets go when the process ends, however it ends."""
    lock = (var_dir / ".running").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise CannotStart(
            f"Dữ liệu ở {var_dir} đang được một lần chạy khác dùng; hãy dừng lần chạy đó trước."
        ) from None
    return lock


def set_up_django(module: str = PRODUCTION) -> Place:
    """Settings and rooms, for a command that works with the database."""
    place = settle(module)
    prepare_folders(place.var_dir)
    import django

    django.setup()
    return place


def give_rights() -> int:
    """To the running system's role; how many tables. Its password is set when one is given."""
    from motcua.config import env
    from motcua.ops import grants, half_restored

    half_restored.refuse()

    has_password = "MOTCUA_APP_PASSWORD" in os.environ or "MOTCUA_APP_PASSWORD_FILE" in os.environ
    return grants.give(env.first_line("MOTCUA_APP_PASSWORD") if has_password else None)


def make_keys() -> None:
    from motcua.kernel.sealing import Keyring

    Keyring.generate(Path(os.environ["KEYS_DIR"]))


def _refuse_taken_ports(address: str, *ports: int) -> None:
    for port in ports:
        if not serving.is_free(address, port):
            raise CannotStart(
                f"Cổng {port} đang được chương trình khác dùng; hãy dừng chương trình đó"
                " hoặc đặt PORT, SIM_PORT, SIM_MAIL_PORT khác rồi chạy lại."
            )


def _database(var_dir: Path) -> embedded.Embedded | None:
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        return None
    data_dir, secret = var_dir / "postgres", secret_files.drawn(var_dir, "database-owner")
    return embedded.start(data_dir, password=secret, settings=embedded_log.settings(var_dir, data_dir))


def _prepare(stop: Stop, extra: dict[str, str]) -> None:
    """As the owner, in a process of its own: the supervisor stays small and knows no Django."""
    child = subprocess.Popen(
        command("prepare"),
        env={**os.environ, **extra},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent(),
    )
    while child.poll() is None:
        if stop.asked:
            child.terminate()
            child.wait(5)
            return
        time.sleep(0.05)
    if child.returncode and not stop.asked:
        raise CannotStart("Chuẩn bị cơ sở dữ liệu không thành công; xem thông báo ở trên.")


def _nothing() -> None:
    """When the database is looked after by others."""


def _serve(
    place: Place,
    stop: Stop,
    environment: dict[str, str],
    roles: tuple[str, ...],
    told: Teller,
    each_look: Callable[[], None],
) -> None:
    metrics_dir = place.var_dir / "metrics"
    serving.clear_metrics(metrics_dir)
    environment["PROMETHEUS_MULTIPROC_DIR"] = str(metrics_dir)
    children = [Child(role, command(role), {**environment, "MOTCUA_ROLE": role}) for role in roles]

    warned = False

    def once_started() -> bool:
        nonlocal warned
        if answers(place):
            told(place, time.monotonic() - stop.since)
            return True
        if not warned and time.monotonic() - stop.since > _READY_WITHIN:
            print(
                "Hệ thống chưa sẵn sàng, vẫn đang đợi. Lần chạy đầu trên máy chậm có thể mất vài phút.",
                file=sys.stderr,
                flush=True,
            )
            warned = True
        return False

    supervision.supervise(children, stop, once_started=once_started, each_look=each_look)


def _as_asked() -> dict[str, str]:
    """A node that listens on an inner address answers to its public name only."""
    first = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip()
    return {"Host": first} if first else {}


def answers(place: Place) -> bool:
    line = http.client.HTTPConnection(place.address, place.port, timeout=2)
    try:
        line.request("GET", "/readyz", headers=_as_asked())
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
