"""Says on a view of this room who may enter; the house test reads it."""

from collections.abc import Callable
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


def anyone(view: View) -> View:
    """Open to everybody. The same mark as on the pages of ``web``, which is a neighbour and not imported."""
    view.access = "anyone"  # type: ignore[attr-defined]
    return view
