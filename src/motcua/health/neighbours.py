"""Who is next door, and asking each once: is somebody there? Nobody is told anything by it."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Final

from motcua.health import beating
from motcua.health.models import Kind

log = logging.getLogger(__name__)

#: One round over all of them.
EVERY: Final = 30.0
#: Knocks at one neighbour's door; raises OSError when nobody is there.
Knock = Callable[[], None]
#: Told in the log from the second silence in a row on, once: at a start the others are only just coming up.
_TOLD_AT: Final = 2
_silences: dict[str, int] = {}


def ask_all(knocks: Mapping[str, Knock]) -> int:
    """Called with no transaction open. How many do not answer."""
    silent = 0
    for neighbour, knock in knocks.items():
        begun = time.monotonic()
        try:
            knock()
        except OSError as failure:
            silent += 1
            said = type(failure).__name__
            _silences[neighbour] = _silences.get(neighbour, 0) + 1
            tell = log.warning if _silences[neighbour] == _TOLD_AT else log.info
            tell("health.neighbour_silent", extra={"code": neighbour, "reason": said})
            beating.note(
                Kind.NEIGHBOUR, neighbour, ok=False, said=said, every=EVERY, took=time.monotonic() - begun
            )
        else:
            _silences.pop(neighbour, None)
            beating.note(Kind.NEIGHBOUR, neighbour, ok=True, every=EVERY, took=time.monotonic() - begun)
    return silent
