"""What the database refused, said to the person in its own Vietnamese sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.apps import apps
from django.db import IntegrityError

from motcua.kernel.refusal import Refusal


class DeskRule(Refusal):
    """A rule of the desk that the database holds. ``details["rule"]`` is its name there."""

    code = "desk_rule"
    status = 409
    message = "{words}"


@contextmanager
def spoken() -> Iterator[None]:
    """Turn a broken rule of this room into a DeskRule. Stands outside the transaction that broke."""
    try:
        yield
    except IntegrityError as broken:
        rule = name_of(broken)
        words = _words().get(rule) or _said(broken)
        if not words:
            raise
        # Without its cause: PostgreSQL puts the whole refused row into it, names included.
        raise DeskRule(rule=rule, words=words) from None


def name_of(error: IntegrityError) -> str:
    """The constraint that said no."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def _said(error: IntegrityError) -> str:
    """A trigger's own sentence (it names no table); what PostgreSQL says by itself is not for people."""
    diagnosis = getattr(error.__cause__, "diag", None)
    sentence = getattr(diagnosis, "message_primary", None) or ""
    if not name_of(error).startswith("desk_") or getattr(diagnosis, "table_name", None):
        return ""
    return sentence if sentence.endswith(".") else f"{sentence}."


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    return {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_app_config("desk").get_models()
        for constraint in model._meta.constraints
        if constraint.name and constraint.violation_error_message
    }
