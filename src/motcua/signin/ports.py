"""What this room asks of the outside: to tell a system that a session is over."""

from typing import Protocol


class LogoutNotTaken(Exception):
    """The system did not take the news: down, slow, or at an address that is not to be called. Try again later."""


class LogoutLine(Protocol):
    def tell(self, *, address: str, logout_token: str) -> None:
        """Hand the token over at the registered address (OpenID Connect Back-Channel Logout 1.0, 2.5).

        Follows no redirection, and calls no inner address in production. Raises LogoutNotTaken.
        """
