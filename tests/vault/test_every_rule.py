"""The rules of the vault that nothing else breaks by name; and that none is left out."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from tests.accounts import people
from tests.rule_by_rule import Rule, only_by_trigger, two_rows, untried, wrong_of
from tests.vault import papers
from tests.vault.papers import TODAY
from tests.vault.test_vault_rules import look, refused

from motcua.vault import expiring
from motcua.vault.models import Look, Paper

pytestmark = pytest.mark.django_db

RULES: list[Rule] = [("vault_look", "look_noted_once", "noted_key = 'one'")]


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_one_delivery_is_one_line_of_who_looked() -> None:
    two_rows(Look, role="OWNER", action="VIEW")
    assert wrong_of(RULES) == []


@pytest.mark.parametrize("state", ["MOVED", "CURRENT"])
def test_an_old_version_moves_only_by_two_officers_and_does_not_come_back(state: str) -> None:
    """Migration 0008 lets an old version move with its paper; the trigger is what asks for the second officer."""
    account = papers.owner()
    first = papers.kept(account, number="A 1")
    papers.kept(account, number="A 1")
    sql("DROP INDEX paper_one_current_version")  # it would refuse the second current version as well

    refused("paper_written_once", lambda: Paper.objects.filter(pk=first.pk).update(state=state))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM vault_expirynotice",
        "UPDATE vault_expirynotice SET told_at = told_at - interval '1 day'",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE vault_expirynotice",
    ],
)
def test_that_an_owner_was_told_is_only_ever_added(statement: str) -> None:
    papers.kept(people.account(people.data()), valid_until=TODAY + timedelta(days=5))
    assert expiring.tell_due(on=TODAY) == 1
    only_by_trigger("expiry_notice_append_only", "vault_expirynotice", lambda: sql(statement))


def test_the_list_of_looks_is_not_emptied_at_once() -> None:
    look(papers.kept(papers.owner()))
    empty = "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE vault_look CASCADE"
    only_by_trigger("look_not_emptied", "vault_look", lambda: sql(empty))


def test_every_rule_of_the_room_is_seen_red_somewhere() -> None:
    # Each of the two is there for a foreign key of two columns: the key is what is tried (look_of_the_papers_owner,
    # contest_of_the_looks_owner), and without it no second row with one id can come in anyway.
    for_keys = {
        "_".join(words) for words in (("paper", "id", "and", "owner"), ("look", "id", "owner", "and", "unit"))
    }
    assert untried("vault", Path(__file__).parent, RULES) - for_keys == set()
