"""A walk through every column by which somebody is found: covered, guarded by its table, read by its field only."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

from motcua.keys import covering, marks
from motcua.keys.marks import MarkField

TABLES = covering.tables()
SOURCE = Path(marks.__file__).parents[1]
_FIRST = """
SELECT tgname, tgattr, proname, prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgtype & 2 = 2 AND tgtype & 1 = 1
 ORDER BY tgname COLLATE "C" LIMIT 1
"""
#: Statements written by hand that name a mark: each asks with ``forms``, writes ``kept``, reads with ``read``, or asks
#: for nothing but whether the row was forgotten.
_BY_HAND = {
    "accounts/affected.py",
    "accounts/check.py",
    "accounts/class_checking.py",
    "accounts/naming.py",
    "accounts/registers.py",
    "desk/retention.py",
}
#: Marks as a sub-select: compared by the database, so both tables are of those that change together.
_SUB_SELECTS = {
    ("accounts/of_age_ends.py", "number_bi"),
    ("accounts/phones_in_common.py", "phone_bi"),
    ("accounts/recovery.py", "phone_bi"),
    ("accounts/watching.py", "phone_bi"),
}


def test_every_mark_is_in_a_field_that_covers_it() -> None:
    found = {
        f"{model._meta.db_table}.{field.column}": isinstance(field, MarkField)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField) and field.column.endswith("_bi")
    }
    assert [column for column, covered in found.items() if not covered] == []
    assert len(found) == sum(len(table.columns) for table in TABLES) == 27


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_rule_that_keeps_one_form_comes_before_all_others(table: covering.Marked) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, [table.name])
        name, _, function, body = cursor.fetchone()
    assert (name, function) == ("_marks_as_kept", f"{table.name}_marks_as_kept")
    assert tuple(re.findall(r"NEW\.(\w+) := ", body)) == table.columns


@pytest.mark.django_db
def test_no_other_rule_writes_a_mark_but_nobodys() -> None:
    """It would stand past the rule that keeps the form that counts. An emptied paper is told by its title."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT proname, prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE NOT tgisinternal AND proname NOT LIKE %s",
            ["%marks_as_kept"],
        )
        found = {
            (name, given)
            for name, body in cursor.fetchall()
            for given in re.findall(r"NEW\.\w+_bi := ([^;]+);", body)
            if given not in {"NULL", f"'\\x{bytes(32).hex()}'", "decode(repeat('00', 32), 'hex')"}
        }
    assert found == {("vault_paper_forgotten", "sha256(convert_to(OLD.public_id::text, 'UTF8'))")}


@pytest.mark.django_db
@pytest.mark.parametrize("table", [table for table in TABLES if table.alone], ids=lambda table: table.name)
def test_nothing_compares_a_mark_of_a_table_that_changes_piece_by_piece(table: covering.Marked) -> None:
    """Neither a unique rule nor a rule that looks into the table from elsewhere, nor one that looks from it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass AND indisunique",
            [table.name],
        )
        unique = " ".join(index for (index,) in cursor.fetchall())
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname NOT LIKE %s"
            " AND prosrc ~ %s AND prosrc ~ '_bi\\M'",
            ["%marks_as_kept", rf"\m{table.name}\M"],
        )
        looking_in = cursor.fetchall()
        cursor.execute(
            "SELECT p.proname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgrelid = %s::regclass AND NOT t.tgisinternal AND p.proname NOT LIKE %s",
            [table.name, "%marks_as_kept"],
        )
        looking_out = [
            name for name, body in cursor.fetchall() if re.search(r"(FROM|JOIN) \w+_\w+.*_bi\b", body, re.S)
        ]
    assert not any(column in unique for column in table.columns)
    assert (looking_in, looking_out) == ([], [])


def test_statements_by_hand_that_name_a_mark_are_known() -> None:
    names = {column for table in TABLES for column in table.columns}
    found = set()
    for path in SOURCE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and _is_a_statement(node.value, names)
            ):
                found.add(str(path.relative_to(SOURCE)))
    assert found == _BY_HAND


def _is_a_statement(text: str, names: set[str]) -> bool:
    words = set(re.findall(r"\w+", text))
    return bool(words & names) and bool(
        words & {"SELECT", "WHERE", "INSERT", "UPDATE"} or "number_bi, " in text
    )


def test_marks_as_sub_selects_are_of_tables_that_change_together() -> None:
    found = {
        (str(path.relative_to(SOURCE)), column)
        for path in SOURCE.rglob("*.py")
        for column in re.findall(r'\.values\("(?:\w+__)?(\w+_bi)"\)', path.read_text(encoding="utf-8"))
    }
    assert found == _SUB_SELECTS
