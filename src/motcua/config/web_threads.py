"""How many requests the web answers at once: processes, threads of each, and how many of these may wait for others.

Problem: with one thread a process is shut by the first operator, portal or payment service that stalls (threats V-19);
with 16 the ten times peak is not carried (docs/performance.md). Choice: one by default, ``WEB_THREADS`` says otherwise,
and of several one sick neighbour holds half at most. Price: a connection each.
"""

import os
from typing import Final

from motcua.config import env

#: Places at a neighbour for who serves no requests, as the worker.
MOST_THREADS: Final = 16


def processes() -> int:
    """``WEB_WORKERS``, or one for each core."""
    return env.at_least("WEB_WORKERS", 0) or _cores()


def threads() -> int:
    """``WEB_THREADS`` of each process; one when nothing is said."""
    return env.at_least("WEB_THREADS", 0) or 1


def may_wait() -> int:
    """How many of a process's threads may wait for one neighbour; the others go on."""
    return max(1, threads() // 2)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
