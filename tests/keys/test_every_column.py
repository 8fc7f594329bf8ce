"""A walk through every sealed column: read by its room, sealed anew past its rules, refused when its key is gone."""

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations import RunSQL
from django.db.migrations.loader import MigrationLoader

from motcua.kernel import key_changes
from motcua.kernel.sealing import Keyring
from motcua.keys import field_keys, machines, registry, resealing
from motcua.keys.models import RetiredFieldKey
from motcua.keys.registry import Table
from motcua.ops.places import APP_ROLE
from tests import app_role
from tests.keys import planted
from tests.rule_by_rule import said_by

TABLES = [table.name for table in registry.tables()]
COLUMNS = [f"{table.name}.{each.column}" for table in registry.tables() for each in table.columns]
#: Bytes that are no sealed value, by how their names end: fingerprints and digests. Any other is named whole.
_DIGESTS = {"bi", "mac", "hash", "sha256"}
_OTHERS = {
    "accounts_passkey.credential",  # public keys of others
    "accounts_passkey.credential_id",
    "files_knownfilekey.check_value",
    "files_storedfile.wrapped_key",  # has a key and a way of its own (files/key_change.py)
    "journal_seal.signature",
    "keys_knownfieldkey.check_value",
    "keys_knownlookupkey.check_value",
    "keys_knownsecretkey.check_value",
    "limits_bucket.key",  # digests, as are the next three
    "limits_tally.who",
    "limits_unlocking.by_who",
    "limits_unlocking.who",
    "signin_usedproof.mark",
}
_RULES_OF_CHANGES = """
SELECT DISTINCT t.tgrelid::regclass::text || '.' || p.proname, p.prosrc
  FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE NOT t.tgisinternal AND t.tgrelid::regclass::text = %s AND t.tgtype & 16 = 16
   AND p.proname <> 'keys_refuse_retired'
   AND (t.tgattr = ''::int2vector OR EXISTS (
        SELECT 1 FROM pg_attribute a WHERE a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr::int2[])
           AND a.attname = ANY (%s)))
"""
#: They look only at a row that is written once more as it was.
_OF_ROWS_UNCHANGED = {
    "desk_accountcheck.desk_check_forgotten",
    "desk_dossier.desk_dossier_forgotten",
    "desk_gateexception.desk_exception_forgotten",
}
#: It fires when a paper's title goes, which sealing anew never does.
_OF_OTHER_CHANGES = {"vault_paper.vault_paper_forgotten"}


@pytest.fixture(autouse=True)
def _keys(settings: Any, tmp_path: Path) -> None:
    settings.KEYRING = Keyring.generate(tmp_path / "keys")
    resealing._closed.clear()
    resealing._held.clear()
    machines._said.clear()


def test_every_column_of_sealed_bytes_is_declared_once() -> None:
    found = [
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField) and field.column.rpartition("_")[2] not in _DIGESTS
    ]
    found = [each for each in found if each not in _OTHERS]
    assert sorted(found) == sorted(COLUMNS)
    assert len(COLUMNS) == len(set(COLUMNS)) == 37


def test_every_name_that_something_is_sealed_under_is_declared() -> None:
    """Names are written beside the call, kept in a constant, or given to one of those that seal for others."""
    declared = {each.field for table in registry.tables() for each in table.columns}
    declared |= {each.field for each in registry.carried()}
    assert len({each.field for table in registry.tables() for each in table.columns}) == len(COLUMNS)
    assert unknown(declared) == set()
    assert unknown(declared - {"desk.check.number", "officer.phone"}) == {
        "desk.check.number",
        "officer.phone",
    }


#: Who seals under a name that is given from outside or put together; callers of the first three are looked at above.
_NAMES_FROM_OUTSIDE = {
    ("accounts/sealed_data.py", "column"),
    ("gateways/oidc_parts.py", "field"),
    ("vault/keeping.py", "field_name"),
    ("accounts/receipt_rotation.py", "receipt_keys.COLUMN"),
    ("guests/sessions.py", "f'guests.session.{column}'"),
    ("keys/resealing.py", "column.field"),
    ("vault/paper_correction_reading.py", "f'paper_correction.{what}'"),
}


