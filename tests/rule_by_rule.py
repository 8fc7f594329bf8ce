"""Rules of a room's tables, one by one: refused under its own name, and let through once it is gone (seen red)."""

import ast
import uuid
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, InternalError, connection, models, transaction
from django.db.models import NOT_PROVIDED
from django.utils import timezone

#: On every table with sealed columns or with marks; tests/keys walks through all of them.
EVERYWHERE = {"field_key_not_retired", "_marks_as_kept"}
#: (table, rule, what to change in every row of it)
Rule = tuple[str, str, str]


def said_by(no: Exception) -> str:
    """The name of the rule that refused."""
    return getattr(getattr(no.__cause__, "diag", None), "constraint_name", None) or ""


def two_rows(model: type[models.Model], **more: Any) -> None:
    """Two rows that keep every rule, past triggers and foreign keys: what is judged is the row alone."""
    rows(model, 2, **more)


def rows(model: type[models.Model], how_many: int, /, **more: Any) -> None:
    """As ``two_rows``; each differs from the others in every column that must be one of its kind."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for nth in range(1, how_many + 1):
            given = {name: value(nth) if callable(value) else value for name, value in more.items()}
            model._base_manager.create(**{**_plausible(model, nth, set(more)), **given})
        cursor.execute("SET LOCAL session_replication_role = origin")


def mark(nth: int) -> bytes:
    """32 bytes that no other row up to 65,535 has."""
    return bytes(divmod(nth, 256)[::-1]) * 16


def _plausible(model: type[models.Model], nth: int, given: set[str]) -> dict[str, Any]:
    wanted = [
        field
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.null or field.name in given or field.attname in given)
        and field.default is NOT_PROVIDED
        and field.db_default is NOT_PROVIDED
    ]
    return {field.attname: _value(field, nth) for field in wanted}


def _value(field: Any, nth: int) -> object:
    now = timezone.now()
    if field.choices:
        return field.choices[0][0]
    by_kind: list[tuple[type[Any], object]] = [
        (models.ForeignKey, nth),
        (models.BinaryField, mark(nth)),
        (models.UUIDField, uuid.uuid4()),
        (models.DateTimeField, now + timedelta(minutes=nth % 60)),
        (models.DateField, now.date()),
        (models.BooleanField, False),
        (models.IntegerField, nth),
        (ArrayField, []),
        (models.JSONField, {}),
    ]
    return next((value for kind, value in by_kind if isinstance(field, kind)), f"x{nth}")


def wrong_of(rules: Iterable[Rule]) -> list[str]:
    """What is not as it should be: a rule that did not speak, or a change that something else forbids as well."""
    return [f"{rule}: {fault}" for table, rule, change in rules if (fault := _fault(table, rule, change))]


def _fault(table: str, rule: str, change: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        statement = f"UPDATE {table} SET {change}"
        fault = _refused(statement, rule) or _let_through(statement, table, rule)
        cursor.execute("SET LOCAL session_replication_role = origin")
    return fault


def _refused(statement: str, rule: str) -> str:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            if cursor.rowcount < 2:
                return "there are no two rows to try it on"
    except IntegrityError as no:
        return "" if said_by(no) == rule else f"refused as {said_by(no)}"
    return "was not refused"


def _let_through(statement: str, table: str, rule: str) -> str:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [rule])
            drop = (
                f'ALTER TABLE {table} DROP CONSTRAINT "{rule}"'
                if cursor.fetchone()
                else f'DROP INDEX "{rule}"'
            )
            cursor.execute(drop)
            cursor.execute(statement)
            transaction.set_rollback(True)
    except IntegrityError as no:
        return f"without it refused as {said_by(no)}"
    return ""


def only_by_trigger(trigger: str, table: str, act: Callable[[], object], rule: str = "") -> None:
    """Refused under the trigger's name (or ``rule``); without the trigger it would have happened (seen red)."""
    said = ""
    try:
        with transaction.atomic():
            act()
    except (IntegrityError, InternalError) as no:
        said = said_by(no)
    assert said == (rule or trigger)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{trigger}"')
        act()
        transaction.set_rollback(True)


def constraints_of(room: str) -> set[str]:
    return {
        constraint.name
        for model in apps.get_app_config(room).get_models()
        for constraint in model._meta.constraints
    }


def triggers_of(room: str) -> set[str]:
    """Every trigger that stands on a table of the room, as the database itself tells it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT tgname FROM pg_trigger
             WHERE NOT tgisinternal AND starts_with(tgrelid::regclass::text, %s)
            """,
            [f"{room}_"],
        )
        return {name for (name,) in cursor.fetchall()} - EVERYWHERE


def named_in(folder: Path, *more: Path) -> set[str]:
    """Words that stand alone in a text of the tests' code; what is only told about in a docstring is not tried."""
    words: set[str] = set()
    for path in [*folder.glob("test_*.py"), *more]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
                words.update(node.value.replace(",", " ").split())
    return words


def untried(room: str, folder: Path, rules: Iterable[Rule]) -> set[str]:
    """Rules of the room, rows and triggers alike, that no test breaks by name."""
    listed = {rule for _, rule, _ in rules}
    return (constraints_of(room) | triggers_of(room)) - listed - named_in(folder)
