"""The web process: granian with as many workers as cores, each with several threads (config/web_threads.py)."""

import socket
from pathlib import Path

from motcua.ops import logs

TARGET = "motcua.config.wsgi:application"


def web(address: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from motcua.config import web_threads

    Granian(
        TARGET,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=web_threads.processes(),
        blocking_threads=web_threads.threads(),
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
