"""DP-01: every column of every table is declared, personal with all that is owed to it, or nobody's and why."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from motcua.files.models import StoredFile
from motcua.kernel import personal_data
from motcua.kernel.personal_data import Copy, Held, Withheld
from motcua.ops import handlers
from motcua.protection import duties, written
from motcua.protection import register as registered
from tests.house import sources
from tests.house.test_floors import ours

#: Kinds that hold words, bytes, lists or a day. A key, a moment, a count or a flag names nobody by itself.
_KINDS = (
    models.CharField,
    models.TextField,
    models.BinaryField,
    models.DateField,
    models.JSONField,
    models.FileField,
    models.GenericIPAddressField,
    ArrayField,
)
#: Kinds that are declared once for all of them; a kind that is in neither list is asked about.
_BY_KIND = (
    models.AutoField,
    models.ForeignKey,
    models.OneToOneField,
    models.DateTimeField,
    models.TimeField,
    models.IntegerField,
    models.BooleanField,
    models.UUIDField,
)
#: What no list of codes can be.
_NEVER_NOBODYS = re.compile(
    r"sealed|masked|last3|(\A|_)(full|owner|person|filer|by|to)_name\Z|born|email|password"
)


def must_be_declared(field: "models.Field[Any, Any]") -> bool:
    """A column with a list of choices is a code; a moment is a ``DateField`` to Django only."""
    if isinstance(field, models.DateTimeField) or field.choices:
        return False
    return isinstance(field, _KINDS) or not isinstance(field, _BY_KIND)


def columns() -> dict[str, "models.Field[Any, Any]"]:
    return {
        f"{model._meta.label}.{field.name}": field
        for model in ours()
        for field in model._meta.concrete_fields
    }


def register() -> dict[str, registered.Line]:
    """Column → its line in the register."""
    return registered.columns()


def declared() -> list[str]:
    """Every column that a line names, as often as it is named."""
    return [column for line in registered.lines() for column in line.columns] + list(registered.nobodys())


def test_every_column_is_declared_personal_or_nobodys() -> None:
    wanted = {name for name, field in columns().items() if must_be_declared(field)}
    assert len(wanted) > 500
    assert sorted(wanted - set(declared())) == []


def test_no_column_is_declared_twice_or_is_gone() -> None:
    named = declared()
    assert sorted({name for name in named if named.count(name) > 1}) == []
    assert sorted(set(named) - set(columns())) == []


def test_what_holds_a_person_is_not_said_to_be_nobodys() -> None:
    assert [name for name in registered.nobodys() if _NEVER_NOBODYS.search(name.rpartition(".")[2])] == []


def test_every_line_is_whole() -> None:
    for line in registered.lines():
        assert line.columns and line.purpose and line.reader_words is not None, line
        assert line.kept.words, line
        assert isinstance(line.copied, Copy | Withheld), line
    assert [name for name, why in registered.nobodys().items() if not why] == []


def test_every_period_is_ended_by_one_thing_that_exists() -> None:
    """A chore that the worker knows, a rule of a table, or a sentence why it stays."""
    chores = {name for name, _, _ in handlers.chores()}
    rules = {rule.name for model in ours() for rule in model._meta.constraints}
    for kept in [line.kept for line in registered.lines()] + [each.kept for each in registered.documents()]:
        assert len([said for said in (kept.chore, kept.rule, kept.stays) if said]) == 1, kept
        assert not kept.chore or kept.chore in chores, kept
        assert not kept.rule or kept.rule in rules, kept


def test_what_deletes_is_shown_with_its_backlog() -> None:
    """Every chore that the register counts on is on the page of periods, as often as the worker plans it."""
    wanted = {line.kept.chore for line in registered.lines()} | {
        each.kept.chore for each in registered.documents()
    }
    shown = {duty.chore: duty.every for duty in duties.duties()}
    planned = {name: every for name, _, every in handlers.chores()}
    assert set(shown) == wanted - {""}
    assert {name: planned[name] for name in shown} == shown


@pytest.mark.parametrize("purpose", StoredFile.Purpose.values)
def test_every_kind_of_document_is_in_the_register(purpose: str) -> None:
    assert [each.kind for each in registered.documents()].count(purpose) == 1


def test_the_form_that_is_told_is_the_form_of_the_column() -> None:
    """Sealed and keyed are bytes; words that are said to be readable are words."""
    for name, line in register().items():
        form, field = personal_data.held(name), columns()[name]
        if form in (Held.SEALED, Held.INDEX):
            assert isinstance(field, models.BinaryField), name
        assert form in line.forms


def test_sealed_columns_have_no_plain_twin() -> None:
    """``phone_sealed`` beside ``phone`` would seal nothing."""
    for model in ours():
        names = {field.name: field for field in model._meta.concrete_fields}
        for name, field in names.items():
            if name.endswith(("_sealed", "_bi")):
                assert isinstance(field, models.BinaryField), f"{model._meta.label}.{name}"
                assert re.sub(r"_(sealed|bi)\Z", "", name) not in names, f"{model._meta.label}.{name}"


def test_a_new_column_would_be_asked_about() -> None:
    assert must_be_declared(models.TextField(name="mother_name"))
    assert must_be_declared(models.BinaryField(name="paper_sealed"))
    assert must_be_declared(models.DateField(name="born_on"))
    assert must_be_declared(models.GenericIPAddressField(name="address"))
    assert must_be_declared(models.FloatField(name="height"))
    assert not must_be_declared(models.DateTimeField(name="answered_at"))
    assert not must_be_declared(models.IntegerField(name="number"))
    assert not must_be_declared(models.CharField(name="state", choices=[("A", "A")]))


def test_the_page_holds_the_register_of_today() -> None:
    """``motcua data register`` writes it."""
    page = (sources.ROOT / "docs" / "data-protection.md").read_text(encoding="utf-8")
    assert written.into(page) == page
    assert written.as_markdown().count("|") > 900


def test_every_room_with_tables_speaks_for_them() -> None:
    spoken = {line.room for line in registered.lines()} | {
        name.partition(".")[0] for name in registered.nobodys()
    }
    assert {model._meta.app_label for model in ours()} - spoken == set()
    assert {room.label for room in apps.get_app_configs() if room.name.startswith("motcua.")} >= spoken
