"""An answer that takes as long for one number as for another (threats T-08).

A found account costs a few more reads than a number that nobody has. The difference of a millisecond or two
disappears when every answer is given on the next stroke of a slow clock that starts with the question.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

_STROKE = 0.15


@contextmanager
def even_pace() -> Iterator[None]:
    """Ends on a stroke, also when a refusal is raised inside."""
    began = time.monotonic()
    try:
        yield
    finally:
        time.sleep(_STROKE - (time.monotonic() - began) % _STROKE)


def evenly_answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Every answer to what was sent leaves on a stroke, page and all; looking at the form waits for nothing."""

    @wraps(view)
    def paced(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with even_pace():
            return view(request, *args, **kwargs)

    return paced
