"""Starts the child process, feeds it, and believes nothing but a short answer in time."""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from select import select
from typing import IO, Any, cast

from motcua.files import reasons
from motcua.files.reasons import CheckingBusy, TooHeavyInside

SECONDS = 20.0
QUEUE_SECONDS = 10.0
AT_ONCE = 4
_LONGEST_ANSWER = 64 * 1024
_ROOT = Path(__file__).resolve().parent.parent.parent
_log = logging.getLogger(__name__)
_places = threading.BoundedSemaphore(AT_ONCE)


def run(
    task: str, kind: str, data: bytes, *, seconds: float = SECONDS, longest: int = _LONGEST_ANSWER
) -> dict[str, Any]:
    """What the child found. Its refusals are raised here; its death, silence or chatter is TooHeavyInside."""
    with _place():
        raw = _answer(task, kind, data, time.monotonic() + seconds, longest)
    try:
        answer = json.loads(raw)
        if "refused" in answer:
            raise reasons.by_code()[answer["refused"]](**answer["details"])
        found: dict[str, Any] = answer["found"]
    except (ValueError, KeyError, TypeError) as failure:
        _log.warning("files.child.no_answer task=%s kind=%s size=%d", task, kind, len(data))
        raise TooHeavyInside from failure
    return found


@contextmanager
def _place() -> Iterator[None]:
    """At most a few children at once, so that a rush of uploads cannot take the machine."""
    if not _places.acquire(timeout=QUEUE_SECONDS):
        raise CheckingBusy
    try:
        yield
    finally:
        _places.release()


def _answer(task: str, kind: str, data: bytes, deadline: float, longest: int) -> bytes:
    child = subprocess.Popen(
        [sys.executable, "-s", "-P", "-m", "motcua.files.child", task, kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    mouth, ear = cast(IO[bytes], child.stdin), cast(IO[bytes], child.stdout)
    try:
        threading.Thread(target=_feed, args=(mouth, data), daemon=True).start()
        return _listen(ear, deadline, longest)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        ear.close()


def _feed(mouth: IO[bytes], data: bytes) -> None:
    with suppress(OSError, ValueError):
        mouth.write(data)
    with suppress(OSError, ValueError):
        mouth.close()


def _listen(ear: IO[bytes], deadline: float, longest: int) -> bytes:
    """All the child says, up to a length and a time."""
    answer = bytearray()
    while len(answer) <= longest:
        left = deadline - time.monotonic()
        if left <= 0 or not select([ear], [], [], left)[0]:
            return b""
        piece = os.read(ear.fileno(), _LONGEST_ANSWER)
        if not piece:
            return bytes(answer)
        answer += piece
    return b""
