"""Keeps child processes running, and ends all of them when told to stop."""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from motcua.ops.processes import die_with_parent

_log = logging.getLogger("motcua.supervision")
_LOOK_EVERY = 0.1
_PATIENCE = 5.0  # for the children together; the database has the rest of the ten seconds
_LONGEST_WAIT = 10.0
_HEALTHY_AFTER = 30.0


@dataclass(slots=True)
class Child:
    """One role. A role that dies at once is started again later and later, never given up."""

    role: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    start_at: float = 0.0
    failures: int = field(default=0)

    def start(self) -> None:
        self.started_at = time.monotonic()
        # A session of its own: Ctrl-C reaches the supervisor only, which ends the children in order.
        self.process = subprocess.Popen(
            list(self.command),
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )

    def look_after(self) -> None:
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
            return
        if self.process.poll() is None:
            return
        self.failures = 1 if now - self.started_at > _HEALTHY_AFTER else self.failures + 1
        wait = min(_LONGEST_WAIT, 0.25 * 2**self.failures)
        _log.warning(
            "child ended", extra={"child": self.role, "code": self.process.returncode, "seconds": wait}
        )
        self._kill_group(signal.SIGKILL)
        self.process = None
        self.start_at = now + wait

    def end(self, how: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)

    def is_over(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _kill_group(self, how: int) -> None:
        """What the child itself had started and left behind."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, how)

    def kill(self) -> None:
        self._kill_group(signal.SIGKILL)
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(2)


class Stop:
    """Set by Ctrl-C, SIGTERM or a closed terminal; from the first of them on, the others change nothing."""

    def __init__(self) -> None:
        self.asked = False
        self.since = time.monotonic()  # when this run began
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True


def supervise(
    children: Sequence[Child],
    stop: Stop,
    *,
    once_started: Callable[[], bool],
    each_look: Callable[[], None] = lambda: None,
) -> None:
    """Until ``stop``. ``once_started`` is called after each look until it answers True."""
    told = False
    try:
        while not stop.asked:
            for child in children:
                child.look_after()
            each_look()
            told = told or once_started()
            time.sleep(_LOOK_EVERY)
    finally:
        end_all(children)


def end_all(children: Sequence[Child]) -> None:
    for child in children:
        child.end(signal.SIGTERM)
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and not all(child.is_over() for child in children):
        time.sleep(0.05)
    for child in children:
        child.kill()


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "motcua.ops.cli", *words]