def test_nobody_else_seals_under_a_name_that_is_not_written_there() -> None:
    source, found = Path(registry.__file__).parents[1], set[tuple[str, str]]()
    for path in source.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("KEYRING.seal"):
                under = node.args[0]
                if not isinstance(under, ast.Constant) and not (
                    isinstance(under, ast.Name) and under.id.isupper()
                ):
                    found.add((str(path.relative_to(source)), ast.unparse(under)))
    assert found == _NAMES_FROM_OUTSIDE


def unknown(declared: set[str]) -> set[str]:
    source = Path(registry.__file__).parents[1]
    found: set[str] = set()
    for path in source.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        constants = dict(re.findall(r'^(_?[A-Z_]+)(?:: Final)? = "([^"]+)"$', text, re.MULTILINE))
        calls = r'(?:KEYRING\.|\b(?<!def )_?)(?:un)?(?:seal|sealed|unsealed|open)\(\s*(f?"[a-z_.{}]+"|_?[A-Z_]+)\s*,'
        for name in re.findall(calls, text):
            literal = name.strip('f"') if '"' in name else constants.get(name, "")
            found.add(literal)
    known = {re.sub(r"[^.]+$", "", each) for each in declared}
    return {
        name
        for name in found
        if "." in name and name not in declared and not ("{" in name and name.split("{")[0] in known)
    }


@pytest.mark.parametrize("column", [each for table in registry.tables() for each in table.columns], ids=str)
def test_a_fingerprint_that_is_named_stands_beside_it(column: registry.Sealed) -> None:
    fields = {field.attname for field in apps.get_model(column.model)._meta.concrete_fields}
    assert {column.column, *([column.found_by] if column.found_by else [])} <= fields


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_no_rule_of_the_table_stands_in_the_way(table: str) -> None:
    columns = [each.column for each in planted.table_of(table).columns]
    with connection.cursor() as cursor:
        cursor.execute(_RULES_OF_CHANGES, [table, columns])
        lets = {rule: let_through(body) for rule, body in cursor.fetchall()}
    without = {rule for rule, named in lets.items() if named is None}
    assert without - _OF_ROWS_UNCHANGED - _OF_OTHER_CHANGES == set()
    assert {rule: named for rule, named in lets.items() if named not in (None, set(columns))} == {}


def let_through(body: str) -> set[str] | None:
    """The columns that the line of a rule names, and no other: None where it has none at its beginning."""
    first = body.partition("\nBEGIN\n")[2].partition("\n")[0]
    named = re.search(
        r"AND keys_only_resealed\(to_jsonb\(OLD\), to_jsonb\(NEW\), ('[a-z_', ]+')\) THEN RETURN NEW;", first
    )
    return {each.strip("' ") for each in named[1].split(",")} if named else None


