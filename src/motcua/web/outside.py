"""The gateways that the settings name: the web asks ports and does not know who answers.

Those that reach another system refuse while a restore holds everything back (``held_outside``).
"""

from functools import lru_cache
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from motcua.accounts.ports import ProcedureCatalogue, SubscriberRegistry
from motcua.accounts.vneid_port import VneidSignIn
from motcua.desk.ports import AccountRegistry, OwnersVault, PaymentGateway, ResultSigner
from motcua.desk.ports_reveals import OwnerReveals
from motcua.desk.signing_in_port import PortalSignIn
from motcua.files.ports import Antivirus
from motcua.kernel.visitor import Visitor
from motcua.outbox.ports import NewsReader
from motcua.web import held_outside


def _reaching(name: str) -> object:
    """A gateway that says of itself that it is at home asks nobody outside, so nothing holds it back."""
    gateway: object = import_string(name)()
    return gateway if getattr(gateway, "at_home", False) is True else held_outside.unless_held(gateway)


class Sessions(Protocol):
    """Who is signed in here: by their own account, or let in by the portal."""

    def visitor_of(self, token: str) -> Visitor | None: ...

    def end(self, visitor: Visitor) -> None: ...

    def move_to_unit(self, visitor: Visitor, unit_code: str) -> str:
        """Another token for the same session."""


@lru_cache(maxsize=1)
def sessions() -> Sessions:
    """The room that keeps the sessions of this installation."""
    return cast(Sessions, import_module(settings.SESSIONS))


@lru_cache(maxsize=1)
def subscriber_registry() -> SubscriberRegistry:
    """The operators."""
    return held_outside.operators(cast(SubscriberRegistry, import_string(settings.SUBSCRIBER_REGISTRY)()))


@lru_cache(maxsize=1)
def procedure_catalogue() -> ProcedureCatalogue:
    """Which procedures there are, where a desk is at home."""
    return cast(ProcedureCatalogue, import_string(settings.PROCEDURE_CATALOGUE)())


@lru_cache(maxsize=1)
def account_registry() -> AccountRegistry:
    """The portal's accounts, as the desk asks for them."""
    return cast(AccountRegistry, _reaching(settings.ACCOUNT_REGISTRY))


@lru_cache(maxsize=1)
def portal_sign_in() -> PortalSignIn:
    """The way to a portal that is elsewhere, and back."""
    return cast(PortalSignIn, import_string(settings.PORTAL_SIGN_IN)())


@lru_cache(maxsize=1)
def vneid_sign_in() -> VneidSignIn:
    """The way to VNeID, and back."""
    return cast(VneidSignIn, _reaching(settings.VNEID_SIGN_IN))


@lru_cache(maxsize=1)
def owner_reveals() -> OwnerReveals:
    """The portal's whole numbers and phones, for an officer with a reason."""
    return cast(OwnerReveals, _reaching(settings.OWNER_REVEALS))


@lru_cache(maxsize=1)
def owners_vault() -> OwnersVault:
    """The owners' vaults at the portal."""
    return cast(OwnersVault, _reaching(settings.OWNERS_VAULT))


@lru_cache(maxsize=1)
def antivirus() -> Antivirus:
    """The scanner of uploads."""
    return cast(Antivirus, import_string(settings.ANTIVIRUS)())


@lru_cache(maxsize=1)
def result_signer() -> "ResultSigner":
    """The keys with which leaders sign results."""
    return cast("ResultSigner", import_string(settings.RESULT_SIGNER)())


@lru_cache(maxsize=8)
def sms_news_reader(provider: str) -> NewsReader:
    """Who reads what this SMS provider calls back with. Raises NotFound."""
    return cast(NewsReader, import_string(settings.SMS_NEWS_READER)(provider))


@lru_cache(maxsize=1)
def payment_gateway() -> PaymentGateway:
    """The system where people pay on-line."""
    return cast(PaymentGateway, _reaching(settings.PAYMENT_GATEWAY))
