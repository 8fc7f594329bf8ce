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
from motcua.vault.models import Look, Paper, PaperCorrection, PaperReport

pytestmark = pytest.mark.django_db

RULES: list[Rule] = [("vault_look", "look_noted_once", "noted_key = 'one'")]
#: What an owner reports, and what two officers put right (migration 0010).
PUT_RIGHT: list[Rule] = [
    ("vault_paperreport", "paper_report_one_open", "paper_id = 1"),
    ("vault_paperreport", "paper_report_fault_known", "fault = 'OTHER'"),
    ("vault_paperreport", "paper_report_answered_with_words", "answered_at = now()"),
    ("vault_paperreport", "paper_report_answered_with_words", "answer = 'x'"),
    ("vault_papercorrection", "paper_correction_one_waiting", "paper_id = 1"),
    ("vault_papercorrection", "paper_correction_says_what", "to_account_id = NULL"),
    ("vault_papercorrection", "paper_correction_says_what", "to_subject = ''"),
    ("vault_papercorrection", "paper_correction_says_what", "fault = 'FACTS'"),
    ("vault_papercorrection", "paper_correction_says_what", "type_code = 'X'"),
    ("vault_papercorrection", "paper_correction_has_reason", "reason = 'x'"),
    ("vault_papercorrection", "paper_correction_has_reason", "asked_by_subject = ''"),
    ("vault_papercorrection", "paper_correction_decided_by_somebody", "decided_at = now()"),
    ("vault_papercorrection", "paper_correction_decided_by_somebody",
     "decision = 'APPROVED', decided_by_subject = 'x'"),
    ("vault_papercorrection", "paper_correction_two_officers",
     "decision = 'APPROVED', decided_by_subject = asked_by_subject, decided_at = now()"),
    ("vault_papercorrection", "paper_correction_two_officers",
     "decision = 'WITHDRAWN', decided_by_subject = 'x', decided_at = now()"),
    ("vault_papercorrection", "paper_correction_declined_with_reason",
     "decision = 'DECLINED', decided_by_subject = 'x', decided_at = now()"),
    ("vault_papercorrection", "paper_correction_done_when_approved", "new_paper_id = id"),
    ("vault_papercorrection", "paper_correction_decision_known",
     "decision = 'PERHAPS', decided_by_subject = 'x', decided_at = now()"),
]  # fmt: skip
#: What another rule of the same row forbids as well, and is tried without that one.
BEHIND = {"paper_correction_decision_known": "paper_correction_two_officers"}


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_one_delivery_is_one_line_of_who_looked() -> None:
    two_rows(Look, role="OWNER", action="VIEW")
    assert wrong_of(RULES) == []


@pytest.mark.parametrize("behind", ["", *BEHIND])
def test_no_row_about_putting_a_paper_right_can_lie(behind: str) -> None:
    two_rows(PaperReport, fault="VAULT", words_sealed=b"x")
    two_rows(PaperCorrection, fault="VAULT", to_account_id=9, to_subject="s", reason="lý do đủ dài")
    if behind:
        sql(f'ALTER TABLE vault_papercorrection DROP CONSTRAINT "{BEHIND[behind]}"')
    tried = [rule for rule in PUT_RIGHT if (rule[1] == behind if behind else rule[1] not in BEHIND)]
    assert tried and wrong_of(tried) == []


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
    assert untried("vault", Path(__file__).parent, [*RULES, *PUT_RIGHT]) - for_keys == set()