@pytest.mark.django_db
def test_a_rule_that_is_shared_lets_nothing_of_another_table_through() -> None:
    """A column there that is only called like a sealed one could be changed by whoever sets the mark."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgrelid::regclass::text, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE strpos(p.prosrc, 'keys_only_resealed(') > 0 AND NOT t.tgrelid::regclass::text = ANY(%s)",
            [TABLES],
        )
        others = [(table, let_through(body)) for table, body in cursor.fetchall()]
        for table, named in others:
            cursor.execute(
                "SELECT count(*) FROM pg_attribute WHERE attrelid = %s::regclass AND attname = ANY(%s)",
                [table, sorted(named or ())],
            )
            assert (table, named is not None, cursor.fetchone()[0]) == (table, True, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", TABLES)
def test_a_row_is_sealed_anew_and_nothing_else_of_it_changes(name: str) -> None:
    row = planted.plant(name)
    table = planted.table_of(name)
    read = {each: planted.readers()[f"{name}.{each.column}"] for each in table.columns}
    before, said = (
        planted.others(row, table.columns),
        {each.column: read[each](row) for each in table.columns},
    )
    assert all(said.values())
    assert resealing.reseal_due() == 0, "with one key there is nothing to do"

    field_keys.add(waits=False)
    assert resealing.remaining(2)[name] == 1
    assert as_the_running_system(resealing.reseal_due) >= 1
    row = table.model._base_manager.get(pk=row.pk)
    assert planted.numbers(row, table.columns) == [2] * len(table.columns)
    assert {each.column: read[each](row) for each in table.columns} == said
    assert planted.others(row, table.columns) == before
    assert name not in resealing.remaining(2)
    assert resealing.reseal_due() == 0


def as_the_running_system(act: Callable[[], int]) -> int:
    """With its rights, as its worker does it, and each row in a transaction of its own."""
    app_role.give()
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {APP_ROLE}")
        try:
            return act()
        finally:
            cursor.execute("RESET ROLE")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", TABLES)
def test_no_row_of_the_table_comes_in_under_a_key_that_is_gone(name: str) -> None:
    row, table = planted.plant(name), planted.table_of(name)
    field_keys.add(waits=False)
    while resealing.reseal_due():
        pass
    RetiredFieldKey.objects.create(number=1)
    for each in table.columns:
        assert refused(table, row.pk, each.column, b"\x01\x01" + bytes(30)) == "field_key_not_retired"
        assert refused(table, row.pk, each.column, b"\x01\x03" + bytes(30)) != "field_key_not_retired"


def refused(table: Table, pk: Any, column: str, value: bytes) -> str:
    """The rule that spoke, with those of the room silenced: what is tried is the one of keys."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT quote_ident(tgname) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
                " AND tgname <> 'field_key_not_retired'",
                [table.name],
            )
            for (rule,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER {rule}")
            cursor.execute(f"UPDATE {table.name} SET {column} = %s WHERE {table.key} = %s", [value, pk])
            transaction.set_rollback(True)
    except IntegrityError as no:
        return said_by(no)
    return ""


@pytest.mark.django_db
@pytest.mark.parametrize("name", TABLES)
def test_what_an_older_key_sealed_is_found_by_an_index(name: str) -> None:
    table = planted.table_of(name)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            f"EXPLAIN SELECT {table.key} FROM {name} WHERE {table.oldest_key} < 2 ORDER BY {table.oldest_key}"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"{name}_by_field_key" in plan and "Sort" not in plan, plan


def test_a_process_looks_at_the_file_before_it_seals(settings: Any) -> None:
    other = Keyring.from_directory(settings.KEYRING.field_keys_path.parent)
    key_changes.add(settings.KEYRING.field_keys_path, waits=False)
    sealed = settings.KEYRING.seal("a", "1", "x")
    assert sealed[1] == 2 and other.open("a", "1", sealed) == "x"
    third = Keyring.from_directory(settings.KEYRING.field_keys_path.parent)
    key_changes.add(settings.KEYRING.field_keys_path, waits=False)
    assert third.seal("a", "1", "x")[1] == 3


@pytest.mark.django_db
def test_the_lines_in_the_rules_go_with_their_migration_and_come_again() -> None:
    """The way back of every room's migration, and forward again, leaves each function to the letter as it was."""
    found = [
        step
        for (_, name), migration in sorted(MigrationLoader(None).disk_migrations.items())
        for step in migration.operations
        if isinstance(step, RunSQL)
        and (name.endswith("another_field_key") or "motcua.resealing" in f"{step.sql}{step.reverse_sql}")
    ]
    with connection.cursor() as cursor:
        before = bodies(cursor)
        for step in reversed(found):
            cursor.execute(str(step.reverse_sql))
        assert "motcua.resealing" not in "".join(
            text for name, text in bodies(cursor).items() if not name.startswith("keys_")
        )
        for step in found:
            cursor.execute(str(step.sql))
        assert bodies(cursor) == before
    assert len(found) > 40


def bodies(cursor: Any) -> dict[str, str]:
    cursor.execute(
        "SELECT proname, prosrc FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype"
    )
    return dict(cursor.fetchall())
