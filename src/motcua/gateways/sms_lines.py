"""The lines that the settings name, ready to carry."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from motcua.gateways.sms_news import SignedNews
from motcua.kernel.refusal import NotFound
from motcua.kernel.sms_provider import SmsProvider
from motcua.outbox.lines import Line
from motcua.outbox.ports import NewsReader


def configured() -> tuple[Line, ...]:
    """One line per provider. Raises at once, and names what is wrong, where one cannot carry our texts."""
    return tuple(_line(provider) for provider in settings.SMS_PROVIDERS)


def _line(provider: SmsProvider) -> Line:
    kind: Any = import_string(provider.gateway)
    return Line(
        code=provider.code,
        gateway=kind.of(provider),
        weight=provider.weight,
        receipts=provider.receipts,
        repeatable=kind.repeatable,
        prices=provider.prices,
    )


@lru_cache(maxsize=8)
def news_reader(code: str) -> NewsReader:
    """Who reads what this provider calls back with. Raises NotFound for one that does not."""
    for provider in settings.SMS_PROVIDERS:
        if provider.code == code and provider.callback_secrets:
            return SignedNews(provider.callback_secrets)
    raise NotFound
