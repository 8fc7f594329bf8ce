"""Signs of life, written by the worker: by the database's clock, one statement each, and never in a transaction."""

import os
import re
import socket
import time
from collections.abc import Callable
from functools import wraps
from typing import Final

from django.db import DatabaseError, connection

from motcua.health.models import Kind

#: A worker that said nothing for so long is dead; its row goes after a day.
BEAT_SECONDS: Final = 10.0
FORGOTTEN_AFTER_SECONDS: Final = 86_400
#: What runs every few seconds is written down at most so often, while all is well.
_SELDOM: Final = 30.0
_NO_CODE: Final = re.compile(r"[^A-Za-z0-9_.:-]")
_BEAT: Final = """
INSERT INTO health_pulse AS p (kind, name, at, ok, ok_at, said, done, done_ever, every_seconds, took_seconds)
VALUES (%(kind)s, %(name)s, clock_timestamp(), %(ok)s, CASE WHEN %(ok)s THEN clock_timestamp() END, %(said)s,
        %(done)s, %(done)s, %(every)s, %(took)s)
ON CONFLICT (kind, name) DO UPDATE SET at = excluded.at, ok = excluded.ok,
    ok_at = coalesce(excluded.ok_at, p.ok_at), said = excluded.said, done = excluded.done,
    done_ever = p.done_ever + excluded.done, every_seconds = excluded.every_seconds,
    took_seconds = excluded.took_seconds
"""


def note(
    kind: Kind, name: str, *, ok: bool, said: str = "", done: int = 0, every: float = 0.0, took: float = 0.0
) -> None:
    """The newest word of one part."""
    with connection.cursor() as cursor:
        cursor.execute(
            _BEAT,
            {
                "kind": kind.value,
                "name": name,
                "ok": ok,
                "said": _NO_CODE.sub("_", said)[:80],
                "done": done,
                "every": every,
                "took": took,
            },
        )


def watched(name: str, work: Callable[[], int], every: float) -> Callable[[], int]:
    """``work``, and a line about how it went; what it raises is raised."""
    written_at, unwritten = -_SELDOM, 0

    @wraps(work)
    def run() -> int:
        nonlocal written_at, unwritten
        begun = time.monotonic()
        try:
            done = work()
        except DatabaseError:
            # Nothing can be written down where nothing can be reached; the age of the line says it.
            raise
        except Exception as broken:
            note(
                Kind.JOB,
                name,
                ok=False,
                said=type(broken).__name__,
                every=every,
                took=time.monotonic() - begun,
            )
            written_at = -_SELDOM
            raise
        unwritten += done
        now = time.monotonic()
        if now - written_at >= _SELDOM or every >= _SELDOM:
            note(Kind.JOB, name, ok=True, done=unwritten, every=every, took=now - begun)
            written_at, unwritten = now, 0
        return done

    return run


def alive() -> int:
    """This worker is here; and workers of days ago are forgotten."""
    note(Kind.WORKER, this_process(), ok=True, every=BEAT_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM health_pulse WHERE kind = 'WORKER'"
            " AND at < clock_timestamp() - make_interval(secs => %s)",
            [FORGOTTEN_AFTER_SECONDS],
        )
        return 0


def gone() -> None:
    """A worker that stops in order leaves no line behind that looks like a dead one."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM health_pulse WHERE kind = 'WORKER' AND name = %s", [this_process()])


def this_process() -> str:
    return f"{_NO_CODE.sub('_', socket.gethostname())[:80]}:{os.getpid()}"
