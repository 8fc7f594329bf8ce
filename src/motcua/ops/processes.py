"""Children that never outlive the process that started them."""

import ctypes
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def die_with_parent(with_signal: int = signal.SIGTERM) -> Callable[[], None]:
    """A ``preexec_fn``: the kernel sends the signal when the starting thread ends, even by kill -9.

    Linux only; elsewhere the supervisor's own stopping is all there is.
    """
    if not sys.platform.startswith("linux"):
        return lambda: None
    libc = ctypes.CDLL(None, use_errno=True)

    def set_it() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, with_signal, 0, 0, 0)

    return set_it
