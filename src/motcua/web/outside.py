"""The gateways that the settings name: the web asks ports and does not know who answers."""

from functools import lru_cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from motcua.accounts.ports import SubscriberRegistry
from motcua.desk.ports import AccountRegistry, OwnersVault, PaymentGateway, ResultSigner
from motcua.files.ports import Antivirus
from motcua.outbox.ports import NewsReader


@lru_cache(maxsize=1)
def subscriber_registry() -> SubscriberRegistry:
    """The operators."""
    return cast(SubscriberRegistry, import_string(settings.SUBSCRIBER_REGISTRY)())


@lru_cache(maxsize=1)
def account_registry() -> AccountRegistry:
    """The portal's accounts, as the desk asks for them."""
    return cast(AccountRegistry, import_string(settings.ACCOUNT_REGISTRY)())


@lru_cache(maxsize=1)
def owners_vault() -> OwnersVault:
    """The owners' vaults at the portal."""
    return cast(OwnersVault, import_string(settings.OWNERS_VAULT)())


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
    return cast(PaymentGateway, import_string(settings.PAYMENT_GATEWAY)())
