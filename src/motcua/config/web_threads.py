"""How many requests the web answers at once: processes, threads of each, and how many of these may wait for others.

Problem: with one thread a process is shut by the first operator, portal or payment service that stalls (threats V-19).
Choice: as many threads as it takes that one sick neighbour holds half of them at most. Price: a connection each.
"""

import os
from typing import Final

from motcua.config import env

MOST_THREADS: Final = 16
#: With fewer, the few that may wait for a neighbour would be crowded while it is well.
LEAST_THREADS: Final = 4
#: Of one machine with up to 16 processes: two of them and their workers stay below PostgreSQL's 200.
_CONNECTIONS: Final = 64


def processes() -> int:
    """``WEB_WORKERS``, or one for each core."""
    return env.at_least("WEB_WORKERS", 0) or _cores()


def threads() -> int:
    """``WEB_THREADS`` of each process, or as many as the machine's share of connections has room for."""
    return env.at_least("WEB_THREADS", 0) or max(
        LEAST_THREADS, min(MOST_THREADS, _CONNECTIONS // processes())
    )


def may_wait() -> int:
    """How many of a process's threads may wait for one neighbour; the others go on."""
    return max(1, threads() // 2)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
