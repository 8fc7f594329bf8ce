"""Rules of VNeID's day on rows of before: judged all at once, with how many break which, before they are checked."""

from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from tests.accounts import people

pytestmark = pytest.mark.django_db
RULE = "account_of_vneid_has_no_password"


class _Schema:
    """As much of a schema editor as the step asks for."""

    connection = connection


def judge() -> None:
    step: Any = import_module("motcua.accounts.migrations.0104_identity_providers_validate")
    step._judge(None, _Schema())


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_rules_that_hold_are_not_looked_at_again() -> None:
    judge()


def test_what_breaks_a_rule_is_counted_and_named() -> None:
    for _ in range(2):
        people.account()
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [RULE])
        said = cursor.fetchone()[0]
    sql(f"ALTER TABLE accounts_account DROP CONSTRAINT {RULE}")
    sql("SET LOCAL session_replication_role = replica")
    sql("UPDATE accounts_account SET origin = 'VNEID'")
    sql("SET LOCAL session_replication_role = origin")
    sql(f"ALTER TABLE accounts_account ADD CONSTRAINT {RULE} {said} NOT VALID")
    with pytest.raises(RuntimeError, match=rf"{RULE} \(accounts_account\): 2\b"):
        judge()
