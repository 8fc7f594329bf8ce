"""Signing in at the portal, as a desk asks for it: away to the portal, and back with who it is (SPEC 13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from motcua.kernel.refusal import Refusal


class PortalSilent(Refusal):
    code = "portal_sign_in_unavailable"
    status = 503
    message = (
        "Cổng Dịch vụ công quốc gia chưa trả lời nên chưa đăng nhập được. Đề nghị ông/bà thử lại sau ít phút."
    )


class SignInNotFinished(Refusal):
    """The person said no at the portal, or has nothing there that could answer."""

    code = "portal_sign_in_not_finished"
    status = 403
    message = "Ông/bà chưa hoàn tất đăng nhập tại Cổng. Đề nghị bấm “Đăng nhập” để làm lại nếu muốn tiếp tục."


class SignInNotGenuine(Refusal):
    """What came back does not belong to what was begun here; the person begins again."""

    code = "portal_sign_in_not_genuine"
    status = 400
    message = (
        "Lượt đăng nhập này không khớp với lượt đã bắt đầu ở trình duyệt này, hoặc đã quá 30 phút. "
        "Đề nghị ông/bà bấm “Đăng nhập” để làm lại."
    )


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where the browser goes, and what this browser (and no other) brings back: a cookie, unreadable outside."""

    address: str
    kept: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """``access_token`` is good at the portal's API for this person, for ten minutes at most."""

    access_token: str = field(repr=False)
    expires_in: int
    id_token: str = field(repr=False)
    refresh_token: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in. ``subject`` is the person's opaque id at this desk, the same as in receipts and posts."""

    subject: str
    sid: str
    acr: str
    amr: tuple[str, ...]
    name: str = field(repr=False)
    #: Signed in at the portal as an officer; how strongly, ``amr`` says.
    as_officer: bool
    #: The account is an organisation's.
    organisation: bool
    #: Of whoever acts for one: the codes of the procedures their mandate is for; none: every one.
    mandate_scope: tuple[str, ...]
    signed_in_at: int
    tokens: Tokens = field(repr=False)
    #: The address of this desk where the person wanted to go.
    next: str = ""


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """The portal says that the session ``sid`` is over. ``jti``: heard before, if it was kept until ``expires_at``."""

    subject: str
    sid: str
    jti: str
    expires_at: int


class PortalSignIn(Protocol):
    """The way to the portal and back."""

    def begin(
        self, next_address: str, *, again: bool = False, silent: bool = False, strong: bool = False
    ) -> Beginning:
        """``again``: the person types the password whatever session there is. ``silent``: no page is shown.

        ``strong``: with two factors; whoever has no second one yet enrols it at the portal.

        Raises PortalSilent.
        """

    def finish(self, came: Mapping[str, Sequence[str]], kept: str) -> SignedIn:
        """What the browser came back with, and what it had kept.

        Raises SignInNotFinished, SignInNotGenuine, PortalSilent.
        """

    def wanted(self, kept: str) -> str:
        """Where the person wanted to go, as the browser had kept it; empty where it says nothing that is ours."""

    def renewed(self, refresh_token: str) -> Tokens:
        """Other tokens for a refresh token, which is used up. Raises SignInNotGenuine when it is over, PortalSilent."""

    def leaving(self, id_token: str, *, back_to: str = "") -> str:
        """The portal's address that ends the session there too. Raises PortalSilent."""

    def heard(self, logout_token: str) -> LoggedOut:
        """News of the portal that a session is over. Raises SignInNotGenuine, PortalSilent."""


__all__ = [
    "Beginning",
    "LoggedOut",
    "PortalSignIn",
    "PortalSilent",
    "SignInNotFinished",
    "SignInNotGenuine",
    "SignedIn",
    "Tokens",
]
