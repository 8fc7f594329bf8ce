"""An answer that takes as long for one number as for another (threats T-08).

A found account costs a few more reads than a number that nobody has. The difference of a millisecond or two
disappears when every answer is given on the next stroke of a slow clock that starts with the question.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

_STROKE = 0.15


@contextmanager
def even_pace() -> Iterator[None]:
    """Ends on a stroke, also when a refusal is raised inside."""
    began = time.monotonic()
    try:
        yield
    finally:
        time.sleep(_STROKE - (time.monotonic() - began) % _STROKE)
