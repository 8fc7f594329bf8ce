"""Every no in the assisted flow leaves a line: whoever tries doors is seen (threats V-31)."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from motcua import journal
from motcua.accounts.models import AssistApplication
from motcua.kernel.authority import Authority
from motcua.kernel.refusal import Refusal

P = ParamSpec("P")
R = TypeVar("R")


def traced(act: Callable[P, R]) -> Callable[P, R]:
    """A refused act is journalled with its code, after its own transaction is gone. Nested acts count once."""

    @wraps(act)
    def doing(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        except Refusal as no:
            if not getattr(no, "is_traced", False):
                _note(no, act.__name__, args, kwargs)
            raise

    return doing


def _note(no: Refusal, act: str, args: tuple[object, ...], kwargs: dict[str, object]) -> None:
    given = [*args, *kwargs.values()]
    officer = next((value for value in given if isinstance(value, Authority)), None)
    application = next((value for value in given if isinstance(value, AssistApplication)), None)
    if officer is None:
        return
    journal.record(
        "accounts.application.refused",
        subject=f"application:{application.pk}" if application else f"officer:{officer.officer_id}",
        actor=officer.subject,
        unit_code=officer.unit_code,
        facts={"code": no.code, "act": act},
    )
    no.is_traced = True  # type: ignore[attr-defined]
