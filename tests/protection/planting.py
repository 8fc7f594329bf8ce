"""Rows with something to say in every personal column that a chore of the worker deletes or empties."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils import timezone

from motcua.protection import register
from tests.rule_by_rule import mark, rows

_NOBODY = (None, "", b"", b"\0" * 32, "đã xóa", "Đã xóa", [], {})


def nth(number: int) -> int:
    return number


#: What the rows have to say for their period to be over; every personal column of them is filled anyway.
OVER: dict[str, dict[str, Any]] = {
    "limits.Bucket": {"key": mark},
    "outbox.Message": {"state": "SENT", "kind": "NOTICE"},
    "outbox.Letter": {"state": "SENT", "kind": "NOTICE"},
    "files.StoredFile": {"place": lambda number: f"00/00/{number:032x}"},
    "accounts.Person": {"id": nth},
    "accounts.Account": {"id": nth, "person_id": nth, "status": "closed"},
    "accounts.IdentityDocument": {"person_id": nth},
    "accounts.PhoneBinding": {"account_id": nth, "status": "closed"},
    "accounts.Closure": {"account_id": nth},
    "accounts.ClassList": {"id": nth},
    "accounts.ClassRow": {"class_list_id": nth},
    "accounts.RestingReset": {"state": "DONE", "settled_at": timezone.now},
    "accounts.AssistApplication": {"status": "cancelled"},
    "vault.Paper": {"owner_id": nth},
    "signin.KeptAnswer": {"answered_at": timezone.now},
    "desk.Dossier": {"id": nth, "state": "RETURNED", "account_check_id": nth, "representation_id": nth},
    "desk.AccountCheck": {"id": nth},
    "desk.Representation": {"id": nth},
    "desk.GroupReception": {"id": nth},
    "desk.GroupRow": {"group_id": nth},
}

#: What a trigger puts in the place of a mark that must stay one of its kind: a hash of the row's own opaque id.
MEANINGLESS: dict[str, Any] = {
    "vault.Paper.same_paper_bi": lambda row: hashlib.sha256(str(row.public_id).encode()).digest(),
}


def columns_of_chores() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Every table of which a chore deletes or empties something, and those columns."""
    found: dict[str, list[str]] = {}
    for column, line in register.columns().items():
        if line.kept.chore:
            model, _, name = column.rpartition(".")
            found.setdefault(model, []).append(name)
    for label, names in found.items():
        yield apps.get_model(label), names


def planted(model: type[models.Model], names: list[str], how_many: int = 2, **more: Any) -> None:
    """Rows of it, with something to say in each of these columns."""
    given = {name: said(model._meta.get_field(name)) for name in names}
    if any(field.name == "dossier" for field in model._meta.concrete_fields):
        given["dossier_id"] = nth
    given.update(OVER.get(model._meta.label, {}), **more)
    rows(
        model,
        how_many,
        **{name: value() if value is timezone.now else value for name, value in given.items()},
    )


def said(field: Any) -> Any:
    if isinstance(field, models.BinaryField):
        return mark
    if isinstance(field, models.DateField):
        return timezone.localdate()
    if isinstance(field, ArrayField | models.JSONField):
        return ["x"]
    return lambda number: f"x{number}"


def without_rules_of_a_row() -> None:
    """What a row may say or point to is tried elsewhere; here every column says something. Taken back afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def aged(model: type[models.Model], by: str) -> None:
    """Everything that happened to these rows happened longer ago, by an interval of the database."""
    moments = [
        field.column for field in model._meta.concrete_fields if isinstance(field, models.DateTimeField)
    ]
    days = [] if moments else [f for f in model._meta.concrete_fields if isinstance(f, models.DateField)]
    changed = ", ".join(
        [f'"{name}" = "{name}" - interval \'{by}\'' for name in moments]
        + [f'"{day.column}" = ("{day.column}" - interval \'{by}\')::date' for day in days]
    )
    if not changed:  # rows that go with another table's
        return
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f'UPDATE "{model._meta.db_table}" SET {changed}')
        cursor.execute("SET session_replication_role = origin")


def left(model: type[models.Model], names: list[str]) -> list[str]:
    said = []
    for row in model._base_manager.all():
        for name in names:
            value, column = getattr(row, name), f"{model._meta.label}.{name}"
            value = bytes(value) if isinstance(value, memoryview) else value
            if value not in _NOBODY and value != MEANINGLESS.get(column, lambda _: None)(row):
                said.append(column)
    return said
