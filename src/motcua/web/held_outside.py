"""After a restore the web asks nobody outside either, until an operator lets things out again (threats DP-23).

A drill with the province's real settings would begin payments, ask operators about people and write into vaults.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from motcua.accounts.ports import SubscriberAnswer, SubscriberRegistry, Verdict
from motcua.desk.ports import Unknown
from motcua.kernel.refusal import Refusal


class NothingLeavesYet(Refusal):
    code = "nothing_leaves_yet"
    status = 503
    message = (
        "Hệ thống vừa được khôi phục và chưa nối lại với các hệ thống khác, nên việc này chưa làm được."
        " Đề nghị ông/bà thử lại sau, hoặc đến bộ phận một cửa."
    )


class _Operators:
    """An outage is no answer, and so is this (threats mistake 20)."""

    def __init__(self, registry: SubscriberRegistry) -> None:
        self._registry = registry

    def ask(self, **question: Any) -> SubscriberAnswer:
        return SubscriberAnswer(Verdict.UNKNOWN) if _is_shut() else self._registry.ask(**question)


class _Unless:
    """Whatever is asked of a gateway is refused while that door is shut."""

    def __init__(self, gateway: object) -> None:
        self._gateway = gateway

    def __getattr__(self, name: str) -> Callable[..., Any]:
        asked: Callable[..., Any] = getattr(self._gateway, name)

        @wraps(asked)
        def careful(*given: Any, **named: Any) -> Any:
            if not _is_shut():
                return asked(*given, **named)
            if name == "check":  # never raises: the desk says that it does not know
                return Unknown("nothing_leaves_yet")
            raise NothingLeavesYet

        return careful


def operators(registry: SubscriberRegistry) -> SubscriberRegistry:
    """The operators, who are asked nothing while that door is shut."""
    return _Operators(registry)


def unless_held(gateway: object) -> object:
    """Any other gateway that reaches another system."""
    return _Unless(gateway)


def _is_shut() -> bool:
    return bool(import_string(settings.OUTSIDE_IS_SHUT)())
