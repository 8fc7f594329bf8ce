"""Write one line into the journal: what happened, to what, by whom; never a person's name or number."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import connection

MAX_LENGTH: Final = 200

_EVENT: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){1,3}")
_SUBJECT: Final = re.compile(r"[a-z][a-z0-9_]*:[A-Za-z0-9_.:-]+")
_ACTOR: Final = re.compile(r"[A-Za-z0-9_.:-]*")
_UNIT: Final = re.compile(r"[A-Za-z0-9_.-]*")
_KEY: Final = re.compile(r"[a-z][a-z0-9_]*")
# A random id in hexadecimal holds nine digits in a row now and then; it is not a number of anybody.
_RANDOM_ID: Final = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|[0-9a-f]{40}|[0-9a-f]{64}")
_LONG_NUMBER: Final = re.compile(r"[0-9]{9}")
_PHONE: Final = re.compile(r"(?<![0-9A-Za-z])(?:\+84|0)(?:[ .-]?[0-9]){8}")
# As ministries publish it, with or without the province: 1.005092.000.00.00.H50. Public, and nobody's number.
_PROCEDURE_CODE: Final = re.compile(r"[1-9]\.[0-9]{6}(?:\.[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.H[0-9]{2})?")
_LARGEST_INT: Final = 10**8

_INSERT: Final = (
    "INSERT INTO journal_event (event, subject, actor, unit_code, facts) VALUES (%s, %s, %s, %s, %s::jsonb)"
)

Fact = str | int | bool


def record(
    event: str,
    *,
    subject: str,
    actor: str = "",
    unit_code: str = "",
    facts: Mapping[str, Fact] | None = None,
) -> None:
    """Add one line, in the caller's transaction: no line without the act, no act without the line.

    Raises ValueError, a bug of the caller, for a misnamed event or for anything that looks like a person.
    """
    line = _line(event, subject, actor, unit_code, facts or {})
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, line)


def record_with(
    statement: str,
    values: Sequence[Any],
    event: str,
    *,
    subject: str,
    actor: str = "",
    unit_code: str = "",
    facts: Mapping[str, Fact] | None = None,
) -> tuple[Any, ...]:
    """One INSERT of the caller's and its line as one statement; the row that the INSERT returns.

    For the hottest path: neither is written without the other, and no transaction has to be opened for it.
    """
    if not statement.startswith("INSERT "):
        raise ValueError("journal: only an INSERT always happens")
    line = _line(event, subject, actor, unit_code, facts or {})
    with connection.cursor() as cursor:
        cursor.execute(f"WITH line AS ({_INSERT}) {statement}", [*line, *values])
        row: tuple[Any, ...] = cursor.fetchone()
    return row


_INSERT_MANY: Final = (
    "INSERT INTO journal_event (event, subject, actor, unit_code, facts)"
    " SELECT %s, line.subject, %s, %s, line.facts::jsonb"
    " FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS line (subject, facts, nth) ORDER BY line.nth"
)


def record_many(
    event: str,
    lines: Iterable[tuple[str, Mapping[str, Fact]]],
    *,
    actor: str = "",
    unit_code: str = "",
) -> None:
    """As ``record``, a line for each (subject, facts), by one statement; in the caller's transaction."""
    checked = [_line(event, subject, actor, unit_code, facts) for subject, facts in lines]
    if not checked:
        return
    subjects, facts = [line[1] for line in checked], [line[4] for line in checked]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_MANY, [event, actor, unit_code, subjects, facts])


def _line(event: str, subject: str, actor: str, unit_code: str, facts: Mapping[str, Fact]) -> list[Any]:
    _expect(_EVENT, event, "event")
    _expect_id(_SUBJECT, subject, "subject")
    _expect_id(_ACTOR, actor, "actor")
    _expect(_UNIT, unit_code, "unit_code")
    for key, value in facts.items():
        _check_fact(key, value)
    return [event, subject, actor, unit_code, json.dumps(dict(facts))]


def looks_personal(text: str) -> bool:
    """Whether a text could hold a name, a telephone number or an identity number."""
    if not text.isascii():
        return True
    if _PROCEDURE_CODE.fullmatch(text):
        return False
    rest = _RANDOM_ID.sub("", text)
    return bool(_LONG_NUMBER.search(rest) or _PHONE.search(rest))


def _expect(shape: re.Pattern[str], text: str, what: str) -> None:
    # The value itself stays out of the message: it may be the very thing that must not be written down.
    if len(text) > MAX_LENGTH or not shape.fullmatch(text):
        raise ValueError(f"journal: {what} is not a code")


def _expect_id(shape: re.Pattern[str], text: str, what: str) -> None:
    _expect(shape, text, what)
    if looks_personal(text):
        raise ValueError(f"journal: {what} looks personal")


def _check_fact(key: str, value: object) -> None:
    _expect(_KEY, key, "the name of a fact")
    if isinstance(value, str):
        if len(value) > MAX_LENGTH or looks_personal(value):
            raise ValueError(f"journal: fact {key} looks personal")
    elif not isinstance(value, int) or abs(value) >= _LARGEST_INT:
        raise ValueError(f"journal: fact {key} is neither a code nor a small number")
