"""What a desk apart asks of the portal about its own officers: their sign-in is there."""

from typing import Protocol


class ResetRefused(Exception):
    """The portal answered no, and will not answer otherwise; ``why`` is its own word."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class OfficerResets(Protocol):
    """The portal's second step, for officers of this desk."""

    def reset(
        self, *, subject: str, asked_by: str, approved_by: str, unit_code: str, reason: str, key: str
    ) -> None:
        """What the officer enrolled counts no more, sessions end, the officer is told; once per key.

        Raises ResetRefused, PortalUnavailable.
        """
        ...
