"""Work that is done at intervals."""

from collections.abc import Callable

#: (name, work that answers how many items it did, seconds between two rounds)
Chore = tuple[str, Callable[[], int], float]
