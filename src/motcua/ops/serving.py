"""The web process: granian with as many workers as cores, each answering one request at a time."""

import os
import socket
from pathlib import Path

from motcua.ops import logs

TARGET = "motcua.config.wsgi:application"


def cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def web(address: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        TARGET,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=int(os.environ.get("WEB_WORKERS", "0")) or cores(),
        blocking_threads=int(os.environ.get("WEB_THREADS", "1")),
        backlog=2048,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=3,
        log_level=LogLevels.warning,
        log_dictconfig=logs.for_server("_granian"),
        websockets=False,
    ).serve()


def is_free(address: str, port: int) -> bool:
    """Asked beforehand: granian shares a port (SO_REUSEPORT), so two systems would answer in turn."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as asked:
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asked.bind((address, port))
        except OSError:
            return False
    return True


def clear_metrics(place: Path) -> None:
    """The counts of processes that are gone."""
    place.mkdir(parents=True, exist_ok=True)
    for left in place.glob("*.db"):
        left.unlink(missing_ok=True)
