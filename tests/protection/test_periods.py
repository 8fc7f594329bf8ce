"""Rows past every period of the register: the chores of the worker leave nothing personal of them."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils import timezone

from motcua.ops import handlers
from motcua.ops.places import APP_ROLE
from motcua.protection import duties, register, running
from motcua.protection.models import ChoreRun
from tests import app_role
from tests.rule_by_rule import two_rows

pytestmark = pytest.mark.django_db

_LONG_AGO = "12 years"
_NOBODY = (None, "", b"", b"\0" * 32, "đã xóa", "Đã xóa", [], {})


def nth(number: int) -> int:
    return number


#: What the rows have to say for their period to be over; every personal column of them is filled anyway.
OVER: dict[str, dict[str, Any]] = {
    "limits.Bucket": {"key": lambda number: bytes([number]) * 32},
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


def planted(model: type[models.Model], names: list[str]) -> None:
    """Two rows of it, with something to say in each of these columns."""
    given = {name: said(model._meta.get_field(name)) for name in names}
    if any(field.name == "dossier" for field in model._meta.concrete_fields):
        given["dossier_id"] = nth
    given.update(OVER.get(model._meta.label, {}))
    two_rows(model, **{name: value() if value is timezone.now else value for name, value in given.items()})


def said(field: Any) -> Any:
    if isinstance(field, models.BinaryField):
        return lambda number: bytes([number]) * 32
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


def aged(model: type[models.Model]) -> None:
    moments = [
        field.column for field in model._meta.concrete_fields if isinstance(field, models.DateTimeField)
    ]
    days = [] if moments else [f for f in model._meta.concrete_fields if isinstance(f, models.DateField)]
    changed = ", ".join(
        [f'"{name}" = "{name}" - interval \'{_LONG_AGO}\'' for name in moments]
        + [f'"{day.column}" = ("{day.column}" - interval \'{_LONG_AGO}\')::date' for day in days]
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


def test_nothing_personal_is_left_past_its_period(tmp_path: Any, settings: Any) -> None:
    settings.ERASURE_LEDGERS = [str(tmp_path / "one.jsonl")]
    settings.FILES_DIR = tmp_path
    wanted = dict(columns_of_chores())
    assert len(wanted) > 35
    without_rules_of_a_row()
    beside = {apps.get_model(label): [] for label in OVER if apps.get_model(label) not in wanted}
    for model, names in [*wanted.items(), *beside.items()]:
        planted(model, names)
        aged(model)
    before = {name for model, names in wanted.items() for name in left(model, names)}
    assert before == {f"{model._meta.label}.{name}" for model, names in wanted.items() for name in names}
    deleting = {duty.chore for duty in duties.duties()}
    assert all(duty.overdue(10) for duty in duties.duties())

    app_role.give()
    for name, work, _ in handlers.chores():
        if name in deleting:
            _as_the_running_system(work)
            _as_the_running_system(work)  # what the first round set free

    assert sorted({name for model, names in wanted.items() for name in left(model, names)}) == []
    assert {duty.chore: duty.overdue(10) for duty in duties.duties()} == dict.fromkeys(deleting, 0)
    assert set(ChoreRun.objects.values_list("chore", flat=True)) == deleting


def _as_the_running_system(work: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {APP_ROLE}")
    work()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def test_how_a_chore_ran_is_written_down() -> None:
    assert running.noted("old_look", lambda: 7)() == 7
    assert running.noted("old_look", lambda: 0)() == 0
    run = ChoreRun.objects.get(chore="old_look")
    assert (run.erased, run.erased_ever, run.failed_at) == (7, 7, None)
    assert run.ran_at is not None and run.erased_at is not None and run.ran_at > run.erased_at
    assert running.noted("old_look", lambda: 2)() == 2
    run.refresh_from_db()
    assert (run.erased, run.erased_ever) == (2, 9)
    assert [name for name, seconds in running.seconds_since() if seconds < 3600] == ["old_look"]


def test_a_chore_that_fails_is_written_down_and_heard() -> None:
    def broken() -> int:
        raise ValueError("không xóa được")

    with pytest.raises(ValueError, match="không xóa được"):
        running.noted("file", broken)()
    run = ChoreRun.objects.get(chore="file")
    assert run.failed_at is not None and run.ran_at is None
    assert running.seconds_since() == []
