"""Which errands the worker knows, and the chores it does at intervals. Each room adds its line."""

from collections.abc import Callable, Iterator

from motcua.outbox.errands import Handler

Chore = tuple[str, Callable[[], int], float]


def handlers() -> dict[str, Handler]:
    """Kind of errand → who does it. A handler makes its own second call harmless (outbox/errands.py)."""
    return {}


def chores() -> Iterator[Chore]:
    """(name, work that answers how many items it did, seconds between two rounds)."""
    yield from ()
