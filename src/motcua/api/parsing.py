"""JSON as it is meant: each name once, text that is text, numbers that are numbers (threats, section 6 number 20)."""

import json
import re
from typing import Any, Final, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from motcua.api.problems import RequestUnreadable

_DEEPEST: Final = 20
_UNCLEAN: Final = re.compile("[\x00\ud800-\udfff]")


class StrictParser(Parser):
    """What Ninja reads bodies with."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        try:
            text = request.body.decode("utf-8")
            read = _JSON.decode(text)
        except (ValueError, RecursionError):
            raise RequestUnreadable from None
        if not isinstance(read, dict) or not (_is_plainly_clean(text) or is_clean(read)):
            raise RequestUnreadable
        return read


def _is_plainly_clean(text: str) -> bool:
    """Of JSON that was read: what is unclean in a text was escaped, and what is too deep has many brackets."""
    return "\\u" not in text and text.count("{") + text.count("[") <= _DEEPEST


def is_clean(value: object, depth: int = 0) -> bool:
    """No NUL and no half of a surrogate pair anywhere, and not nested without end."""
    if depth > _DEEPEST:
        return False
    if isinstance(value, str):
        return not _UNCLEAN.search(value)
    if isinstance(value, dict):
        return all(is_clean(name) and is_clean(held, depth + 1) for name, held in value.items())
    if isinstance(value, list):
        return all(is_clean(held, depth + 1) for held in value)
    return True


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name stands twice")
    return value


def _no_constant(word: str) -> NoReturn:
    raise ValueError("no number")


_JSON: Final = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_no_constant)
