"""What just happened, for the top of the next page (base/messages.html)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """For the top of the page."""

    kind: str
    title: str
    text: str
